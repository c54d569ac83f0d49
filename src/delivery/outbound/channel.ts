/**
 * What a way to the customer must be able to do, and what it can answer. The seam between the queue, which knows
 * when and how often, and the channels, which know how; a text message gateway is one more of these.
 */
import type { Instant } from '../../domain/actor.js';
import type { Priority } from '../../domain/case.js';
import type { Locale } from '../../domain/policies.js';
import type { PublicNames, VisibleUpdate } from '../render-update.js';
import type { Holder } from '../state-texts.js';

/** Whom a message is for, as the directory knows them at the moment of sending. */
export interface Recipient {
  readonly customerId: string;
  readonly name: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly locale: Locale;
  /** IANA zone. */
  readonly timeZone: string;
}

/** One message: everything that one case has to tell its customer now. Rendered anew for each try. */
export interface Outgoing {
  readonly caseId: string;
  readonly number: string;
  readonly subject: string;
  readonly priority: Priority;
  readonly recipient: Recipient;
  readonly names: PublicNames;
  /** Ascending by `seq`; the last one carries the message, the earlier ones are covered by it. */
  readonly updates: readonly VisibleUpdate[];
  /** Where the case lies now; null once it has ended. */
  readonly holder: Holder | null;
  /** By when the customer hears from us again; null when nothing is promised. */
  readonly hearByAt: Instant | null;
  /** Signed link to the status page. */
  readonly statusUrl: string;
  /** Same for every try of this message, so that a receiver can tell a second arrival. */
  readonly dedupeKey: string;
  /** Ids under which earlier messages of this case were sent on this channel, oldest first. */
  readonly earlierMessageIds: readonly string[];
  readonly now: Instant;
}

export type SendResult =
  | { readonly kind: 'delivered'; readonly code: string; readonly messageId: string | null }
  /** `arrived` false: it certainly did not; else it may have, and must be sent again under the same dedupe key. */
  | {
      readonly kind: 'tryAgain';
      readonly code: string;
      readonly detail: string;
      readonly arrived: 'no' | 'perhaps';
      readonly retryAfterMs?: number;
    }
  /** Trying again helps nothing. `badAddress`: the channel does not reach this address at all. */
  | {
      readonly kind: 'refused';
      readonly code: string;
      readonly detail: string;
      readonly badAddress: boolean;
    };

export abstract class Channel {
  abstract readonly name: 'email' | 'sms';
  /** Where this channel reaches them; null: it does not. */
  abstract addressOf(recipient: Recipient): string | null;
  /** Must not throw for anything that the other side does; bounded by `signal`. */
  abstract send(message: Outgoing, address: string, signal: AbortSignal): Promise<SendResult>;
  abstract close(): Promise<void>;
}
