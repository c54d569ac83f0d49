import { describe, expect, it } from '@jest/globals';
import { chooseLocale, nearestLocale } from '../../src/delivery/choose-locale.js';

describe('the choice of a language', () => {
  it.each([
    ['zh', 'zh-CN'],
    ['zh-CN', 'zh-CN'],
    ['zh-SG', 'zh-CN'],
    ['zh-Hans', 'zh-CN'],
    ['zh-Hans-HK', 'zh-CN'],
    ['zh-TW', 'zh-TW'],
    ['zh-HK', 'zh-TW'],
    ['zh-MO', 'zh-TW'],
    ['zh-Hant', 'zh-TW'],
    ['zh-Hant-CN', 'zh-TW'],
    ['yue', 'zh-TW'],
    ['en-GB', 'en'],
    ['fr', 'en'],
    ['ZH-hk', 'zh-TW'],
  ])('takes a reader of %s for one of %s', (tag, locale) => {
    expect(nearestLocale([tag])).toBe(locale);
    expect(chooseLocale({ acceptLanguage: `${tag};q=0.8` })).toBe(locale);
  });

  it('asks the reader first, then the customer’s record, then the browser', () => {
    const hints = { chosen: 'en', customer: 'zh-HK', acceptLanguage: 'zh-CN' };
    expect(chooseLocale(hints)).toBe('en');
    expect(chooseLocale({ ...hints, chosen: null })).toBe('zh-TW');
    expect(chooseLocale({ ...hints, chosen: 'fr' })).toBe('zh-TW');
    expect(chooseLocale({ ...hints, chosen: null, customer: null })).toBe('zh-CN');
    expect(chooseLocale({})).toBe('en');
    expect(chooseLocale({}, 'zh-CN')).toBe('zh-CN');
  });

  it('goes by the browser’s order of preference, not by the order of its header', () => {
    expect(chooseLocale({ acceptLanguage: 'en;q=0.5, zh-TW;q=0.9' })).toBe('zh-TW');
    expect(chooseLocale({ acceptLanguage: 'fr, zh-HK;q=0.7, en;q=0.3' })).toBe('zh-TW');
  });

  it.each([
    ['nothing', ''],
    ['anything', '*'],
    ['separators', ';;;'],
    ['four kilobytes of one letter', 'x'.repeat(4_096)],
    ['NUL', '\u0000'],
    ['an underscore', 'zh_CN'],
    ['hyphens', '-'.repeat(500)],
    ['a thousand subtags', 'de-'.repeat(1_000)],
  ])('survives a header that holds %s', (_, header) => {
    expect(['en', 'zh-CN']).toContain(chooseLocale({ acceptLanguage: header, customer: null }));
    expect(['en', 'zh-CN']).toContain(chooseLocale({ customer: header }));
  });
});
