// The kinds of field (reliability.md T11, T13, N1–N6, N12, N13, N19): what each takes, what it stores, and how a
// fault is named. Pure.
import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { textFault } from '../../src/http/input/clean-text.js';
import { Email, Locale, Phone, TimeZone } from '../../src/http/input/contact-fields.decorator.js';
import {
  Choice,
  Flag,
  InstantText,
  Key,
  Line,
  Nested,
  Text,
  TextRecord,
  Texts,
  Uuid,
  Whole,
} from '../../src/http/input/fields.decorator.js';
import { parseInstant, toInstantText } from '../../src/http/input/instant.js';
import { validateBody } from '../../src/http/input/validate-input.js';
import { Problem, type FieldError } from '../../src/http/problems/problem.js';

class InnerDto {
  @Line(5) name: string;
}

class EveryKindDto {
  @Text(10, { optional: true }) text?: string;
  @Line(5, { optional: true }) line?: string;
  @Key({ optional: true }) key?: string;
  @Uuid({ optional: true }) uuid?: string;
  @InstantText({ optional: true }) instant?: string;
  @Choice(['a', 'b'], { optional: true }) choice?: string;
  @Flag({ optional: true }) flag?: boolean;
  @Whole(1, 99, { optional: true }) whole?: number;
  @Texts(5, { optional: true }) texts?: string[];
  @TextRecord(5, { optional: true }) record?: Record<string, string>;
  @Nested(() => InnerDto, { optional: true }) inner?: InnerDto;
  @Email() email?: string;
  @Phone() phone?: string;
  @Locale() locale?: string;
  @TimeZone() zone?: string;
}

class RequiredDto {
  @Text(10) text: string;
}

function errorsOf(type: new () => object, body: object): readonly FieldError[] {
  try {
    validateBody(type, body);
  } catch (error) {
    if (error instanceof Problem) return error.parts.errors ?? [];
    throw error;
  }
  return [];
}
const errors = (body: object) => errorsOf(EveryKindDto, body);
const codes = (body: object) => errors(body).map(({ pointer, code }) => `${pointer} ${code}`);

const JUNK: [string, unknown][] = [
  ['a number', 1],
  ['true', true],
  ['a list', ['a']],
  ['an object', { a: 1 }],
];

describe('a field', () => {
  it.each([
    ['text', JUNK],
    ['line', JUNK],
    ['key', JUNK],
    ['uuid', JUNK],
    ['instant', JUNK],
    ['choice', JUNK],
    [
      'flag',
      [
        ['1', 1],
        ['"true"', 'true'],
        ['a list', [true]],
      ],
    ],
    [
      'whole',
      [
        ['"12"', '12'],
        ['1.5', 1.5],
        ['2^53 + 1', 2 ** 53 + 1],
        ['1e300', 1e300],
        ['0', 0],
        ['100', 100],
      ],
    ],
    [
      'texts',
      [
        ['a number', 1],
        ['an object', {}],
        ['a list of numbers', [1]],
        ['a list with null', [null]],
      ],
    ],
    [
      'record',
      [
        ['a list', []],
        ['a text', 'a'],
        ['numbers inside', { a: 1 }],
        ['null inside', { a: null }],
      ],
    ],
    [
      'inner',
      [
        ['a list', [{ name: 'x' }]],
        ['a text', 'x'],
        ['a number', 1],
      ],
    ],
    ['email', JUNK],
    ['phone', JUNK],
    ['locale', JUNK],
    ['zone', JUNK],
  ] as [string, [string, unknown][]][])('of kind %s takes nothing of another type', (name, wrong) => {
    for (const [what, value] of wrong) {
      expect([what, errors({ [name]: value }).length]).toEqual([what, 1]);
    }
  });

  it('that is optional may be null', () => {
    const names = [
      'text',
      'line',
      'key',
      'uuid',
      'instant',
      'choice',
      'flag',
      'whole',
      'texts',
      'record',
      'inner',
      'email',
    ];
    expect(errors(Object.fromEntries(names.map((name) => [name, null])))).toEqual([]);
  });

  it('that is missing is named as required, and only so', () => {
    expect(errorsOf(RequiredDto, {})).toEqual([
      { pointer: '/text', code: 'required', message: 'Text is required.' },
    ]);
    expect(errorsOf(RequiredDto, { text: null }).map(({ code }) => code)).toEqual(['required']);
  });

  it('that nobody knows is named by its pointer, escaped', () => {
    expect(codes({ 'state/~': 'closed', revision: 3 })).toEqual([
      '/state~1~0 unknown-field',
      '/revision unknown-field',
    ]);
  });

  it('inside another is named by its whole pointer', () => {
    expect(codes({ inner: { name: 'too long', level: 2 } })).toEqual([
      '/inner/level unknown-field',
      '/inner/name invalid-text',
    ]);
  });

  it('accepts 1.0 as the whole number 1', () => {
    expect(validateBody(EveryKindDto, JSON.parse('{"whole":1.0}')).whole).toBe(1);
  });
});

