// What HTTP itself asks for: methods, media types, sizes, headers, broken requests, and the end of a node
// (reliability.md T26, N14, N15, N22, S20, S21). Over raw sockets where a client library would tidy up.
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { OPEN_CASE } from './case-client.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.close());

const authorised = () => ({ authorization: `Bearer ${app.tokens.agent}` });

async function ask(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: string | Buffer,
) {
  const response = await fetch(`${app.url}${path}`, {
    method,
    headers: { ...authorised(), ...headers },
    body,
  });
  const text = await response.text();
  const type = response.headers.get('content-type') ?? '';
  return {
    status: response.status,
    headers: response.headers,
    type,
    text,
    body: type.includes('json') && text ? JSON.parse(text) : null,
  };
}

/** Sends bytes as they are and reads until the server closes. */
function raw(bytes: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(app.url);
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('close', () => resolve(Buffer.concat(chunks).toString()));
    socket.on('error', reject);
  });
}
const request = (line: string, ...headers: string[]) =>
  [
    line,
    'Host: x',
    'Connection: close',
    `Authorization: Bearer ${app.tokens.agent}`,
    ...headers,
    '',
    '',
  ].join('\r\n');

/** Every problem has these members, and none that tells of our inside. */
function expectProblem(
  answer: { status: number; type: string; body: { code?: unknown } | null; text: string },
  status: number,
  code: string,
) {
  expect([answer.status, answer.body?.code]).toEqual([status, code]);
  expect(answer.type).toBe('application/problem+json; charset=utf-8');
  expect(answer.body).toMatchObject({
    type: `/problems/${code}`,
    title: expect.any(String),
    status,
    detail: expect.any(String),
    traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
  });
  expect(answer.text).not.toMatch(/node_modules|\.ts:|\.js:|select |fastify|FST_|nestjs/i);
}

describe('an address', () => {
  it.each([
    '/api/v1/nothing',
    '/nothing',
    '/api/v1/cases/',
    '/api/v1//cases',
    '/API/v1/cases',
    '/api/v1/cases%2f',
    '/api',
  ])('that does not exist is 404: %s', async (path) => {
    expectProblem(await ask('GET', path), 404, 'not-found');
    expectProblem(await ask('POST', path, { 'content-type': 'text/plain' }, 'x'), 404, 'not-found');
  });

  it.each([
    ['PATCH', '/api/v1/cases', 'GET, HEAD, POST'],
    ['DELETE', '/api/v1/cases', 'GET, HEAD, POST'],
    ['PUT', '/api/v1/cases/01a2011f-9c23-7ebd-b176-93490937ef58', 'GET, HEAD'],
    ['GET', '/api/v1/cases/01a2011f-9c23-7ebd-b176-93490937ef58/priority', 'PUT'],
    ['POST', '/api/v1/cases/01a2011f-9c23-7ebd-b176-93490937ef58/priority', 'PUT'],
    ['PUT', '/api/v1/cases/01a2011f-9c23-7ebd-b176-93490937ef58/attention', 'DELETE, POST'],
    ['OPTIONS', '/api/v1/tasks', 'GET, HEAD'],
    ['POST', '/health/live', 'GET, HEAD'],
  ])('that does not take a method is 405 and says which it takes: %s %s', async (method, path, allow) => {
    const answer = await ask(method, path);
    expectProblem(answer, 405, 'method-not-allowed');
    expect(answer.headers.get('allow')).toBe(allow);
  });

  it.each(['TRACE', 'PROPFIND', 'PURGE', 'LINK'])(
    'takes no method that nobody here knows: %s',
    async (method) => {
      expect(await raw(request(`${method} /api/v1/cases HTTP/1.1`))).toMatch(/^HTTP\/1\.1 40[045] /);
    },
  );

  it.each(['/api/v1/cases/%zz', '/api/v1/cases/%', '/api/v1/cases/%ff%fe'])(
    'with broken percent-encoding is 400 or 404: %s',
    async (path) => {
      expect([400, 404]).toContain((await ask('GET', path)).status);
    },
  );

  it('of more than 8 KiB is 414, and a segment of more than 512 characters too', async () => {
    expectProblem(await ask('GET', `/api/v1/cases?q=${'x'.repeat(9_000)}`), 414, 'address-too-long');
    expectProblem(await ask('GET', `/api/v1/cases/${'x'.repeat(600)}`), 414, 'address-too-long');
  });

  it('answers HEAD like GET, without a body', async () => {
    const answer = await ask('HEAD', '/api/v1/cases');
    expect([answer.status, answer.text]).toEqual([200, '']);
  });
});

