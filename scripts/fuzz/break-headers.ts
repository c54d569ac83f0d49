/**
 * Requests whose headers are wrong: media types, keys, tags, and what nobody asked for. One row per kind of mistake, as in
 * `break-request.ts`.
 */
import { gzipSync } from 'node:zlib';
import type { BreakRequest } from './break-request.js';
import { HOSTILE_TEXTS } from './hostile.js';

/** What a header's value may hold on its way through a client library. */
const HEADER_TEXTS = HOSTILE_TEXTS.filter(
  (text) => /^[\t\x20-\x7e\x80-\xff]*$/.test(text) && text.length < 5_000,
);

const BAD_KEYS = ['', '""', 'a'.repeat(256), '"a', 'a b', 'é', 'a\tb', '\u0080'];
const IF_MATCHES = [
  '*',
  '""',
  '1',
  'W/"1"',
  '"0"',
  '"-1"',
  '"99999999999999999999"',
  '"1", "2"',
  '"1e3"',
  '"é"',
  'x',
];
const MEDIA_TYPES = [
  'text/plain',
  'text/xml',
  'application/xml',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/json; charset=utf-7',
  'application/json; charset=utf-99',
  'application/json; charset=iso-8859-1',
  'application/jsonx',
  'application/vnd.api+json',
  'json',
  ';',
  '*/*',
];

export const BREAK_HEADERS: Readonly<Record<string, BreakRequest>> = {
  'a wrong media type': (request, { random }) => {
    if (request.body === null) return false;
    request.headers['content-type'] = random.pick(MEDIA_TYPES);
    // Where bytes of any type may come, the product looks at the bytes.
    if (request.value !== undefined) request.mustFail = 'this is no media type of the operation';
    return true;
  },
  'no media type': (request) => {
    if (request.body === null) return false;
    delete request.headers['content-type'];
    request.mustFail = 'there is no media type';
    return true;
  },
  'another content encoding': (request, { random }) => {
    if (request.body === null || request.value === undefined) return false;
    const encoding = random.pick(['gzip', 'zz', 'br', 'gzip, gzip', 'bomb']);
    request.headers['content-encoding'] = encoding === 'bomb' ? 'gzip' : encoding;
    if (encoding === 'gzip') request.body = gzipSync(request.body);
    if (encoding === 'bomb') request.body = gzipSync(Buffer.alloc(5_000_000, 0x20));
    request.mustFail = 'compressed bodies are not read';
    return true;
  },
  'a bad Idempotency-Key': (request, { random }) => {
    const takesOne = request.operation.parameters.some(
      ({ name }) => name.toLowerCase() === 'idempotency-key',
    );
    request.headers['idempotency-key'] = random.pick(BAD_KEYS);
    request.mustFail = takesOne ? 'the Idempotency-Key is invalid' : null;
    return true;
  },
  'an odd If-Match': (request, { random }) => {
    request.headers['if-match'] = random.pick(IF_MATCHES);
    return true;
  },
  'an odd Accept': (request, { random }) => {
    request.headers['accept'] = random.pick([
      'text/xml',
      'application/json;q=0',
      '*/*;q=0',
      'image/*',
      ';;;',
      'a'.repeat(4_000),
      'application/json;q=9',
      '',
      'text/html',
    ]);
    return true;
  },
  'an odd header': (request, { random }) => {
    const name = random.pick(ODD_HEADERS);
    request.headers[name] = random.pick([...HEADER_TEXTS, 'a'.repeat(4_000)]);
    return true;
  },
};

const ODD_HEADERS = [
  'accept-language',
  'accept-encoding',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-user-id',
  'x-http-method-override',
  'x-api-key',
  'traceparent',
  'tracestate',
  'origin',
  'referer',
  'cookie',
  'range',
  'if-none-match',
  'if-modified-since',
  'last-event-id',
  'user-agent',
  'forwarded',
  'prefer',
  'webhook-timestamp',
  'webhook-id',
  'webhook-signature',
];
