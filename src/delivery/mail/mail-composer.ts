/** This installation's mails: its sender, and the wordings that are in force. Sends nothing. */
import type { Outgoing } from '../outbound/channel.js';
import type { EditedTexts } from '../templates/edited-texts.js';
import { composeMail, type ComposedMail } from './compose-mail.js';
import type { Mailbox } from './mail-address.js';

export class MailComposer {
  constructor(
    private readonly sender: Mailbox,
    private readonly editedTexts: EditedTexts,
  ) {}

  /** @param editedTexts other wordings than those in force, to try them. @throws RangeError as `composeMail` */
  compose(message: Outgoing, address: string, editedTexts: EditedTexts = this.editedTexts): ComposedMail {
    return composeMail(message, address, this.sender, editedTexts);
  }
}
