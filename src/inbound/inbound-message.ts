/**
 * A message that came in, whatever brought it, and what became of it: the seam between the ways in (mail, signed
 * webhooks) and the room that decides. Types only; knows no protocol and no case.
 */
import type { Instant } from '../domain/actor.js';
import type { Locale } from '../domain/policies.js';

/** Who wrote, as their channel knows them. */
export interface Sender {
  readonly by: 'email' | 'phone' | 'externalId';
  /** An e-mail address is in lower case. */
  readonly address: string;
  /** As they call themselves; the address where they do not. */
  readonly name: string;
  /** How a customer who is not known yet can be told of their case. */
  readonly email: string | null;
  readonly phone: string | null;
}

/** A file as it came: nothing about it is believed yet. */
export interface IncomingFile {
  /** As the sender calls it; null: it has no name. */
  readonly name: string | null;
  readonly bytes: Uint8Array;
}

/** What a mail server says of a message that it could not deliver (RFC 3464). */
export interface DeliveryReport {
  readonly recipient: string | null;
  /** E.g. `5.1.1`; its first digit says whether trying again may help. */
  readonly status: string;
  readonly detail: string;
  /** `delayed` reports say that the server is still trying. */
  readonly isFinal: boolean;
}

export interface InboundMessage {
  /** `email`, or an organisation's own word. */
  readonly channel: string;
  /** Unique within the channel; a second arrival has the same. */
  readonly messageId: string;
  /** Ids of the messages that it answers, nearest first. */
  readonly refersTo: readonly string[];
  /** Numbers of cases that it names, e.g. `C-7K3Q-F9XM`. */
  readonly caseNumbers: readonly string[];
  readonly from: Sender;
  /** Cleaned; may be empty, as may the texts. */
  readonly subject: string;
  /** What is new in it: without what it quotes. */
  readonly words: string;
  /** All of it. */
  readonly wholeText: string;
  readonly locale: Locale | null;
  readonly sentAt: Instant | null;
  /** When the channel received it; null: now. */
  readonly receivedAt: Instant | null;
  /** Why no person wrote this; null when one did. */
  readonly automatic: string | null;
  /** A server that received it found that the sender is not who the message says. */
  readonly isForged: boolean;
  /** Set when it reports on a message of ours. */
  readonly report: DeliveryReport | null;
  readonly files: readonly IncomingFile[];
}

/**
 * recorded: it is a reply in the case · opened: it opened the case · noted: an automatic message, kept as a note ·
 * bounced: the customer cannot be reached · ignored: `reason` says why.
 */
export type InboundOutcome = 'recorded' | 'opened' | 'noted' | 'bounced' | 'ignored';

/** What became of a message. A second arrival gets the receipt of the first. */
export interface Receipt {
  readonly outcome: InboundOutcome;
  readonly caseId: string | null;
  readonly reason: string | null;
  readonly duplicate: boolean;
}