describe('a body', () => {
  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/xml',
    'multipart/form-data; boundary=x',
    'application/json; charset=utf-7',
    'application/jsonp',
    'nonsense',
  ])('of type %s is 415', async (type) => {
    expectProblem(
      await ask('POST', '/api/v1/cases', { 'content-type': type }, '{}'),
      415,
      'unsupported-media-type',
    );
  });

  it('without a type is 415', async () => {
    const answer = await raw(request('POST /api/v1/cases HTTP/1.1', 'Content-Length: 2') + '{}');
    expect(answer).toMatch(/^HTTP\/1\.1 415 /);
    expect(answer).toContain('"unsupported-media-type"');
  });

  it.each(['gzip', 'br', 'zz', 'gzip, gzip'])('with Content-Encoding %s is 415', async (encoding) => {
    const headers = { 'content-type': 'application/json', 'content-encoding': encoding };
    expectProblem(await ask('POST', '/api/v1/cases', headers, '{}'), 415, 'unsupported-media-type');
  });

  it('of more than 256 KiB is 413', async () => {
    const big = JSON.stringify({ ...OPEN_CASE, description: 'x'.repeat(256 * 1024) });
    expectProblem(
      await ask('POST', '/api/v1/cases', { 'content-type': 'application/json' }, big),
      413,
      'body-too-large',
    );
  });

  it.each([
    ['malformed-json', ''],
    ['malformed-json', '{"a":1,}'],
    ['malformed-json', '[]'],
    ['malformed-json', 'null'],
    ['duplicate-key', '{"subject":"a","subject":"b"}'],
    ['forbidden-key', '{"__proto__":{}}'],
    ['ill-formed-text', '{"subject":"\\u0000"}'],
    ['too-deep', `{"a":${'['.repeat(100)}${']'.repeat(100)}}`],
  ])('that is %s is 400, on every route that takes one: %.30s', async (code, body) => {
    const paths = [
      '/api/v1/cases',
      '/api/v1/cases/01a2011f-9c23-7ebd-b176-93490937ef58/notes',
      '/api/v1/tasks/x/return',
    ];
    for (const path of paths) {
      expectProblem(await ask('POST', path, { 'content-type': 'application/json' }, body), 400, code);
    }
    expectProblem(
      await ask('PUT', '/api/v1/playbooks/x', { 'content-type': 'application/json' }, body),
      400,
      code,
    );
  });

  it('may be absent where nothing is needed', async () => {
    const { body } = await ask(
      'POST',
      '/api/v1/cases',
      { 'content-type': 'application/json' },
      JSON.stringify(OPEN_CASE),
    );
    const answer = await ask('POST', `/api/v1/cases/${body.id}/ownership`);
    expect(answer.status).toBe(201);
  });
});

describe('headers of a request', () => {
  it.each([
    ['Accept', 'text/xml'],
    ['Accept', 'application/json;q=0'],
  ])('that rule our answer out are 406: %s: %s', async (name, value) => {
    expectProblem(await ask('GET', '/api/v1/cases', { [name]: value }), 406, 'not-acceptable');
  });

  it.each(['*/*', 'application/*', 'application/problem+json', 'text/html, */*;q=0.1', 'application/json'])(
    'that allow it are fine: Accept: %s',
    async (accept) => {
      expect((await ask('GET', '/api/v1/cases', { accept })).status).toBe(200);
    },
  );

  it('may be long in language and odd in encoding', async () => {
    const headers = { 'accept-language': 'x,'.repeat(2_000), 'accept-encoding': 'br;q=2' };
    expect((await ask('GET', '/api/v1/cases', headers)).status).toBe(200);
  });

  it.each([
    ['idempotency-key', 'a b', 'invalid-idempotency-key'],
    ['idempotency-key', 'k'.repeat(256), 'invalid-idempotency-key'],
    ['if-match', 'garbage', 'invalid-if-match'],
    ['if-match', '"1", "2"', 'invalid-if-match'],
  ])('that are malformed are 400: %s: %.20s', async (name, value, code) => {
    const headers = { 'content-type': 'application/json', [name]: value };
    const path = '/api/v1/cases/01a2011f-9c23-7ebd-b176-93490937ef58/notes';
    expectProblem(await ask('POST', path, headers, '{"text":"x"}'), 400, code);
  });

  it('of more than 24 KiB in all are 431, and the connection ends', async () => {
    const answer = await raw(request('GET /api/v1/cases HTTP/1.1', `X-Big: ${'x'.repeat(30_000)}`));
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
    expect(answer).toContain('application/problem+json');
  });

  it('cannot make a caller somebody else', async () => {
    const answer = await ask('GET', '/api/v1/me', {
      'x-user-id': 'admin-1',
      'x-forwarded-for': '127.0.0.1',
      'x-role': 'admin',
    });
    expect(answer.body).toMatchObject({ id: 'agent-1', role: 'agent' });
  });
});

