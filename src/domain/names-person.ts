/** Whether a text names somebody, by what is on record of them. Pure; knows no record. */

/** A name, an address or a number that tells who somebody is. Shorter ones are found in ordinary words. */
const TELLING_LENGTH_MIN = 3;

/**
 * @param identities names, addresses and numbers of one person; null and '' are passed over.
 * @returns whether a text names them: by any word of a name, by an address, by the digits of a number.
 */
export function namesPerson(identities: readonly (string | null)[]): (text: string) => boolean {
  const whole = identities.flatMap((one) => (one ? [plain(one)] : []));
  const words = whole.flatMap((one) => [one, ...one.split(/[\s,;]+/)]);
  const telling = [...new Set(words)].filter((word) => [...word].length >= TELLING_LENGTH_MIN || isCjk(word));
  const digits = whole.map(digitsOf).filter((number) => number.length >= 5);
  return (text) => {
    const searched = plain(text);
    const numbers = digitsOf(searched);
    return (
      telling.some((word) => searched.includes(word)) || digits.some((number) => numbers.includes(number))
    );
  };
}

const plain = (text: string): string => text.normalize('NFKC').toLowerCase().trim();
const digitsOf = (text: string): string => text.replace(/\D/g, '');
/** A whole name in Chinese may have two signs. */
const isCjk = (word: string): boolean => [...word].length === 2 && /^\p{Script=Han}+$/u.test(word);
