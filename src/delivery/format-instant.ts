/**
 * Instants as people read them: in their own zone and language, with the weekday and the zone's name, because "by
 * 16:30" without a zone is a promise that two people understand differently. Knows no message but the two patterns.
 */
import type { Instant } from '../domain/actor.js';
import type { Locale } from '../domain/policies.js';
import { say } from './catalogue.js';

/** Where the customer's record names no zone: the one in which most readers of the language live, always shown. */
export const DEFAULT_TIME_ZONE: Readonly<Record<Locale, string>> = {
  en: 'UTC',
  'zh-CN': 'Asia/Shanghai',
  'zh-TW': 'Asia/Taipei',
};

/** `short` is for lists, under which the zone is named once. */
export type InstantStyle = 'full' | 'short';

/** @param timeZone an IANA zone that `knownTimeZone` has passed. @throws RangeError for another one. */
export function formatInstant(
  at: Instant,
  locale: Locale,
  timeZone: string,
  style: InstantStyle = 'full',
): string {
  const { weekday, day, month, year, hour, minute } = parts(at, locale, timeZone, 'longGeneric');
  const time = `${hour}:${minute}`;
  if (style === 'short') return say(locale, 'instant.short', { day, month, year, time });
  const zone = zoneName(at, locale, timeZone);
  return say(locale, 'instant.full', { weekday, day, month, year, time, zone });
}

/** E.g. "Central European Time", "中国标准时间", "Coordinated Universal Time". */
export function zoneName(at: Instant, locale: Locale, timeZone: string): string {
  const generic = parts(at, locale, timeZone, 'longGeneric').timeZoneName;
  // Zones without a name of their own, UTC among them, come out as a bare offset there.
  return /^(GMT|UTC)/.test(generic) ? parts(at, locale, timeZone, 'long').timeZoneName : generic;
}

/** The customer's zone if this runtime knows it, else the language's default. Never throws. */
export function knownTimeZone(timeZone: string | null | undefined, locale: Locale): string {
  if (!timeZone) return DEFAULT_TIME_ZONE[locale];
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return timeZone;
  } catch {
    return DEFAULT_TIME_ZONE[locale];
  }
}

const PARTS = ['weekday', 'day', 'month', 'year', 'hour', 'minute', 'timeZoneName'] as const;
type Parts = Record<(typeof PARTS)[number], string>;

/** Names come from the runtime, the order of things from our own patterns: so a new ICU moves no comma. */
function parts(at: Instant, locale: Locale, timeZone: string, timeZoneName: 'long' | 'longGeneric'): Parts {
  const found = formatter(locale, timeZone, timeZoneName).formatToParts(at);
  const valueOf = (type: string) => found.find((part) => part.type === type)?.value ?? '';
  return Object.fromEntries(PARTS.map((type) => [type, valueOf(type)])) as Parts;
}

/** Zones × languages × 2 stay far below; spellings such as "asia/SHANGHAI" must not fill the memory. */
const FORMATTERS_MAX = 4_000;
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(
  locale: Locale,
  timeZone: string,
  timeZoneName: 'long' | 'longGeneric',
): Intl.DateTimeFormat {
  const name = `${locale} ${timeZone} ${timeZoneName}`;
  let format = formatters.get(name);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(locale, {
      weekday: 'long',
      day: 'numeric',
      month: locale === 'en' ? 'long' : 'numeric',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
      timeZone,
      timeZoneName,
    });
    if (formatters.size >= FORMATTERS_MAX) formatters.clear();
    formatters.set(name, format);
  }
  return format;
}
