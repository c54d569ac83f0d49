import { describe, expect, it } from '@jest/globals';
import { IntlMessageFormat } from 'intl-messageformat';
import { CATALOGUES, fill, say } from '../../src/delivery/catalogue.js';
import { MESSAGE_ARGUMENTS, type MessageKey } from '../../src/delivery/messages/message-keys.js';
import { renderUpdate } from '../../src/delivery/render-update.js';
import { LOCALES, type Locale } from '../../src/domain/policies.js';
import { UPDATE_KEYS } from '../../src/domain/progress-update.js';
import { namesIn, PRIMARY_ID, START_AT } from './story.js';

const KEYS = Object.keys(MESSAGE_ARGUMENTS) as MessageKey[];
/** Everything that any update may carry (contract of the domain). */
const PARAMS = {
  ownerId: 'agent-1',
  department: 'logistics',
  question: 'Which address should we send it to?',
  waitUntilAt: START_AT,
  confirmUntilAt: START_AT,
  reopenUntilAt: START_AT,
  reviewAt: START_AT,
  solution: 'The parcel was found and arrives on Friday.',
  reasons: 'The return window ended on 3 October.',
  text: 'We have called the carrier.',
  promise: 'A courier picks it up.',
  promisedAt: START_AT,
  description: 'A voucher for your next order',
  amountMinor: 1_250,
  currency: 'EUR',
  untilAt: START_AT,
  tell: 'The part has to be made anew.',
  primaryCaseId: PRIMARY_ID,
  primaryNumber: 'C-7K3Q-F9XM',
};
const reader = (locale: Locale) => ({ locale, timeZone: 'Asia/Shanghai', names: namesIn(locale) });

interface Element {
  type: number;
  value?: string;
  options?: Record<string, { value: Element[] }>;
}
/** Literal text has type 0; everything else that has a value is a placeholder. */
function placeholders(elements: readonly Element[]): string[] {
  return elements.flatMap(({ type, value, options }) => [
    ...(type === 0 || value === undefined ? [] : [value]),
    ...Object.values(options ?? {}).flatMap((option) => placeholders(option.value)),
  ]);
}
const placeholdersOf = (locale: Locale, key: MessageKey) =>
  [
    ...new Set(placeholders(new IntlMessageFormat(CATALOGUES[locale][key], locale).getAst() as Element[])),
  ].sort();

describe.each(LOCALES)('the catalogue of %s', (locale) => {
  it(`answers every key with a text (${locale})`, () => {
    expect(Object.keys(CATALOGUES[locale]).sort()).toEqual([...KEYS].sort());
    expect(KEYS.filter((key) => CATALOGUES[locale][key].trim() === '')).toEqual([]);
  });

  it(`uses in each text exactly the placeholders that its key allows (${locale})`, () => {
    const found = Object.fromEntries(KEYS.map((key) => [key, placeholdersOf(locale, key)]));
    const allowed = Object.fromEntries(KEYS.map((key) => [key, [...MESSAGE_ARGUMENTS[key]].sort()]));
    expect(found).toEqual(allowed);
  });

  it(`has a text for every update that the domain can tell, and tells them apart (${locale})`, () => {
    const texts = UPDATE_KEYS.map((key) => renderUpdate({ key, params: PARAMS }, reader(locale)).happened);
    expect(new Set(texts).size).toBe(UPDATE_KEYS.length);
    expect(texts).not.toContain(CATALOGUES[locale]['case.unknown']);
  });

  it.each(UPDATE_KEYS)(`words %s as agreed (${locale})`, (key) => {
    expect(renderUpdate({ key, params: PARAMS }, reader(locale))).toMatchSnapshot();
  });

  it.each(UPDATE_KEYS)(`leaves no gap in %s when every value is missing (${locale})`, (key) => {
    const text = renderUpdate({ key, params: {} }, { ...reader(locale), timeZone: 'UTC' });
    for (const part of [text.happened, text.who, text.next]) {
      expect(part).not.toMatch(/\bnone\b|undefined|null|NaN|[{}]| {2}/);
      expect(part.length).toBeGreaterThan(1);
    }
    expect(text.quotes).toEqual([]);
  });
});

describe('the Chinese catalogues', () => {
  const all = (locale: Locale) => Object.values(CATALOGUES[locale]).join('');

  it('are each written in their own characters and words', () => {
    expect(all('zh-CN')).not.toMatch(/[們這處務開關請說題還從經發門問單與]/);
    expect(all('zh-TW')).not.toMatch(/[们这处务开关请说题还从经发门问单与]/);
    expect(all('zh-CN')).not.toMatch(/您好吗|訊息|資訊|連結/);
    expect(all('zh-TW')).not.toMatch(/服務單|信息|鏈接|反饋|落實/);
  });

  it('use full-width punctuation between Chinese characters', () => {
    const withoutSyntax = (text: string) =>
      text.replace(/\{(at|amount), select, none|\{max, number\}|, select|\{\w+\}/g, '');
    for (const locale of ['zh-CN', 'zh-TW'] as const) {
      const texts = Object.values(CATALOGUES[locale]).map(withoutSyntax);
      expect(texts.filter((text) => /\p{Script=Han}[,.;:?!()]/u.test(text))).toEqual([]);
    }
  });
});

describe('a text', () => {
  it.each(['{constructor.constructor}', '${7*7}', '{{department}}', "it's {owner}", '<b>bold</b>', '%s #'])(
    'takes %j for what it is, not for syntax',
    (name) => {
      expect(fill('en', 'who.department', { department: name })).toBe(name);
      expect(say('en', 'headline.department', { department: name })).toBe(`With ${name}`);
    },
  );

  it('of an update that this version does not know is an honest half-sentence', () => {
    for (const key of ['case.invented', 'constructor', '__proto__', '']) {
      expect(renderUpdate({ key, params: PARAMS }, reader('en')).happened).toBe(
        'There is news on your case.',
      );
    }
  });
});
