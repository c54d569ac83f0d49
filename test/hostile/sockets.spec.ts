// Bytes that no well-behaved client sends (reliability.md N1, N15): answered once, with a clear no, or not at all; the
// connection ends, and nothing that was hidden in them is taken for a second request.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { Wire } from './wire.js';

let app: TestApp;
let wire: Wire;
beforeAll(async () => {
  app = await startTestApp();
  wire = new Wire(app.url);
});
afterAll(async () => {
  wire?.close();
  await app?.close();
});

const lines = (...all: readonly string[]) => all.join('\r\n');
const HOST = 'Host: x';
const CLOSE = 'Connection: close';
const JSON_TYPE = 'Content-Type: application/json';
const HIDDEN = lines('GET /health/live HTTP/1.1', HOST, CLOSE, '', '');
const many = (count: number) => Array.from({ length: count }, (_, n) => `X-${n}: ${n}`);

const get = (target: string, ...headers: readonly string[]) =>
  lines(`GET ${target} HTTP/1.1`, HOST, CLOSE, ...headers, '', '');
const post = (headers: readonly string[], body: string) =>
  lines('POST /api/v1/cases HTTP/1.1', HOST, JSON_TYPE, ...headers, '', body);

/** What is sent, and every status that is a fit answer; none: the connection just ends. */
const ABUSE: readonly (readonly [name: string, bytes: string | Buffer, ...statuses: number[]])[] = [
  [
    'a length and chunks',
    post(['Content-Length: 5', 'Transfer-Encoding: chunked'], `0\r\n\r\n${HIDDEN}`),
    400,
  ],
  [
    'chunks and a length',
    post(['Transfer-Encoding: chunked', 'Content-Length: 5'], `0\r\n\r\n${HIDDEN}`),
    400,
  ],
  ['two lengths', post(['Content-Length: 2', 'Content-Length: 3'], `{}${HIDDEN}`), 400],
  ['a list of lengths', post(['Content-Length: 2, 2'], `{}${HIDDEN}`), 400],
  ['a length below nothing', post(['Content-Length: -1'], HIDDEN), 400],
  ['a length with a sign', post(['Content-Length: +2'], `{}${HIDDEN}`), 400],
  ['a length in hexadecimal', post(['Content-Length: 0x2'], `{}${HIDDEN}`), 400],
  ['a length beyond all numbers', post(['Content-Length: 99999999999999999999'], HIDDEN), 400],
  ['chunks of an unknown coding', post(['Transfer-Encoding: xchunked'], `0\r\n\r\n${HIDDEN}`), 400],
  ['chunks that are not last', post(['Transfer-Encoding: chunked, identity'], `0\r\n\r\n${HIDDEN}`), 400],
  [
    'chunks twice',
    post(['Transfer-Encoding: chunked', 'Transfer-Encoding: identity'], `0\r\n\r\n${HIDDEN}`),
    400,
  ],
  ['a chunk of no size', post(['Transfer-Encoding: chunked'], `x\r\n{}\r\n0\r\n\r\n`), 400],
  [
    'a chunk of a size beyond all numbers',
    post(['Transfer-Encoding: chunked'], `fffffffffffffffff\r\n{}`),
    400,
  ],
  ['a chunk that is longer than it says', post(['Transfer-Encoding: chunked'], `1\r\n{}\r\n0\r\n\r\n`), 400],
  [
    'an endless chunk extension',
    post(['Transfer-Encoding: chunked'], `2;${'x'.repeat(40_000)}\r\n{}`),
    400,
    413,
    431,
  ],
  ['a folded header', lines('GET /health/live HTTP/1.1', HOST, 'X-A: a', ' b', '', ''), 400],
  ['a space before the colon', lines('GET /health/live HTTP/1.1', 'Host : x', '', ''), 400],
  ['a header without a name', lines('GET /health/live HTTP/1.1', HOST, ': x', '', ''), 400],
  ['a header without a colon', lines('GET /health/live HTTP/1.1', HOST, 'X', '', ''), 400],
  ['line feeds alone', 'GET /health/live HTTP/1.1\nHost: x\nConnection: close\n\n', 400],
  [
    'a carriage return inside a header',
    'GET /health/live HTTP/1.1\r\nHost: x\r\nX-A: a\rX-B: b\r\n\r\n',
    400,
  ],
  ['NUL in a header', get('/api/v1/cases', 'X-A: a\u0000b'), 400],
  ['NUL in the name of a header', get('/api/v1/cases', 'X\u0000A: b'), 400],
  ['NUL in the address', get('/api/v1/cases\u0000'), 400],
  ['a space in the address', get('/api/v1/cases?q=a b'), 400],
  ['a control character in the address', get('/api/v1/\u0007'), 400],
  ['no host', lines('GET /health/live HTTP/1.1', CLOSE, '', ''), 400],
  ['two hosts', lines('GET /health/live HTTP/1.1', HOST, 'Host: y', CLOSE, '', ''), 400],
  ['ten thousand headers', get('/health/live', ...many(10_000)), 431],
  ['three thousand headers', get('/health/live', ...many(3_000)), 431],
  ['a header of 40 KB', get('/health/live', `X-A: ${'x'.repeat(40_000)}`), 431],
  ['an address of 100 KB', get(`/${'x'.repeat(100_000)}`), 414, 431],
  ['an address of 9 KB', get(`/health/live?${'x'.repeat(9_000)}`), 414],
  ['an address of another host', get('http://evil.example/health/live'), 400, 404],
  ['an address that is only a host', get('evil.example:443'), 400, 404],
  ['a tunnel', lines('CONNECT evil.example:443 HTTP/1.1', 'Host: evil.example', '', '')],
  ['the way up', get('/../../etc/passwd'), 400, 404],
  ['backslashes', get('\\..\\..\\etc\\passwd'), 400, 404],
  ['no address', lines('GET  HTTP/1.1', HOST, '', ''), 400],
  ['a method in lower case', lines('get /health/live HTTP/1.1', HOST, CLOSE, '', ''), 400],
  ['a method that nobody knows', lines('FROB /health/live HTTP/1.1', HOST, CLOSE, '', ''), 400],
  ['an older protocol', 'GET /health/live\r\n\r\n', 400],
  ['a protocol of the future', lines('GET /health/live HTTP/9.9', HOST, '', ''), 400, 505],
  ['another protocol', lines('GET /health/live FTP/1.0', HOST, '', ''), 400],
  ['the beginning of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
  [
    'an upgrade',
    get('/health/live', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA'),
    200,
    400,
    404,
  ],
  ['a greeting of TLS', Buffer.from('16030100c8010000c40303', 'hex'), 400],
  ['bytes at random', Buffer.from('00ff80fe01027f0d0a0d0a', 'hex'), 400],
];

describe('bytes that are no proper request', () => {
  it.each(ABUSE)(
    'end the connection, and are taken for one at most: %s',
    async (_name, bytes, ...statuses) => {
      const answer = await wire.raw(bytes);
      const answered = [...answer.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, status]) => Number(status));
      if (statuses.length === 0) return expect(answered).toEqual([]);
      expect([answer.slice(0, 300), answered.length, statuses]).toEqual([
        answer.slice(0, 300),
        1,
        expect.arrayContaining(answered),
      ]);
      if (answered[0] === 200) return;
      const [head = '', body = ''] = answer.split('\r\n\r\n');
      expect(head).toMatch(/content-type: application\/problem\+json/i);
      expect(head).toMatch(/x-content-type-options: nosniff/i);
      expect(JSON.parse(body)).toMatchObject({
        type: expect.stringMatching(/^\/problems\//),
        title: expect.any(String),
        status: answered[0],
        detail: expect.any(String),
        traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
      });
    },
  );

  it('leave the node in order, with nothing stored', async () => {
    expect((await app.api(null).get('/health/ready')).status).toBe(200);
    expect((await app.api('admin').get('/cases')).body.data).toEqual([]);
  });
});
