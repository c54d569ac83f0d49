/**
 * One message of one case as a mail: from whom to whom, its headers, both of its parts. Pure: the same message gives
 * the same mail for every try. Sends nothing.
 */
import { createHash } from 'node:crypto';
import { displayLine } from '../display-text.js';
import type { Outgoing } from '../outbound/channel.js';
import type { EditedTexts } from '../templates/edited-texts.js';
import { domainOf, isMailAddress, type Mailbox, taggedAddress } from './mail-address.js';
import { mailContent } from './mail-content.js';
import { mailHtml } from './mail-html.js';
import { mailText } from './mail-text.js';

export interface ComposedMail {
  readonly from: Mailbox;
  /** Exactly one, in the envelope as in the header. */
  readonly to: Mailbox;
  /** Leads an answer back to its case. */
  readonly replyTo: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** With its angle brackets; the same for every try. */
  readonly messageId: string;
  readonly inReplyTo: string | null;
  readonly references: readonly string[];
  readonly date: Date;
  readonly headers: Readonly<Record<string, string>>;
}

/** The whole thread in one header would grow for ever; programs need its start and its end (RFC 5322 §3.6.4). */
const REFERENCES_MAX = 10;
const MESSAGE_ID = /^<[\x21-\x3b\x3d\x3f-\x7e]{3,250}>$/;
/** A display name is a courtesy; a longer one is no name. */
const NAME_MAX = 100;

/** @throws RangeError for an address that is none, and for a message without an update. */
export function composeMail(
  message: Outgoing,
  address: string,
  sender: Mailbox,
  editedTexts: EditedTexts,
): ComposedMail {
  if (!isMailAddress(address)) throw new RangeError('Not one plain mail address.');
  const content = mailContent(message, editedTexts);
  const earlier = message.earlierMessageIds.filter((id) => MESSAGE_ID.test(id));
  return {
    from: sender,
    to: { name: headerText([...displayLine(message.recipient.name)].slice(0, NAME_MAX).join('')), address },
    replyTo: taggedAddress(sender.address, message.number),
    subject: headerText(content.title),
    text: mailText(content),
    html: mailHtml(content),
    messageId: messageIdOf(message.dedupeKey, sender.address),
    inReplyTo: earlier.at(-1) ?? null,
    references:
      earlier.length > REFERENCES_MAX
        ? [...earlier.slice(0, 1), ...earlier.slice(1 - REFERENCES_MAX)]
        : earlier,
    date: new Date(message.now),
    headers: {
      // Written by a machine, though about a person's affair: no absence notice is to answer it (RFC 3834 §5).
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'OOF, AutoReply',
      'Content-Language': message.recipient.locale,
    },
  };
}

/**
 * A text that imitates an encoded word (RFC 2047) would be read as what it decodes to, line breaks and all. A word
 * joiner, which nobody sees, makes it a text like any other.
 */
function headerText(text: string): string {
  return text.replaceAll('=?', '=\u2060?');
}

/** From the dedupe key, so that a mail which arrives twice is known to be one (reliability.md D7). */
function messageIdOf(dedupeKey: string, senderAddress: string): string {
  const digest = createHash('sha256').update(dedupeKey).digest('hex').slice(0, 40);
  return `<${digest}@${domainOf(senderAddress)}>`;
}
