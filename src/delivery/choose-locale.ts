/**
 * Which of our languages a person reads best. Compares by script and region, not by letters: Hong Kong, Macao and
 * Cantonese read Traditional Chinese, Singapore reads Simplified. Knows no request; takes what one says.
 */
import { match } from '@formatjs/intl-localematcher';
import Negotiator from 'negotiator';
import { LOCALES, type Locale } from '../domain/policies.js';

/** Each language by its own name, as a person who reads nothing else would look for it. */
export const LOCALE_NAMES: Readonly<Record<Locale, string>> = {
  en: 'English',
  'zh-CN': '简体中文',
  'zh-TW': '繁體中文',
};

/** Where nobody has said anything. */
export const DEFAULT_LOCALE: Locale = 'en';

/** A header may have 16 KiB; nobody reads more languages than this, and matching costs time for each. */
const HEADER_LENGTH_MAX = 512;
const LANGUAGES_MAX = 10;

/** What is known of a reader, strongest first. Each may be absent, and none is trusted to be well-formed. */
export interface LocaleHints {
  /** Chosen on the page itself. */
  readonly chosen?: string | null;
  /** What the customer's record says: a BCP 47 tag. */
  readonly customer?: string | null;
  readonly acceptLanguage?: string | null;
}

/** Customer's choice → customer's record → `Accept-Language` → default. Never throws. */
export function chooseLocale(hints: LocaleHints, fallback: Locale = DEFAULT_LOCALE): Locale {
  const chosen = LOCALES.find((locale) => locale === hints.chosen);
  if (chosen) return chosen;
  if (hints.customer) return nearestLocale([hints.customer], fallback);
  return nearestLocale(acceptedLanguages(hints.acceptLanguage ?? ''), fallback);
}

/** @param tags BCP 47, best first; whatever is none is passed over. */
export function nearestLocale(tags: readonly string[], fallback: Locale = DEFAULT_LOCALE): Locale {
  const known = tags.filter(isLanguageTag).slice(0, LANGUAGES_MAX);
  if (known.length === 0) return fallback;
  return match(known, LOCALES, fallback) as Locale;
}

function acceptedLanguages(header: string): string[] {
  const bounded = header.slice(0, HEADER_LENGTH_MAX);
  return new Negotiator({ headers: { 'accept-language': bounded } }).languages();
}

function isLanguageTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}
