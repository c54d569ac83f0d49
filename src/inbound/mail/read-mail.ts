/**
 * From a raw mail to a message: headers, new words, files, and the signs of who wrote it. Everything in a mail is its
 * sender's claim; here it is bounded and cleaned, elsewhere it is believed or not.
 */
import { createHash } from 'node:crypto';
import type { Address, Attachment, Email, Mailbox } from 'postal-mime';
import type { Instant } from '../../domain/actor.js';
import { isMailAddress } from '../../delivery/mail/mail-address.js';
import { cleanLine, cleanText, READ_MAX } from '../clean-text.js';
import type { IncomingFile, InboundMessage, Sender } from '../inbound-message.js';
import { whyAutomatic } from './automatic-mail.js';
import { deliveryReport } from './delivery-report.js';
import { guessLocale } from './guess-locale.js';
import { htmlText } from './html-text.js';
import { newWords } from './new-words.js';
import { caseNumbersIn, type OurAddress } from './our-address.js';
import { parseMail, UnreadableMail } from './parse-mail.js';

/** What the server that handed the mail over knows beside it. */
export interface Envelope {
  /** `MAIL FROM`; empty for reports; null: not known. */
  readonly from: string | null;
  readonly to: readonly string[];
  readonly receivedAt: Instant | null;
}

export const NO_ENVELOPE: Envelope = { from: null, to: [], receivedAt: null };

/** A thread of more mails than this names the nearest ones. */
const REFERENCES_MAX = 20;
const REFERENCES_LENGTH_MAX = 16_384;
const RECIPIENTS_MAX = 50;
/** Longer ids fit into no index, and no mail program makes them. */
const MESSAGE_ID = /<[^<>\s]{1,240}>/g;
/** The sender's own domain disowns the mail (RFC 7489, 8601). Who forges this header only harms themselves. */
const FORGED = /\bdmarc\s*=\s*fail\b/i;
const RETURNED_TYPES: ReadonlySet<string> = new Set(['message/rfc822', 'text/rfc822-headers']);
const ANSWER_SIGNS =
  /^\s*(?:(?:re|aw|sv|antw|回复|回覆|答复|答覆|回信)\s*(?:\[\d{1,3}\])?[:：]\s*|\[C-[0-9A-Z]{4}-[0-9A-Z]{4}\]\s*){1,20}/i;

/** @throws UnreadableMail: sending it again would not help. */
export async function readMail(
  raw: Uint8Array,
  ours: OurAddress,
  envelope = NO_ENVELOPE,
): Promise<InboundMessage> {
  const email = await parseMail(raw);
  const from = senderOf(email);
  if (from === null) throw new UnreadableMail('the mail names no sender');
  const header = (name: string): string | null =>
    email.headers.find(({ key }) => key === name)?.value ?? null;
  const rawSubject = cleanLine(email.subject ?? '');
  const wholeText = cleanText(textOf(email));
  const words = newWords(wholeText, rawSubject);
  const returnPath = envelope.from ?? returnPathOf(header('return-path'));
  const report = reportIn(email.attachments);
  return {
    channel: 'email',
    messageId: idsIn(header('message-id'))[0] ?? `<${hashOf(raw)}@unnamed>`,
    refersTo: nearestFirst(report?.messageId ?? null, header('in-reply-to'), header('references')),
    caseNumbers: numbersIn(email, envelope, rawSubject, ours),
    from,
    subject: plainSubject(rawSubject),
    words,
    wholeText,
    locale: guessLocale(`${rawSubject}\n${words}`),
    sentAt: instantOf(email.date),
    receivedAt: envelope.receivedAt,
    isForged: email.headers.some(({ key, value }) => key === 'authentication-results' && FORGED.test(value)),
    automatic: whyAutomatic({ from, subject: rawSubject, returnPath, header }, ours),
    report: report?.report ?? null,
    files: report ? [] : filesOf(email.attachments),
  };
}

function senderOf({ from, sender }: Email): Sender | null {
  const mailbox = [from, sender].flatMap(mailboxes).find(({ address }) => address.includes('@'));
  if (!mailbox) return null;
  const address = cleanLine(mailbox.address).toLowerCase();
  if (address === '') return null;
  const email = isMailAddress(address) ? address : null;
  return { by: 'email', address, name: cleanLine(mailbox.name) || address, email, phone: null };
}

/** A group stands for its members. */
function mailboxes(address: Address | undefined): Mailbox[] {
  if (!address) return [];
  return address.group ?? [address as Mailbox];
}

function textOf({ text, html }: Email): string {
  const plain = (text ?? '').slice(0, READ_MAX);
  return plain.trim() === '' ? htmlText(html ?? '') : plain;
}

/** What the mail answers directly stands in In-Reply-To, and at the end of References. */
function nearestFirst(
  reported: string | null,
  inReplyTo: string | null,
  references: string | null,
): string[] {
  const ids = [...idsIn(reported), ...idsIn(inReplyTo), ...idsIn(references).reverse()];
  return [...new Set(ids)].slice(0, REFERENCES_MAX);
}

function idsIn(header: string | null): string[] {
  return header?.slice(-REFERENCES_LENGTH_MAX).match(MESSAGE_ID) ?? [];
}

function numbersIn(email: Email, envelope: Envelope, subject: string, ours: OurAddress): string[] {
  const named = [...(email.to ?? []), ...(email.cc ?? [])].slice(0, RECIPIENTS_MAX).flatMap(mailboxes);
  const delivered = email.headers.filter(({ key }) => key === 'delivered-to' || key === 'x-original-to');
  const addresses = [
    ...envelope.to,
    ...named.map(({ address }) => address),
    ...delivered.slice(0, RECIPIENTS_MAX).map(({ value }) => value.trim()),
  ];
  const tagged = addresses.flatMap((address) => ours.caseNumberIn(address) ?? []);
  return [...new Set([...tagged, ...caseNumbersIn(subject)])];
}

/** The matter itself: without "Re:" and without our own number. */
function plainSubject(subject: string): string {
  return subject.replace(ANSWER_SIGNS, '').trim();
}

function returnPathOf(header: string | null): string | null {
  return header === null ? null : header.replace(/[<>\s]/g, '');
}

function instantOf(date: string | undefined): Instant | null {
  const at = Date.parse(date ?? '');
  return Number.isNaN(at) ? null : at;
}

function reportIn(attachments: readonly Attachment[]) {
  const status = attachments.find(({ mimeType }) => mimeType === 'message/delivery-status');
  if (!status) return null;
  const returned = attachments.find(({ mimeType }) => RETURNED_TYPES.has(mimeType));
  return deliveryReport({ status: asText(status), returned: returned ? asText(returned) : '' });
}

/** Pictures of the layout come last, so that they take no place from what was attached. */
function filesOf(attachments: readonly Attachment[]): IncomingFile[] {
  const [attached, related] = [
    attachments.filter((one) => !one.related),
    attachments.filter((one) => one.related),
  ];
  return [...attached, ...related].map((one) => ({ name: one.filename, bytes: bytesOf(one) }));
}

function bytesOf({ content }: Attachment): Uint8Array {
  if (typeof content === 'string') return Buffer.from(content);
  return content instanceof Uint8Array ? content : new Uint8Array(content);
}

function asText(attachment: Attachment): string {
  return Buffer.from(bytesOf(attachment)).toString('latin1');
}

function hashOf(raw: Uint8Array): string {
  return createHash('sha256').update(raw).digest('hex');
}
