/**
 * What a hostile or careless client puts where something sensible belongs (reliability.md N1–N22, S13–S21), by the kind
 * of place. Data only: which answer each deserves is said beside it; no request is made here.
 */
import type { Field } from './body-fields.js';

/** Text of a JSON value: what `JSON.stringify` cannot write stands here as it goes on the wire. */
export interface HostileJson {
  readonly row: string;
  readonly name: string;
  readonly json: string;
  readonly statuses: readonly number[];
}

const INVALID = [422] as const;
/** Beyond what a body may hold at all, some limits cannot be reached. */
const INVALID_OR_LARGE = [422, 413] as const;
const UNREADABLE = [400] as const;

/** JSON that is well-formed and yet cannot be stored as it is: refused before any field is looked at. */
const ILL_FORMED: readonly (readonly [row: string, name: string, json: string])[] = [
  ['N1', 'NUL', '"a\\u0000b"'],
  ['N2', 'half a pair, high', '"a\\ud800"'],
  ['N2', 'half a pair, low', '"\\udc00a"'],
  ['N2', 'a pair the wrong way round', '"\\udc00\\ud800"'],
];

/** Nothing that a person could read. */
export const INVISIBLE: readonly string[] = [
  '',
  ' ',
  '\t\n',
  '\u200b',
  '\u200d\ufeff\u2060',
  '\u202e',
  '\u2067\u2069',
  '\u3164',
  '\u115f\u1160',
  '\uffa0',
  '\u2800',
  '\u00ad',
  '\u0301\u0302',
  '\u180e',
  '\ufe0f',
  '\u{e0020}\u{e007f}',
  '\u3000\u00a0',
];

const CONTROLS: readonly string[] = ['a\u0007b', 'a\u001b[31mb', 'a\u007f', '\u0008a', 'a\u000bb'];

/** Longer than any field without a limit of its own may be. */
const UNBOUNDED_LENGTH = 50_000;

/** N6: none is an RFC 3339 instant with an offset, of a day that is, within the years that are reckoned with. */
export const NO_INSTANTS: readonly string[] = [
  '2026-02-30T00:00:00Z',
  '2025-02-29T00:00:00Z',
  '2026-05-12T24:00:00Z',
  '2026-05-12T23:59:60Z',
  '2026-05-12T23:60:00Z',
  '2026-W20-2',
  '2026-W20-2T09:30:00Z',
  '2026-132',
  '0000-01-01T00:00:00Z',
  '-0001-01-01T00:00:00Z',
  '10000-01-01T00:00:00Z',
  '+275760-09-13T00:00:00Z',
  '9999-12-31T23:59:59Z',
  '2026-05-12T09:30:00',
  '2026-05-12 09:30:00Z',
  '2026-05-12',
  `2026-05-12T09:30:00.${'1'.repeat(1_000)}Z`,
  'infinity',
  '-infinity',
  'now',
  'epoch',
  '1778578200',
  '２０２６-05-12T09:30:00Z',
  "2026-05-12T09:30:00Z'--",
  ' 2026-05-12T09:30:00Z',
  '2026-05-12T09:30:00Z\n',
];

/** N5, as they stand in the JSON. What a range takes by chance is left out. */
const NO_WHOLE_NUMBERS: readonly (readonly [json: string, statuses: readonly number[]])[] = [
  ['2147483648', [422]],
  ['-2147483649', [422]],
  ['-1', [422]],
  ['9007199254740993', [400, 422]],
  ['1e300', [400, 422]],
  ['1e400', [400, 422]],
  ['1e-400', [400, 422]],
  ['1.5', [422]],
  ['0.1', [422]],
  ['0x10', [400]],
  ['01', [400]],
  ['+1', [400]],
  ['NaN', [400]],
  ['Infinity', [400]],
  ['-Infinity', [400]],
  ['1_000', [400]],
  ['"12"', [422]],
  ['""', [422]],
  ['true', [422]],
  ['[1]', [422]],
  ['{"valueOf":1}', [400]],
];

/** N7: nothing of these is the id of anything. */
export const NO_IDS: readonly string[] = [
  'nope',
  '01A2011F-9C23-7EBD-B176-93490937EF58',
  '{01a2011f-9c23-7ebd-b176-93490937ef58}',
  'urn:uuid:01a2011f-9c23-7ebd-b176-93490937ef58',
  '01a2011f9c237ebdb17693490937ef58',
  'x'.repeat(36),
  '01a2011f-9c23-7ebd-b176-93490937ef5g',
  "' OR ''='",
  '０1a2011f-9c23-7ebd-b176-93490937ef58',
  '01a2011f-9c23-7ebd-b176-93490937ef58\n',
  '../../etc/passwd',
  '-1',
];

