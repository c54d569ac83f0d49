/**
 * What a hostile client puts into an address, a query or a header (reliability.md N1, N7, N17–N19, N22, S19, S20).
 * Data only.
 */
import { INJECTIONS, INVISIBLE, NO_IDS } from './hostile-values.js';
import type { Parameter } from './operations-of-document.js';

/** Segments as they go on the wire; none is the id of anything. */
export const NO_SEGMENTS: readonly string[] = [
  ...NO_IDS.map(encodeURIComponent),
  ...INJECTIONS.map(encodeURIComponent),
  '00000000-0000-0000-0000-000000000000',
  '00000000-0000-4000-8000-000000000000',
  '%00',
  'a%00b',
  '%ff%fe',
  '%ed%a0%80',
  '%c0%af',
  '%',
  '%zz',
  '%u0041',
  '..%2f..%2fetc%2fpasswd',
  '%2e%2e%2f',
  '..;',
  'a%0d%0aSet-Cookie:%20x=y',
  '%F0%9F%98%80',
  '%E2%80%AE',
  '__proto__',
  'constructor',
  'toString',
  'null',
  'undefined',
  'NaN',
  '**',
  ':id',
  '{id}',
  '0',
  '-1',
  '1e3',
  '01',
  '999999999999999999999',
  'x'.repeat(500),
  'x'.repeat(600),
];

const tooLong = ({ maxLength }: Parameter['schema']) =>
  maxLength === undefined ? [] : ['x'.repeat(maxLength + 1)];

const NO_LIMITS = [
  '0',
  '-1',
  '1e9',
  '1000000000',
  '1.5',
  '1.0',
  '01',
  '+1',
  '0x10',
  '١',
  'ten',
  'NaN',
  'Infinity',
  '',
];
const NO_CURSORS = [
  '????',
  'e30',
  'A'.repeat(513),
  'bnVsbA',
  Buffer.from('["cases:updatedAt"]').toString('base64url'),
  Buffer.from(`["cases:updatedAt","1'; DROP TABLE cases;--","x"]`).toString('base64url'),
  Buffer.from('{"__proto__":{"a":1}}').toString('base64url'),
  Buffer.from(`${'['.repeat(150)}${']'.repeat(150)}`).toString('base64url'),
  '',
];

/** Values that the parameter never takes, as the document describes it. */
export function hostileToParameter({ name, schema }: Parameter): string[] {
  if (name === 'limit') return NO_LIMITS;
  if (name === 'cursor') return [...NO_CURSORS, ...INJECTIONS];
  const ill = ['\u0000', 'a\u0007', 'a\nb'];
  if (schema.enum) return [...ill, '', '__proto__', 'no-such-word', 'id;drop table cases', ...INJECTIONS];
  if (schema.format === 'uuid') return [...ill, '', ...NO_IDS];
  if (schema.format === 'date-time') return [...ill, '', 'now', 'infinity', '2026-02-30T00:00:00Z'];
  return [...ill, ...INVISIBLE, ...tooLong(schema)];
}

/** Whole queries that no checked route takes; appended to an address that is in order. */
export const NO_QUERIES: readonly string[] = [
  'surprise=1',
  'limit=5&limit=5',
  'cursor=a&cursor=b',
  'limit=5&limit[]=5',
  'a[b]=c',
  'a[b][c]=d',
  'limit[]=1',
  'limit[gt]=1',
  '__proto__=1',
  '__proto__[polluted]=1',
  'constructor[prototype][polluted]=1',
  'toString=1',
  'hasOwnProperty=1',
  'sort=id;drop',
  '$where=1',
  'filter={"$gt":""}',
  '%00=1',
  'a%00b=1',
  Array.from({ length: 900 }, (_, n) => `p${n}=`).join('&'),
];

/** Of headers that the node reads. None makes it fail. */
export const HEADERS_READ: readonly string[] = [
  'if-match',
  'idempotency-key',
  'last-event-id',
  'authorization',
  'x-api-key',
  'cookie',
  'accept-language',
  'accept-encoding',
  'traceparent',
  'tracestate',
  'user-agent',
  'referer',
  'range',
  'if-none-match',
  'if-modified-since',
  'expect',
  'prefer',
];

/** Claims about the sender, its host or its intention that nobody here believes (S20). */
export const CLAIMS: Readonly<Record<string, string>> = {
  host: 'evil.example',
  'x-forwarded-for': '127.0.0.1, 10.0.0.1',
  'x-forwarded-host': 'evil.example',
  'x-forwarded-proto': 'https',
  'x-forwarded-prefix': '/evil.example',
  'x-real-ip': '127.0.0.1',
  forwarded: 'for=127.0.0.1;host=evil.example;proto=https',
  'x-user-id': 'admin-1',
  'x-role': 'admin',
  'x-actor': 'admin-1',
  'x-original-url': '/api/v1/api-keys',
  'x-rewrite-url': '/api/v1/api-keys',
  'x-http-method-override': 'DELETE',
  'x-method-override': 'DELETE',
  origin: 'https://evil.example',
  referer: 'https://evil.example/',
};

export const NO_ACCEPTS: readonly string[] = [
  'text/xml',
  'application/json;q=0',
  '*/*;q=0',
  'audio/*',
  'x/y, z/w',
];

/** Odd, and no reason to refuse anything. */
export const ODD_PREFERENCES: readonly Readonly<Record<string, string>>[] = [
  { 'accept-language': `${'zh-Hant-TW-x-a;q=0.1,'.repeat(195)}en` },
  { 'accept-language': '*' },
  { 'accept-language': ';;q=,,--,\u00e9' },
  { 'accept-language': `${'a'.repeat(4_000)}` },
  { 'accept-encoding': 'br;q=2' },
  { 'accept-encoding': 'identity;q=0, *;q=0' },
  { 'accept-encoding': 'zz, gzip;q=NaN' },
  { 'accept-charset': 'utf-7' },
  { accept: `${'text/x-a;q=0.1,'.repeat(270)}*/*` },
];
