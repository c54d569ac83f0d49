import { describe, expect, it } from '@jest/globals';
import { formatInstant, knownTimeZone, zoneName } from '../../src/delivery/format-instant.js';
import { START_AT } from './story.js';

describe('an instant in a customer’s text', () => {
  it.each([
    ['en', 'Europe/Berlin', 'Friday, 6 November 2026, 08:00 (Central European Time)'],
    ['en', 'UTC', 'Friday, 6 November 2026, 07:00 (Coordinated Universal Time)'],
    ['en', 'Asia/Shanghai', 'Friday, 6 November 2026, 15:00 (China Standard Time)'],
    ['zh-CN', 'Asia/Shanghai', '2026年11月6日星期五 15:00（中国标准时间）'],
    ['zh-TW', 'Asia/Taipei', '2026年11月6日星期五 15:00（台北標準時間）'],
    ['zh-TW', 'America/New_York', '2026年11月6日星期五 02:00（東部時間）'],
  ] as const)('reads in %s and %s: %s', (locale, zone, text) => {
    expect(formatInstant(START_AT, locale, zone)).toBe(text);
  });

  it('names one zone in summer and in winter, and shows the hour that clocks on the wall show', () => {
    const summer = Date.UTC(2026, 6, 1, 12, 0);
    expect(formatInstant(summer, 'en', 'Europe/Berlin')).toContain('14:00 (Central European Time)');
    expect(zoneName(summer, 'en', 'Europe/Berlin')).toBe(zoneName(START_AT, 'en', 'Europe/Berlin'));
  });

  it('calls midnight 00:00 and keeps to the customer’s own date', () => {
    const midnight = Date.UTC(2026, 11, 31, 16, 0);
    expect(formatInstant(midnight, 'zh-CN', 'Asia/Shanghai')).toContain('2027年1月1日星期五 00:00');
    expect(formatInstant(midnight, 'en', 'Asia/Shanghai', 'short')).toBe('1 January 2027, 00:00');
  });

  it('falls back to a zone of the language where the record has none that exists', () => {
    expect(knownTimeZone('Asia/Kathmandu', 'en')).toBe('Asia/Kathmandu');
    for (const zone of [null, undefined, '', 'Mars/Olympus', '../etc', '\u0000']) {
      expect(knownTimeZone(zone, 'zh-TW')).toBe('Asia/Taipei');
    }
    expect(knownTimeZone(null, 'en')).toBe('UTC');
    expect(knownTimeZone(null, 'zh-CN')).toBe('Asia/Shanghai');
  });
});