describe('a text', () => {
  it('is kept in NFC, with line feeds alone', () => {
    expect(validateBody(EveryKindDto, { text: 'e\u0301\r\nb' }).text).toBe('é\nb');
    expect(validateBody(EveryKindDto, { texts: ['e\u0301'], record: { a: 'e\u0301' } })).toMatchObject({
      texts: ['é'],
      record: { a: 'é' },
    });
  });

  it('is measured in code points, not in bytes or UTF-16 units', () => {
    expect(errors({ text: '😀'.repeat(10) })).toEqual([]);
    expect(codes({ text: '😀'.repeat(11) })).toEqual(['/text invalid-text']);
  });

  it.each([
    ['empty', ''],
    ['white space', ' \t\n\u3000'],
    ['zero-width joiners', '\u200d\u200b\ufeff'],
    ['direction marks', '\u202e\u2066'],
    ['Hangul fillers', '\u3164\u115f\uffa0'],
    ['braille blank', '\u2800'],
    ['combining marks alone', '\u0301\u0302'],
    ['a control character', 'a\u0007'],
    ['DEL', 'a\u007f'],
    ['a lone carriage return', 'a\rb'],
    ['a lone surrogate', 'a\ud800'],
    ['NUL', 'a\u0000'],
  ])('is refused when it is %s', (_what, text) => {
    expect(codes({ text })).toEqual(['/text invalid-text']);
  });

  it.each([
    ['right-to-left text', 'שלום'],
    ['an emoji of a family', '👨‍👩‍👧'],
    ['Chinese', '包裹未到'],
    ['tab and line feed', 'a\tb\nc'],
    ['balanced direction marks', '\u2067שלום\u2069'],
  ])('may be %s', (_what, text) => {
    expect(errors({ text })).toEqual([]);
  });

  it('of one line holds no line break of any script', () => {
    expect(['a\nb', 'a\tb', 'a\u2028b'].map((line) => codes({ line }))).toEqual(
      Array.from({ length: 3 }, () => ['/line invalid-text']),
    );
  });

  it('that may be empty may be empty', () => {
    expect(textFault('', { min: 0, max: 5, multiline: true })).toBeNull();
  });
});

