// Administrators' wordings: what is saved, what is not, and that no wording can do more than say something (S13, T24).
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Configuration } from '../../src/directory/configuration.js';
import { exampleValues } from '../../src/directory/template-fields.js';
import { fillTemplate, namesIn, TEMPLATE_TEXT_MAX } from '../../src/directory/template-text.js';
import { TemplateTexts } from '../../src/directory/template-texts.js';
import { checkTemplate } from '../../src/directory/templates.js';
import { LOCALES } from '../../src/domain/policies.js';
import { SYSTEM_NOW } from '../../src/store/now.js';
import { openDirectory, type TestDirectory } from './open-directory.js';

const VALUES = exampleValues('en');
const inAll = (text: string, subject?: string) =>
  Object.fromEntries(
    LOCALES.map((locale) => [locale, { text, ...(subject === undefined ? {} : { subject }) }]),
  );

describe('a wording', () => {
  it('is filled with values that are data: what they contain is never read as a wording', () => {
    const hostile = [
      '{{ number }}',
      '{% raw %}',
      '{{constructor.constructor}}',
      '${7*7}',
      '<%= 7 %>',
      '#{7}',
      '{{{x}}}',
    ];
    for (const value of hostile) {
      expect(fillTemplate('Dear {{ customerName }}!', { ...VALUES, customerName: value })).toBe(
        `Dear ${value}!`,
      );
    }
    const long = '{{x}}'.repeat(4_000);
    expect(fillTemplate('{{ message }}', { ...VALUES, message: long })).toBe(long);
  });

  it('may choose by what is there', () => {
    const wording = '{% if question %}We ask: {{ question }}{% else %}News.{% endif %}';
    expect(fillTemplate(wording, VALUES)).toBe('We ask: Which address?');
    expect(fillTemplate('{{ at | default: "soon" | upcase }}', { ...VALUES, at: '' })).toBe('SOON');
    expect(namesIn('{{ owner | default: department }}{% if at %}{{ at }}{% endif %}')).toEqual([
      'at',
      'department',
      'owner',
    ]);
  });

  it.each([
    '{{ constructor.constructor }}',
    '{{ number.constructor }}',
    '{{ number.__proto__ }}',
    '{{ process.env }}',
    '{{ secret }}',
    '{{ number | where: "x" }}',
    '{{ number | date: "%Y" }}',
    '{{ number | append: number | replace: "", number }}',
    '{% include "/etc/passwd" %}',
    '{% render "/etc/passwd" %}',
    '{% layout "/etc/passwd" %}',
    '{% for i in (1..1000000000) %}x{% endfor %}',
    '{% tablerow i in (1..1000000000) %}x{% endtablerow %}',
    '{% assign x = number %}{{ x }}',
    '{% capture x %}{{ number }}{% endcapture %}',
    '{% increment x %}',
    '{% liquid assign x = 1 %}',
    '{% if %}',
    '{{ number',
    '{% endif %}',
  ])('cannot say %s', (wording) => {
    expect(() => fillTemplate(wording, VALUES)).toThrow(/undefined|not found|not closed|invalid|illegal/i);
    const { problems } = checkTemplate(inAll(wording));
    expect(problems.map(({ pointer, code }) => [pointer, code])).toEqual(
      LOCALES.map((locale) => [`/${locale}/text`, 'malformed']),
    );
    expect(problems[0]?.message).toMatch(/^Cannot be filled: .+\.$/);
  });

  it('ends soon and small, however it is written', () => {
    const startedAt = performance.now();
    const nested = `${'{% if number %}'.repeat(200)}x${'{% endif %}'.repeat(80)}`;
    const piled = `{{ message${' | append: message'.repeat(150)} }}`;
    const big = { ...VALUES, message: 'x'.repeat(1_000_000) };
    expect(() => fillTemplate(nested.slice(0, TEMPLATE_TEXT_MAX), VALUES)).toThrow(/not closed/);
    expect(() => fillTemplate(piled, big)).toThrow(/memory/);
    expect(() => fillTemplate('{{ message }}'.repeat(300), big)).toThrow(/longer/);
    expect(() => fillTemplate('x'.repeat(TEMPLATE_TEXT_MAX + 1), VALUES)).toThrow(/parse length limit/);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});

describe('what may be saved', () => {
  it('is a text in all three languages, or none at all', () => {
    expect(checkTemplate({})).toEqual({ value: {}, problems: [] });
    expect(checkTemplate(inAll('{{ department }} helps.', '{{ number }} news'))).toEqual({
      value: inAll('{{ department }} helps.', '{{ number }} news'),
      problems: [],
    });
    expect(checkTemplate({ en: { text: 'x' } }).problems.map(({ pointer }) => pointer)).toEqual([
      '/zh-CN',
      '/zh-CN/text',
      '/zh-TW',
      '/zh-TW/text',
    ]);
  });

  it.each([
    ['a language that we do not write', { ...inAll('x'), de: { text: 'x' } }, '/de'],
    ['a field that does not exist', { ...inAll('x'), en: { text: 'x', html: 'x' } }, '/en/html'],
    ['no text', { ...inAll('x'), en: { text: '  ' } }, '/en/text'],
    ['a text that says nothing', { ...inAll('x'), en: { text: '{% if false %}x{% endif %}' } }, '/en/text'],
    ['a text that is none', { ...inAll('x'), en: { text: 7 } }, '/en/text'],
    ['too long a text', { ...inAll('x'), en: { text: 'x'.repeat(4_001) } }, '/en/text'],
    ['too long a subject', { ...inAll('x'), en: { text: 'x', subject: 'x'.repeat(301) } }, '/en/subject'],
    ['a control character', { ...inAll('x'), en: { text: 'a\u0000b' } }, '/en/text'],
    ['a list', [], ''],
    ['a text in place of languages', 'x', ''],
  ])('is not %s', (_, body, pointer) => {
    expect(checkTemplate(body).problems.map((problem) => problem.pointer)).toContain(pointer);
  });
});

describe('the wordings in force', () => {
  let directory: TestDirectory;
  let configuration: Configuration;
  const reports: string[] = [];
  let texts: TemplateTexts;
  beforeAll(async () => {
    directory = await openDirectory();
    configuration = new Configuration(directory.pool, SYSTEM_NOW);
    texts = new TemplateTexts(configuration, (_, key, locale) => void reports.push(`${key} ${locale}`));
  });
  afterAll(() => directory?.close());
  const put = (key: string, body: unknown) => configuration.put('template', key, body, 'admin-1');

  it('are the newest version, and the built-in words before and after', async () => {
    expect(texts.textFor('case.escalated', 'en', () => VALUES)).toBeNull();
    await put('case.escalated', inAll('{{ department }} helps.'));
    await put('case.escalated', inAll('{{ department }} helps now.', 'Help: {{ department }}'));
    expect(texts.textFor('case.escalated', 'en', () => VALUES)).toEqual({
      subject: 'Help: Logistics',
      text: 'Logistics helps now.',
    });
    await put('case.escalated', {});
    expect(texts.textFor('case.escalated', 'en', () => VALUES)).toBeNull();
    expect(configuration.versions('template', 'case.escalated')).toHaveLength(3);
  });

  it('are of updates that exist', async () => {
    for (const key of ['case.invented', 'caseXopened', '*', 'constructor', '']) {
      expect([key, (await put(key, inAll('x'))).kind]).toEqual([key, 'invalid']);
    }
  });

  it('give way to the built-in words where they cannot be filled or leave nothing to say, and say so', async () => {
    await put('case.messaged', inAll(`{{ message }}${'{{ message }}'.repeat(50)}`));
    const long = { ...VALUES, message: 'x'.repeat(10_000) };
    expect(texts.textFor('case.messaged', 'zh-TW', () => long)).toBeNull();
    expect(reports).toEqual(['case.messaged zh-TW']);
    await put('case.replied', inAll('{% if owner %}{{ owner }} has it.{% endif %}'));
    expect(texts.textFor('case.replied', 'en', () => ({ ...VALUES, owner: '' }))).toBeNull();
    expect(texts.textFor('case.replied', 'en', () => VALUES)?.text).toBe('Mei has it.');
  });
});
