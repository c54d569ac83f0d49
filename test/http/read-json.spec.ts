// Bodies on their way in: what JSON.parse lets pass although it is ambiguous or dangerous (reliability.md T12, T15,
// N1, N2, N8–N11). Pure; the same through a socket is in bad-input.spec.ts.
import { describe, expect, it } from '@jest/globals';
import { readJson } from '../../src/http/input/read-json.js';
import { JSON_DEPTH_MAX, JSON_ITEMS_MAX, JSON_KEYS_MAX, scanJson } from '../../src/http/input/scan-json.js';
import { Problem } from '../../src/http/problems/problem.js';

const read = (body: string | Buffer, type = 'application/json', encoding?: string) =>
  readJson(typeof body === 'string' ? Buffer.from(body) : body, type, encoding);

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
  return 'accepted';
}

const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
const wide = (keys: number) => `{${Array.from({ length: keys }, (_, n) => `"k${n}":1`).join(',')}}`;

describe('a body', () => {
  it.each([
    ['an empty object', '{}'],
    ['the same key in two objects', '{"a":{"x":1},"b":{"x":2}}'],
    ['the same key in two items of a list', '{"a":[{"x":1},{"x":2}]}'],
    ['a value that equals a key', '{"a":"b","b":"a"}'],
    ['a forbidden name as a value', '{"a":"__proto__"}'],
    ['a name that merely begins like a forbidden one', '{"constructors":1}'],
    ['an escaped quote before a comma', '{"a":"\\",\\"a\\":1","b":2}'],
    ['a whole surrogate pair, escaped', '{"a":"\\ud83d\\ude00"}'],
    ['nesting to the limit', nested(JSON_DEPTH_MAX)],
    ['as many keys as allowed', wide(JSON_KEYS_MAX)],
    ['as many items as allowed', `{"a":[${'1,'.repeat(JSON_ITEMS_MAX - 1)}1]}`],
    ['numbers of every kind', '{"a":[0,-0,1.0,1e2,-12.5E-3,9007199254740991,0e9,0.000000000000000000]}'],
    ['digits in a text', '{"a":"99999999999999999999999999999"}'],
    ['a byte order mark', '\ufeff{"a":1}'],
    ['white space around it', ' \n{"a":1}\t '],
  ])('is read when it is %s', (_what, body) => {
    expect(codeOf(() => read(body))).toBe('accepted');
  });

  it.each([
    ['is empty', ''],
    ['is only white space', ' \n '],
    ['ends too early', '{"a":'],
    ['has a trailing comma', '{"a":1,}'],
    ['has a comment', '{"a":1}//'],
    ['holds two documents', '{"a":1}{"b":2}'],
    ['has single quotes', "{'a':1}"],
    ['has a hexadecimal number', '{"a":0x10}'],
    ['has a number with a leading zero', '{"a":01}'],
    ['has NaN', '{"a":NaN}'],
    ['has a raw control character', '{"a":"\u0001"}'],
    ['has a raw NUL', '{"a":"\u0000"}'],
    ['is a list', '[]'],
    ['is a text', '"a"'],
    ['is a number', '1'],
    ['is null', 'null'],
    ['is no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ['has an overlong form', Buffer.from([0x7b, 0x22, 0xc0, 0xaf, 0x22, 0x3a, 0x31, 0x7d])],
    ['is UTF-16', Buffer.from('{"a":1}', 'utf16le')],
  ])('is malformed when it %s', (_what, body) => {
    expect(codeOf(() => read(body))).toBe('malformed-json');
  });

  it.each([
    ['duplicate-key', 'a key twice', '{"a":1,"a":2}'],
    ['duplicate-key', 'a key twice, once escaped', '{"a":1,"\\u0061":2}'],
    ['duplicate-key', 'a key twice, after a nested object', '{"a":{"b":[{}]},"a":2}'],
    ['forbidden-key', '__proto__', '{"__proto__":{"admin":true}}'],
    ['forbidden-key', '__proto__, escaped', '{"\\u005f_proto__":1}'],
    ['forbidden-key', 'constructor, deep inside a list', '{"a":[[{"constructor":{"prototype":1}}]]}'],
    ['forbidden-key', 'toString', '{"toString":1}'],
    ['forbidden-key', 'hasOwnProperty', '{"a":{"hasOwnProperty":1}}'],
    ['forbidden-key', 'valueOf', '{"valueOf":1}'],
    ['ill-formed-text', 'an escaped NUL', '{"a":"\\u0000"}'],
    ['ill-formed-text', 'an escaped NUL in a key', '{"\\u0000":1}'],
    ['ill-formed-text', 'a lone high surrogate', '{"a":"\\ud800"}'],
    ['ill-formed-text', 'a lone low surrogate', '{"a":"x\\udc00"}'],
    ['ill-formed-text', 'a pair the wrong way round', '{"a":"\\ude00\\ud83d"}'],
    ['too-deep', '33 levels', nested(JSON_DEPTH_MAX + 1)],
    ['too-deep', '33 levels of lists', `{"a":${'['.repeat(33)}${']'.repeat(33)}}`],
    ['too-many-keys', '1,001 keys', wide(JSON_KEYS_MAX + 1)],
    ['too-many-items', '8,001 items', `{"a":[${'1,'.repeat(JSON_ITEMS_MAX)}1]}`],
    ['too-many-items', '8,001 items of many lists', `{"a":[${'[],'.repeat(JSON_ITEMS_MAX)}1]}`],
    ['unsafe-number', 'a whole number that would be its neighbour', '{"a":9007199254740993}'],
    ['unsafe-number', 'a number that would be infinite', '{"a":-1e400}'],
    ['unsafe-number', 'a number that would be nothing', '{"a":[1e-400]}'],
    ['unsafe-number', 'a number that would be nothing, written out', `{"a":0.${'0'.repeat(400)}1}`],
  ])('is refused as %s: %s', (code, _what, body) => {
    expect(codeOf(() => read(body))).toBe(code);
  });

  it.each([
    ['another charset', 'application/json; charset=utf-7', undefined],
    ['an unknown charset', 'application/json;charset="utf-99"', undefined],
    ['compression', 'application/json', 'gzip'],
    ['compression twice', 'application/json', 'gzip, gzip'],
  ])('is of no supported type with %s', (_what, type, encoding) => {
    expect(codeOf(() => read('{}', type, encoding))).toBe('unsupported-media-type');
  });

  it('may name its charset and its identity', () => {
    expect(codeOf(() => read('{}', 'application/json; charset=UTF-8', 'identity'))).toBe('accepted');
  });

  it('never touches the prototype of objects', () => {
    codeOf(() => read('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'));
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it.each([
    ['100,000 open brackets', `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['one key of 250 KiB', `{"${'k'.repeat(250 * 1024)}":1}`],
    ['a list of 120,000 items', `{"a":[${'1,'.repeat(120_000)}1]}`],
    ['a text of 120,000 escapes', `{"a":"${'\\"'.repeat(120_000)}"}`],
  ])('is judged within 50 ms of CPU: %s', (_what, body) => {
    const before = process.cpuUsage();
    scanJson(body);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1_000).toBeLessThan(50);
  });
});
