/**
 * The one grammar by which we write to an address: narrower than RFC 5321, so that nothing which passes can be read as
 * two recipients, a comment or a header (reliability.md T23, N20). Asks no server whether the address exists.
 */

export interface Mailbox {
  /** Empty where none is known. */
  readonly name: string;
  readonly address: string;
}

/** RFC 5321 §4.5.3.1: 64 octets before the sign, 254 in all (a path of 256 with its angle brackets). */
const ADDRESS_MAX = 254;
const LOCAL_MAX = 64;
/** Dot-atom of RFC 5322: no quotes, no comments, no space, nothing that is not ASCII. */
const LOCAL = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;
/** A case number goes here, and must never be able to end the local part. */
const TAG = /^[A-Za-z0-9-]+$/;

/**
 * Takes one plain address and nothing else. Linear in its length, which is checked first. An internationalised domain
 * is taken in its ASCII form (`xn--…`) only: letters that look alike are then told apart.
 */
export function isMailAddress(text: string): boolean {
  if (text.length > ADDRESS_MAX) return false;
  const [local = '', domain = '', ...rest] = text.split('@');
  if (rest.length > 0 || local.length > LOCAL_MAX || !LOCAL.test(local)) return false;
  const labels = domain.split('.');
  // An all-digit end is an IP address, which has no mailbox of a person behind it.
  return labels.every((label) => LABEL.test(label)) && !/^\d+$/.test(labels.at(-1) ?? '');
}

/**
 * @param text `name@domain` or `Display name <name@domain>`, the name in quotes or not.
 * @returns null for anything else, and for two of them.
 */
export function parseMailbox(text: string): Mailbox | null {
  const [, name = '', address = text.trim()] = /^([^<>\r\n]*)<([^<>]*)>\s*$/.exec(text) ?? [];
  if (!isMailAddress(address)) return null;
  return { name: name.trim().replace(/^"(.*)"$/, '$1'), address };
}

export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}

/**
 * The address with a tag that comes back with every answer: `service@…` → `service+C-7K3Q-F9XM@…`. Unchanged where
 * no tag fits, or the address has one already.
 */
export function taggedAddress(address: string, tag: string): string {
  const at = address.lastIndexOf('@');
  const tagged = `${address.slice(0, at)}+${tag}${address.slice(at)}`;
  const fits = TAG.test(tag) && !address.slice(0, at).includes('+') && isMailAddress(tagged);
  return fits ? tagged : address;
}
