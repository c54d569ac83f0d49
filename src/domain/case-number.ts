/**
 * The number that people say on the telephone, derived from the case's id: no sequence, so that any node can open a
 * case without asking another. Forty random bits of a UUIDv7; not unique by constraint, only in practice.
 */

/** Crockford's alphabet: no I, L, O, U, so that nothing is misread aloud. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const HEX_DIGITS = 10;
const BITS_PER_LETTER = 5n;

/** @param id UUIDv7; its last ten hex digits are random. @returns e.g. `C-7K3Q-F9XM`. */
export function caseNumber(id: string): string {
  let bits = BigInt(`0x${id.replaceAll('-', '').slice(-HEX_DIGITS)}`);
  let letters = '';
  while (letters.length < 8) {
    letters = `${ALPHABET[Number(bits & 31n)]}${letters}`;
    bits >>= BITS_PER_LETTER;
  }
  return `C-${letters.slice(0, 4)}-${letters.slice(4)}`;
}