/** N20: each would be no address, or more than one. */
export const NO_ADDRESSES: readonly string[] = [
  'ada@example.com\r\nBcc: eve@example.com',
  'ada@example.com\nBcc: eve@example.com',
  'ada@example.com,eve@example.com',
  'ada@example.com;eve@example.com',
  'Ada <ada@example.com>',
  '<ada@example.com>',
  '"a b"@example.com',
  '"a@b"@example.com',
  'ada(comment)@example.com',
  `${'a'.repeat(65)}@example.com`,
  `a@${'b.'.repeat(130)}com`,
  `a@${'b'.repeat(64)}.com`,
  'friends:ada@example.com,eve@example.com;',
  ':'.repeat(10_000),
  'ada@exаmple.com',
  'ada@пример.рф',
  '.ada@example.com',
  'ada..b@example.com',
  'ada@example',
  'ada@[127.0.0.1]',
  'ada@example.com ',
  'ada%0d%0a@example.com\r',
  '@example.com',
  'ada@',
];

const quoted = (row: string, name: string, value: unknown, statuses: readonly number[] = INVALID) => ({
  row,
  name,
  json: JSON.stringify(value),
  statuses,
});

const shown = (text: string) => JSON.stringify(text.slice(0, 24));

/** Of another type than the field's (N12). */
const OTHER_TYPES: Readonly<Record<string, readonly unknown[]>> = {
  text: [1, true, { a: 'b' }, [['a']], [null]],
  word: [1, true, { a: 'b' }, ['a'], 'no-such-word', '__proto__'],
  instant: [1_778_578_200, true, {}, ['2026-05-12T09:30:00Z']],
  uuid: [1, true, {}, ['01a2011f-9c23-7ebd-b176-93490937ef58']],
  email: [1, true, {}, ['ada@example.com']],
  integer: [{}, 'one'],
  number: [{}, 'one', true],
  boolean: ['true', 'false', 1, 0, '', [], {}, [true]],
  list: [1, true, { 0: 'a' }, { length: 1 }, [[]], [[[]]], [null]],
  object: [1, true, 'x', [], [{}], [[]]],
  record: [1, true, 'x', [], [['a', 'b']], { a: { b: 'c' } }, { a: [['b']] }],
};

/** Everything that no field of this kind takes, whatever it means. */
export function hostileTo({ kind, schema, isRequired, pointer }: Field): HostileJson[] {
  const found = (OTHER_TYPES[kind] ?? []).map((value) =>
    quoted('N12', `of another type: ${JSON.stringify(value)}`, value, pointer === '' ? [400, 422] : INVALID),
  );
  if (isRequired && pointer !== '') found.push(quoted('N12', 'null', null));
  switch (kind) {
    case 'integer':
      return [...found, ...numbersOutside(schema)];
    case 'instant':
      return [
        ...found,
        ...ill(),
        ...NO_INSTANTS.map((text) => quoted('N6', shown(text), text)),
        ...longer(100),
      ];
    case 'uuid':
      return [...found, ...ill(), ...NO_IDS.map((text) => quoted('N7', shown(text), text)), ...longer(100)];
    case 'email':
      return [
        ...found,
        ...ill(),
        ...NO_ADDRESSES.map((text) => quoted('N20', shown(text), text)),
        ...longer(254),
      ];
    case 'word':
      return [...found, ...ill(), ...unreadable(), ...longer(100)];
    case 'text': {
      const long = longer(schema.maxLength ?? UNBOUNDED_LENGTH);
      return [
        ...found,
        ...ill(),
        ...unreadable().filter(({ json }) => json !== '""' || !mayBeEmpty(schema)),
        ...controls(),
        ...long,
      ];
    }
    case 'record':
      return [...found, ...hostileNames()];
    default:
      return found;
  }
}

/** As far as the document says. */
const mayBeEmpty = ({ minLength = 0 }: Field['schema']) => minLength === 0;

const ill = (): HostileJson[] =>
  ILL_FORMED.map(([row, name, json]) => ({ row, name, json, statuses: UNREADABLE }));

const unreadable = () => INVISIBLE.map((text) => quoted('N3', `invisible ${escapes(text)}`, text));

const controls = () => CONTROLS.map((text) => quoted('N3', `control ${escapes(text)}`, text));

/** One code point more than fits, of four bytes each; and one that is all marks. */
function longer(max: number): HostileJson[] {
  const emoji = quoted('N4', `${max + 1} emoji`, '😀'.repeat(max + 1), INVALID_OR_LARGE);
  const marks = quoted('N3', '10,000 marks', `a${'\u0316'.repeat(10_000)}`);
  return max < 10_000 ? [emoji, marks] : [emoji];
}

