/**
 * What became of a mail, from what the server or the network said last: delivered is decided elsewhere, here is told
 * apart what to try again, what never to try again, and whether it may have arrived. Does no I/O.
 */
import type { SendResult } from '../outbound/channel.js';

/** The fields of nodemailer's errors that say something about the cause. */
interface SmtpFault {
  readonly code?: string;
  /** What the server was asked last. */
  readonly command?: string;
  /** The server's three digits, where it answered. */
  readonly responseCode?: number;
  readonly response?: string | false;
  readonly message?: string;
}

/** Long enough for any server's sentence; the column and the page that show it are bounded (S: unsafe consumption). */
const DETAIL_MAX = 300;
/** A server's "this mailbox": RFC 5321 §4.2.2. Which of its reasons, only the enhanced code says (RFC 3463). */
const MAILBOX_CODES: ReadonlySet<number> = new Set([550, 551, 553]);
/** Said before the recipient was named, so nothing is wrong with the recipient: our account, our connection, TLS. */
const BEFORE_THE_MAIL = /^(CONN|API|EHLO|HELO|LHLO|STARTTLS|AUTH\b.*|RSET)$/;

/** @param wasHandedOver the whole mail had been given to the connection, its final dot included. */
export function sendResultOf(fault: unknown, wasHandedOver: boolean): SendResult {
  const { code, command, responseCode: said, response, message } = (fault ?? {}) as SmtpFault;
  const words = response || message || '';
  const detail = words.replace(/\s+/g, ' ').trim().slice(0, DETAIL_MAX);
  const isOurs = code === 'EAUTH' || BEFORE_THE_MAIL.test(command ?? 'CONN');
  if (said === undefined) {
    const arrived = wasHandedOver ? 'perhaps' : 'no';
    return { kind: 'tryAgain', code: code ?? 'EUNKNOWN', detail, arrived };
  }
  // The server answered, so it has not taken the mail, however much of it had been sent.
  if (said < 500 || isOurs) return { kind: 'tryAgain', code: String(said), detail, arrived: 'no' };
  return { kind: 'refused', code: String(said), detail, badAddress: isBadAddress(said, command, words) };
}

function isBadAddress(said: number, command: string | undefined, words: string): boolean {
  if (!MAILBOX_CODES.has(said)) return false;
  const [, subject] = /^\d{3}[ -]5\.(\d{1,3})\.\d{1,3}\b/.exec(words) ?? [];
  // Without an enhanced code, "550" to RCPT is about the address; to MAIL or DATA it may be about anything.
  return subject === undefined ? command === 'RCPT TO' : subject === '1';
}
