/**
 * Amounts of money as clients write them: a decimal text such as "49.90" beside its currency. Inside they count the
 * smallest unit, so that sums are exact; no floating point on the way in or out.
 */

/** Nobody compensates in the billions; and everything below stays an exact number, in any currency. */
const WHOLE_DIGITS_MAX = 9;

/**
 * @param currency ISO 4217: three capitals.
 * @returns null for what is no amount of that currency: a sign, an exponent, more decimals than it has.
 */
export function toMinorUnits(amount: string, currency: string): number | null {
  const [, whole, decimals = ''] = /^(0|[1-9]\d*)(?:\.(\d+))?$/.exec(amount) ?? [];
  const digits = digitsOf(currency);
  if (whole === undefined || whole.length > WHOLE_DIGITS_MAX || decimals.length > digits) return null;
  return Number(`${whole}${decimals.padEnd(digits, '0')}`);
}

/** @param amountMinor a whole number of the smallest unit. @returns e.g. `49.90`, `0.05`, and `500` for whole yen. */
export function toDecimalText(amountMinor: number, currency: string): string {
  const digits = digitsOf(currency);
  const text = String(amountMinor).padStart(digits + 1, '0');
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** Decimals of a currency by ISO 4217; two for three letters that are no currency. */
function digitsOf(currency: string): number {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  return format.resolvedOptions().maximumFractionDigits ?? 2;
}
