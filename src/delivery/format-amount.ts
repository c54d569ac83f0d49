/** Money as people read it. Knows no case. */
import type { Locale } from '../domain/policies.js';

/**
 * @param amountMinor in the currency's smallest unit: cents, and whole yen.
 * @param currency ISO 4217. @throws RangeError for what is not three letters.
 */
export function formatAmount(amountMinor: number, currency: string, locale: Locale): string {
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(amountMinor / 10 ** digits);
}