function numbersOutside({ minimum = 0, maximum = Infinity }: Field['schema']): HostileJson[] {
  const around = [minimum - 1, maximum + 1]
    .filter(Number.isSafeInteger)
    .map((n) => [String(n), INVALID] as const);
  const isTaken = (json: string) =>
    /^-?\d+$/.test(json) && Number(json) >= minimum && Number(json) <= maximum && Number(json) < 2 ** 53;
  return [...NO_WHOLE_NUMBERS, ...around]
    .filter(([json]) => /^0\d/.test(json) || !isTaken(json))
    .map(([json, statuses]) => ({ row: 'N5', name: json, json, statuses }));
}

/** Names in an object that takes any. */
function hostileNames(): HostileJson[] {
  const names = ['', ' ', '\u200b', 'a\u0007', 'a\nb', '\u202e', 'k'.repeat(1_000)];
  return [
    ...names.map((name) => quoted('N12', `the name ${escapes(name.slice(0, 8))}`, { [name]: 'x' })),
    { row: 'N1', name: 'NUL in a name', json: '{"a\\u0000":"x"}', statuses: UNREADABLE },
    quoted('N11', '300 names', Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`k${n}`, 'x']))),
  ];
}

function escapes(text: string): string {
  return JSON.stringify(text).replace(
    /[^\x20-\x7e]/gu,
    (sign) => `\\u{${sign.codePointAt(0)?.toString(16)}}`,
  );
}

/** N13: what only the server sets, and what nobody knows. */
export const STOLEN: Readonly<Record<string, unknown>> = {
  surprise: 1,
  id: '01a2011f-9c23-7ebd-b176-93490937ef58',
  state: 'closed',
  level: 2,
  ownerId: 'agent-1',
  owner_id: 'agent-1',
  owner: 'agent-1',
  version: 7,
  revision: 7,
  number: 'C-0000-0000',
  createdAt: '2026-01-01T00:00:00Z',
  createdBy: 'admin-1',
  received_at: '2026-01-01T00:00:00Z',
  tier: 'gold',
  isAdmin: true,
  actor: { kind: 'system' },
  machineVersion: 99,
};

/** S19: as the usual tools try them, for every dialect and none. */
export const INJECTIONS: readonly string[] = [
  "'",
  '"',
  "''",
  "' OR '1'='1",
  "' OR 1=1--",
  "') OR ('1'='1",
  "1' ORDER BY 99--",
  "' UNION SELECT NULL,version(),NULL--",
  "'; DROP TABLE cases;--",
  "'; SELECT pg_sleep(5);--",
  "' AND 1=CAST((SELECT version()) AS int)--",
  "'||(SELECT pg_sleep(5))||'",
  '$$;SELECT pg_sleep(5);$$',
  "\\'; --",
  '%27%20OR%201=1',
  '1;DELETE FROM journal',
  "' AND extractvalue(1,concat(0x7e,version()))--",
  "admin'/*",
  '$1',
  '%',
  '_',
  '\\',
  'id;drop table cases',
  '(select 1)',
  "E'\\\\x41'",
];

/** N19: what makes a careless pattern go back and forth. */
export const REGEX_ATTACKS: readonly string[] = [
  'a',
  'a@',
  'a.',
  '@a.',
  '0',
  '-',
  'a-',
  '1(',
  '/a',
  ' ',
  '\u0301',
  '\t ',
  'http://a',
  '{{',
  '<a ',
  '\r\n',
  'é',
];

/** S13, S16: what some template language or browser would take for its own. */
export const TEMPLATES: readonly string[] = [
  '{{constructor.constructor("return process")()}}',
  '${7*7}',
  '<%= 7*7 %>',
  '#{7*7}',
  '{{{raw}}}',
  '{% include "/etc/passwd" %}',
  '{{ "a" | upcase }}',
  '[[${7*7}]]',
  '{name} {{name}} {0}',
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '"><svg onload=alert(1)>',
  'javascript:alert(1)',
  '%s %n %x',
  "'; DROP TABLE cases;--",
];

/** Odd and yet in order: stored and answered in NFC, and not a sign is lost (N3, N4). */
export const LEGAL_TEXTS: readonly string[] = [
  'e\u0301toile',
  '\u1112\u1161\u11ab',
  '👨‍👩‍👧‍👦 家族',
  '👩🏽‍🚀',
  'שלום עולם',
  'مرحبا بالعالم',
  'a\u202eb\u202cc',
  '\u2067שלום',
  `Z${'\u0335'.repeat(30)}algo`,
  '包裹没有到达',
  '𠮷野家',
  "O'Neill & Sons <x@y>",
  '1 < 2 > 0; "quoted" \\ back',
  'ﬁ ½ Å Ω',
  '=1+1',
];
