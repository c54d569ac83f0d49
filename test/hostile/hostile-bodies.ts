/**
 * Bodies that are refused as a whole, before any field is looked at, and the types under which bodies are no JSON
 * (reliability.md N2, N8–N11, N14, S21). Data only.
 */
import { gzipSync } from 'node:zlib';

export interface HostileBody {
  readonly row: string;
  readonly name: string;
  readonly body: string | Buffer;
  readonly statuses: readonly number[];
  readonly headers?: Readonly<Record<string, string>>;
}

const body = (
  row: string,
  name: string,
  content: string | Buffer,
  ...statuses: readonly number[]
): HostileBody => ({ row, name, body: content, statuses: statuses.length === 0 ? [400] : statuses });

const nested = (depth: number) => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;
const wide = (keys: number) => `{${Array.from({ length: keys }, (_, n) => `"k${n}":1`).join(',')}}`;
const utf16be = Buffer.from('{"a":1}', 'utf16le').swap16();

const FORBIDDEN = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'];

export const HOSTILE_BODIES: readonly HostileBody[] = [
  body('N2', 'bytes that are no UTF-8', Buffer.from('7b22ff223a317d', 'hex')),
  body('N2', 'an overlong form', Buffer.from('7b22c0af223a317d', 'hex')),
  body('N2', 'a surrogate in UTF-8', Buffer.from('7b22eda080223a317d', 'hex')),
  body('N2', 'a character cut off', Buffer.from('7b2261223a22f09f98', 'hex')),
  body('N2', 'UTF-16, little end first', Buffer.from('\ufeff{"a":1}', 'utf16le')),
  body('N2', 'UTF-16, big end first', utf16be),
  body('N1', 'NUL in a key', '{"a\\u0000":1}'),
  body('N1', 'a raw NUL', '{"a":"\u0000"}'),
  ...['', ' ', '\r\n\t', '{', '}', '{"a":1,}', '{,}', '{"a"}', '{"a":}', '{"a":1}//', '/**/{}', '#{}'].map(
    (text) => body('N8', `malformed: ${text}`, text),
  ),
  ...[
    "{'a':1}",
    '{a:1}',
    '{}{}',
    '{}\n{}',
    '{}x',
    '[]',
    '[{}]',
    '"x"',
    '1',
    'null',
    'true',
    'undefined',
    '<a/>',
  ].map((text) => body('N8', `no object: ${text}`, text)),
  body('N9', 'a key twice', '{"a":1,"a":1}'),
  body('N9', 'a key twice, once escaped', '{"a":1,"\\u0061":2}'),
  body('N9', 'a key twice, deep inside', '{"a":[{"b":{"c":1,"c":2}}]}'),
  ...FORBIDDEN.flatMap((name) => [
    body('N10', name, `{"${name}":{"polluted":true}}`),
    body('N10', `${name} deep inside`, `{"a":[{"b":{"${name}":{"polluted":true}}}]}`),
  ]),
  body('N10', '__proto__, escaped', '{"\\u005f_proto__":{"polluted":true}}'),
  body('N10', 'constructor and prototype', '{"constructor":{"prototype":{"polluted":true}}}'),
  body('N11', '33 levels', nested(33)),
  body('N11', '120,000 levels', nested(120_000)),
  body('N11', '40,000 levels of objects', `${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}`),
  body('N11', '1,001 keys', wide(1_001)),
  body('N11', '20,000 keys', wide(20_000)),
  body('N11', 'a list of 120,000', `{"a":[${'1,'.repeat(120_000)}1]}`),
  body('N11', 'a list of 60,000 objects', `{"a":[${'{},'.repeat(60_000)}{}]}`),
  body('N11', '50,000 lists', `{"a":[${'[],'.repeat(50_000)}[]]}`),
  body('N11', '8,000 items', `{"a":[${'1,'.repeat(7_998)}1]}`, 422),
  body('N11', 'a key of 250 KiB', `{"${'k'.repeat(250 * 1_024)}":1}`, 422),
  body('N11', 'a key of 60,000 emoji', `{"${'😀'.repeat(60_000)}":1}`, 422),
  body('N11', 'a number of 200,000 digits', `{"a":${'9'.repeat(200_000)}}`, 400),
  body('N11', '1,000 keys that nobody knows', wide(1_000), 422),
  body('N11', 'more than is read', `{"a":"${'x'.repeat(5 * 1_024 * 1_024)}"}`, 413),
];

const typed = (name: string, type: string, more: Readonly<Record<string, string>> = {}): HostileBody => ({
  row: 'N14',
  name,
  body: '{"surprise":1}',
  statuses: [415],
  headers: { 'content-type': type, ...more },
});

/** 64 MiB of spaces in 64 KiB. */
const bomb = () => gzipSync(Buffer.alloc(64 * 1_024 * 1_024, ' '));

/** The first three are those that a page of another origin can send without asking (S21). */
export const HOSTILE_TYPES: readonly HostileBody[] = [
  ...['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'].map((type) => ({
    ...typed(`${type} from a foreign page`, type, { origin: 'https://evil.example' }),
    row: 'S21',
  })),
  { ...typed('text/plain from nowhere', 'text/plain', { origin: 'null' }), row: 'S21' },
  typed('no type', ''),
  ...[
    'application/xml',
    'application/jsonp',
    'application/json5',
    'text/json',
    'image/svg+xml',
    '*/*',
    'json',
  ].map((type) => typed(type, type)),
  ...['utf-7', 'utf-99', 'utf-16', 'latin1', '"utf-7"', 'utf-8\u00ff'].map((charset) =>
    typed(`charset ${charset}`, `application/json; charset=${charset}`),
  ),
  typed('two types', 'application/json, text/plain'),
  ...['zz', 'gzip', 'gzip, gzip', 'br', 'deflate', 'compress', 'identity, gzip'].map((encoding) =>
    typed(`encoding ${encoding}`, 'application/json', { 'content-encoding': encoding }),
  ),
  { ...typed('a compression bomb', 'application/json', { 'content-encoding': 'gzip' }), body: bomb() },
];