describe('what is no request at all', () => {
  it.each([
    ['junk', 'junk\r\n\r\n'],
    ['a space before the colon', 'GET /health/live HTTP/1.1\r\nHost : x\r\n\r\n'],
    ['a folded header', 'GET /health/live HTTP/1.1\r\nHost: x\r\nX-A: a\r\n b\r\n\r\n'],
    [
      'two lengths',
      'POST /api/v1/cases HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}',
    ],
    [
      'length and chunks',
      'POST /api/v1/cases HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['no host', 'GET /health/live HTTP/1.1\r\n\r\n'],
  ])('is 400 and the connection ends: %s', async (_what, bytes) => {
    expect(await raw(bytes)).toMatch(/^HTTP\/1\.1 400 /);
  });
});

describe('the token', () => {
  it.each([
    ['of another scheme', { authorization: 'Basic YTpi' }],
    ['empty', { authorization: 'Bearer ' }],
    ['unknown', { authorization: `Bearer cew_admin_${'x'.repeat(43)}` }],
    ['no key at all', { authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' }],
    ['twice', { authorization: 'Bearer a, Bearer b' }],
    ['enormous', { authorization: `Bearer ${'x'.repeat(8_000)}` }],
  ])('that is %s is 401, always with the same answer', async (_what, headers) => {
    const response = await fetch(`${app.url}/api/v1/me`, { headers: headers as Record<string, string> });
    const body = (await response.json()) as Record<string, unknown>;
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="api", error="invalid_token"');
    expect({ ...body, traceId: 0 }).toEqual({
      type: '/problems/unauthenticated',
      title: 'A valid token is needed.',
      status: 401,
      detail: 'A valid token is needed.',
      instance: '/api/v1/me',
      code: 'unauthenticated',
      traceId: 0,
    });
  });

  it('that is absent is asked for, and nothing is called wrong', async () => {
    const response = await fetch(`${app.url}/api/v1/me`);
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="api"']);
  });

  it('may come as X-API-Key', async () => {
    const response = await fetch(`${app.url}/api/v1/me`, {
      headers: { 'x-api-key': app.tokens['lead:sales'] },
    });
    expect(await response.json()).toEqual({
      id: 'sales-lead',
      name: 'James Carter',
      role: 'lead',
      department: 'sales',
    });
  });
});

describe('every answer', () => {
  it.each(['/api/v1/cases', '/api/v1/nothing', '/health/live', '/docs', '/problems'])(
    'carries the security headers: %s',
    async (path) => {
      const { headers } = await ask('GET', path);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('content-security-policy')).not.toContain('unsafe-eval');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('trace-id')).toMatch(/^[0-9a-f]{32}$/);
      expect([
        headers.get('server'),
        headers.get('x-powered-by'),
        headers.get('access-control-allow-origin'),
      ]).toEqual([null, null, null]);
    },
  );

  it('carries on the trace that the caller began', async () => {
    const trace = '0af7651916cd43dd8448eb211c80319c';
    const answer = await ask('GET', '/api/v1/nothing', { traceparent: `00-${trace}-b7ad6b7169203331-01` });
    expect([answer.headers.get('trace-id'), answer.body.traceId]).toEqual([trace, trace]);
  });

  it('allows no other origin', async () => {
    const answer = await ask('GET', '/api/v1/cases', { origin: 'https://evil.example' });
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });
});
