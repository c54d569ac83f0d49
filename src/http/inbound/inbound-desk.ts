/**
 * What this room must be given to take messages in: somebody who reads and records them. Classes, so that they serve as
 * injection tokens; the room that fills them in stands beside this one, and the two do not know each other.
 */

/** What became of a message. */
export interface InboundReceipt {
  readonly outcome: string;
  readonly caseId: string | null;
  readonly reason: string | null;
  /** It had arrived before: this is the receipt of then. */
  readonly duplicate: boolean;
}

/** A message of a channel that is no mail, as its adapter hands it over: checked in form, believed in nothing else. */
export interface ChannelMessage {
  readonly channel: string;
  readonly messageId: string;
  readonly from: {
    readonly by: 'email' | 'phone' | 'externalId';
    readonly address: string;
    readonly name: string;
    readonly email: string | null;
    readonly phone: string | null;
  };
  readonly caseNumber: string | null;
  readonly subject: string;
  readonly text: string;
  /** Epoch ms. */
  readonly sentAt: number | null;
  readonly automatic: boolean;
  readonly files: readonly { readonly name: string | null; readonly bytes: Uint8Array }[];
}

export abstract class InboundDesk {
  /** @returns null for what is no mail that can be read. @throws DependencyUnavailable */
  abstract takeMail(raw: Uint8Array): Promise<InboundReceipt | null>;
  /** @throws DependencyUnavailable */
  abstract takeMessage(message: ChannelMessage): Promise<InboundReceipt>;
}

/** Whether a webhook was signed with the secret that we share with its sender. */
export abstract class InboundSignature {
  /** @param wallMs the time of day: signatures are compared with it, whatever our clock is moved to */
  abstract holds(headers: Readonly<Record<string, unknown>>, body: Buffer, wallMs: number): boolean;
}
