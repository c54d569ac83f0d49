/** From a raw mail to its receipt: the one step that every way in for mails shares. */
import type { InboundMessages } from '../inbound-messages.js';
import type { Receipt } from '../inbound-message.js';
import type { OurAddress } from './our-address.js';
import { type Envelope, NO_ENVELOPE, readMail } from './read-mail.js';

export class MailIntake {
  constructor(
    private readonly messages: InboundMessages,
    readonly ours: OurAddress,
  ) {}

  /**
   * Resolves once the effect is committed.
   * @throws UnreadableMail when there is no use in bringing it again; DependencyUnavailable when it must be
   */
  async take(raw: Uint8Array, envelope: Envelope = NO_ENVELOPE): Promise<Receipt> {
    return this.messages.receive(await readMail(raw, this.ours, envelope));
  }
}