describe('an instant', () => {
  it.each([
    ['2026-05-12T09:30:00Z', '2026-05-12T09:30:00.000Z'],
    ['2026-05-12T09:30:00.5+02:00', '2026-05-12T07:30:00.500Z'],
    ['2026-05-12t09:30:00z', '2026-05-12T09:30:00.000Z'],
    ['2024-02-29T23:59:59.123456789-00:30', '2024-03-01T00:29:59.123Z'],
    ['2189-12-31T23:59:59Z', '2189-12-31T23:59:59.000Z'],
    ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00.000Z'],
  ])('%s is %s', (text, instant) => {
    expect(toInstantText(parseInstant(text))).toBe(instant);
  });

  it.each([
    '2026-02-30T00:00:00Z',
    '2026-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-10T00:00:00Z',
    '2026-05-12T24:00:00Z',
    '2026-05-12T23:59:60Z',
    '2026-05-12T09:60:00Z',
    '2026-05-12T09:30:00',
    '2026-05-12 09:30:00Z',
    '2026-05-12T09:30Z',
    '2026-05-12T09:30:00+0200',
    '2026-05-12T09:30:00+24:00',
    `2026-05-12T09:30:00.${'1'.repeat(1_000)}Z`,
    '2026-W20-2T09:30:00Z',
    '2026-132T09:30:00Z',
    '2026-05-12',
    '0000-01-01T00:00:00Z',
    '-0001-01-01T00:00:00Z',
    '10000-01-01T00:00:00Z',
    '+275760-09-13T00:00:00Z',
    '2189-12-31T23:59:59-01:00',
    '9999-12-31T23:59:59Z',
    '1970-01-01T00:00:00+01:00',
    '1900-01-01T00:00:00Z',
    'infinity',
    'now',
    '1778578200',
    '',
  ])('%s is none', (text) => {
    expect(parseInstant(text)).toBeNull();
    expect(codes({ instant: text })).toEqual(['/instant invalid-instant']);
  });
});

describe('an id', () => {
  it.each(['00000000-0000-0000-0000-000000000000', '01a2011f-9c23-7ebd-b176-93490937ef58'])(
    'may be %s',
    (uuid) => {
      expect(errors({ uuid })).toEqual([]);
    },
  );

  it.each([
    '01A2011F-9C23-7EBD-B176-93490937EF58',
    '{01a2011f-9c23-7ebd-b176-93490937ef58}',
    'x'.repeat(36),
    '',
  ])('is not %s', (uuid) => {
    expect(codes({ uuid })).toEqual(['/uuid invalid-id']);
  });
});

describe('contact data', () => {
  it.each([
    ['email', 'ada@example.com'],
    ['email', "o'neill+tag@mail.example.co.uk"],
    ['phone', '+44 (20) 7946-0958'],
    ['phone', '110'],
    ['locale', 'zh-Hant-TW'],
    ['zone', 'Asia/Shanghai'],
    ['zone', 'UTC'],
  ])('%s may be %s', (name, value) => {
    expect(errors({ [name]: value })).toEqual([]);
  });

  it.each([
    ['email', 'ada@example.com\r\nBcc: eve@example.com'],
    ['email', 'ada@example.com,eve@example.com'],
    ['email', 'Ada <ada@example.com>'],
    ['email', '"a b"@example.com'],
    ['email', 'ada(comment)@example.com'],
    ['email', `${'a'.repeat(65)}@example.com`],
    ['email', `a@${'b.'.repeat(130)}com`],
    ['email', 'friends:ada@example.com;'],
    ['email', ':'.repeat(10_000)],
    ['email', 'ada@exämple.com'],
    ['email', '.ada@example.com'],
    ['email', 'ada@example'],
    ['phone', 'call me'],
    ['phone', '+'],
    ['locale', 'not a language'],
    ['locale', 'en_US'],
    ['zone', 'Mars/Phobos'],
    ['zone', '+01:00'],
    ['zone', '../etc/passwd'],
  ])('%s is never %s', (name, value) => {
    expect(errors({ [name]: value }).map(({ pointer }) => pointer)).toEqual([`/${name}`]);
  });

  it.each(['text', 'line', 'key', 'uuid', 'instant', 'email', 'phone', 'locale', 'zone'])(
    'and every other text is judged within 50 ms of CPU: %s',
    (name) => {
      const attacks = ['a', 'a@', 'a.', '0', '-', 'a-', '1(', '/a', '\u0301'].map(
        (unit) => `${unit.repeat(50_000)}!`,
      );
      const before = process.cpuUsage();
      for (const attack of attacks) errors({ [name]: attack });
      const { user, system } = process.cpuUsage(before);
      expect((user + system) / 1_000 / attacks.length).toBeLessThan(50);
    },
  );
});
