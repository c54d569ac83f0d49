/**
 * Bodies that are broken as text: ambiguous JSON, no JSON at all, bytes that are no UTF-8. A parser that is lenient with
 * one of them lets two readers see two different requests, so each says whether an answer of success would be wrong.
 */
import type { Random } from './random.js';

interface BrokenText {
  /** @returns null: not with this text. */
  readonly make: (text: string, random: Random) => Buffer | string | null;
  /** null: it may be accepted. */
  readonly mustFail: string | null;
}

const NOT_JSON = 'this is no JSON document';

const refused = (make: BrokenText['make'], mustFail = NOT_JSON): BrokenText => ({ make, mustFail });
const withField = (text: string, field: string): string | null =>
  text.startsWith('{') ? `{${field}${text === '{}' ? '' : ','}${text.slice(1)}` : null;

export const BREAK_TEXT: Readonly<Record<string, BrokenText>> = {
  'a key twice': refused((text) => {
    const first = /^\{("(?:[^"\\]|\\.)*"):/.exec(text)?.[1];
    return first === undefined ? null : withField(text, `${first}:null`);
  }, 'a key stands twice'),
  'a key twice, once escaped': refused((text) => {
    const name = /^\{"([a-z])(\w*)":/.exec(text);
    const code = name?.[1]?.charCodeAt(0).toString(16).padStart(4, '0');
    return name === null ? null : withField(text, `"\\u${code}${name[2]}":1`);
  }, 'a key stands twice'),
  'a forbidden key': refused(
    (text, random) =>
      withField(
        text,
        `${random.pick(['"__proto__"', '"constructor"', '"toString"', '"hasOwnProperty"', '"\\u005f_proto__"'])}:{"polluted":true}`,
      ),
    'a key has a forbidden name',
  ),
  'a trailing comma': refused((text) => (text.length < 3 ? null : `${text.slice(0, -1)},${text.slice(-1)}`)),
  'a comment': refused((text) => `/* hello */${text}`),
  'half of it': refused((text) => (text.length < 3 ? null : text.slice(0, Math.floor(text.length / 2)))),
  'two documents': refused((text) => `${text}${text}`),
  'single quotes': refused((text) => (text.includes('"') ? text.replaceAll('"', "'") : null)),
  'no quotes': refused((text) => (text.includes('":') ? text.replaceAll(/"(\w+)":/g, '$1:') : null)),
  'nothing but spaces': refused(() => ' \n '),
  'numbers of other languages': refused((text, random) =>
    withField(
      text,
      `"x":${random.pick(['NaN', 'Infinity', '-Infinity', '0x10', '01', '+1', '.5', '1.', '1_000', 'undefined'])}`,
    ),
  ),
  'a number without end': refused(
    (text) => withField(text, `"x":1${'0'.repeat(5_000)}`),
    'no field is called x',
  ),
  'NUL in a text': refused((text) => withField(text, '"x":"a\\u0000b"'), 'a text holds NUL'),
  'half of a pair': refused(
    (text, random) => withField(text, `"x":"${random.pick(['\\ud800', '\\udc00', '\\udc00\\ud800'])}"`),
    'a text is ill-formed',
  ),
  'bytes that are no text': refused((text) =>
    Buffer.concat([
      Buffer.from(text.slice(0, -1)),
      Buffer.from([0x22, 0xc0, 0xaf, 0xff, 0x22]),
      Buffer.from('}'),
    ]),
  ),
  'UTF-16': refused((text) => Buffer.from(`\ufeff${text}`, 'utf16le')),
  'a byte order mark': { make: (text) => `\ufeff${text}`, mustFail: null },
  'spaces around it': { make: (text) => ` \r\n\t${text}\n`, mustFail: null },
  depth: refused((text, random) => {
    const depth = random.pick([33, 100, 5_000, 100_000]);
    return withField(text, `"x":${'['.repeat(depth)}${']'.repeat(depth)}`);
  }, 'it is nested too deeply'),
  'many keys': refused((text, random) => {
    const keys = Array.from({ length: random.pick([1_001, 20_000]) }, (_none, n) => `"k${n}":1`);
    return withField(text, keys.join(','));
  }, 'it has too many keys'),
  'a long key': refused((text) => withField(text, `"${'k'.repeat(250_000)}":1`), 'no field is called so'),
  'too many bytes': refused((text) => withField(text, `"x":"${'a'.repeat(300_000)}"`), 'it is too large'),
};
