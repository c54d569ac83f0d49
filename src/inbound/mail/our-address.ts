/**
 * Our own mail address: which mail is for us, which is from us, and the case whose number stands behind the plus of
 * `service+C-7K3Q-F9XM@example.com`. Knows no mail and no case.
 */
import { domainOf, parseMailbox } from '../../delivery/mail/mail-address.js';

const CASE_NUMBER = /C-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}/i;
const TAGGED_NUMBER = new RegExp(`^${CASE_NUMBER.source}$`, 'i');
const SUBJECT_NUMBERS = new RegExp(`\\[(${CASE_NUMBER.source})\\]`, 'gi');

export class OurAddress {
  readonly domain: string;
  private readonly local: string;

  /** @param mailFrom with or without a name: `Service <service@example.com>`. */
  constructor(mailFrom: string) {
    const address = (parseMailbox(mailFrom)?.address ?? '').toLowerCase();
    const at = address.lastIndexOf('@');
    this.local = address.slice(0, Math.max(at, 0));
    this.domain = address.slice(at + 1);
  }

  /** Whether mail for this address may be given to us; all else would be relaying. */
  takes(address: string): boolean {
    return domainOf(address).toLowerCase() === this.domain;
  }

  /** Whether it is the address that we write from, with or without a tag. */
  isOurs(address: string): boolean {
    return this.takes(address) && localOf(address).split('+', 1)[0] === this.local;
  }

  /** @returns the number of the case that the address is of; null when it names none. */
  caseNumberIn(address: string): string | null {
    const tag = this.isOurs(address) ? localOf(address).slice(this.local.length + 1) : '';
    return TAGGED_NUMBER.test(tag) ? tag.toUpperCase() : null;
  }
}

/** Numbers in square brackets, as our own subjects carry them. */
export function caseNumbersIn(subject: string): string[] {
  return [...subject.matchAll(SUBJECT_NUMBERS)].map(([, number = '']) => number.toUpperCase());
}

function localOf(address: string): string {
  return address.slice(0, Math.max(address.lastIndexOf('@'), 0)).toLowerCase();
}
