/**
 * The demo's mailbox as this room sees it: what every customer has received, to look at. Who receives it is not known
 * here; outside a demo it is closed and nobody looks.
 */

export interface MailboxAddress {
  readonly name: string;
  readonly address: string;
}

export interface MailboxItem {
  /** Unique while the node lives. */
  readonly id: string;
  /** Epoch milliseconds of this machine's clock. */
  readonly receivedAt: number;
  readonly from: MailboxAddress;
  /** Of the envelope, which decides who gets it; with the name that the header gives. */
  readonly to: MailboxAddress;
  readonly subject: string;
  readonly text: string;
  /** null: the mail has no such part. */
  readonly html: string | null;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  /** The customer's link in it; null: none. */
  readonly statusUrl: string | null;
}

export abstract class Mailbox {
  /** False: there is no such thing on this node. */
  abstract readonly isOpen: boolean;
  /** Newest first. */
  abstract all(): readonly MailboxItem[];
  abstract find(id: string): MailboxItem | null;
}

export class ClosedMailbox extends Mailbox {
  readonly isOpen = false;

  all(): readonly MailboxItem[] {
    return [];
  }

  find(): null {
    return null;
  }
}
