/**
 * Whether a program wrote a mail: answering one leads to mail loops, and what it says answers nobody (RFC 3834). A
 * table of signs, read off the headers. Knows no case.
 */
import type { Sender } from '../inbound-message.js';
import type { OurAddress } from './our-address.js';

export interface MailSigns {
  readonly from: Sender;
  readonly subject: string;
  /** `MAIL FROM` of the envelope, else Return-Path; empty: none may be answered; null: not known. */
  readonly returnPath: string | null;
  /** First value of a header by its lower-case name; null when the mail has none. */
  readonly header: (name: string) => string | null;
}

/** What nobody writes by hand, in the order in which it is looked for; the name is kept as the reason. */
const SIGNS: Readonly<Record<string, (mail: MailSigns, ours: OurAddress) => boolean>> = {
  'own-message': ({ from }, ours) => ours.isOurs(from.address),
  'auto-submitted': ({ header }) => !/^\s*(no\b|$)/i.test(header('auto-submitted') ?? ''),
  'bulk-mail': ({ header }) => /^\s*(bulk|junk|list|auto_reply)\b/i.test(header('precedence') ?? ''),
  'auto-response-suppressed': ({ header }) =>
    !/^\s*(none\b|$)/i.test(header('x-auto-response-suppress') ?? ''),
  'mail-loop': ({ header }) => header('x-loop') !== null,
  'auto-reply': ({ header, subject }) =>
    header('x-autoreply') !== null || header('x-autorespond') !== null || AUTOMATIC_SUBJECT.test(subject),
  'no-return-path': ({ returnPath }) => returnPath === '',
  'mail-daemon': ({ from }) => /^(mailer-daemon|postmaster)@/i.test(from.address),
};

/** Some providers' automatic answers carry no header that says so. */
const AUTOMATIC_SUBJECT =
  /^\s*(自动回复|自動回覆|自動回復|automatic reply|auto(matic)?[- ]?reply|out of office)\s*[:：]/i;

/** @returns the name of the first sign; null when a person seems to have written it. */
export function whyAutomatic(mail: MailSigns, ours: OurAddress): string | null {
  const found = Object.entries(SIGNS).find(([, isThere]) => isThere(mail, ours));
  return found?.[0] ?? null;
}
