// A server with one fault at each address, and the document that it pretends to keep: what the fuzzer must see. Its
// first address is in order, so that a fuzzer that cries at everything is seen as well.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { FaultKind } from '../../scripts/fuzz/judge.js';

type Answer = (response: ServerResponse, request: IncomingMessage, body: string) => void;

interface Address {
  readonly method?: 'post';
  readonly answer: Answer;
  /** What must be reported; null: nothing may be. */
  readonly fault: FaultKind | null;
  readonly isProtected?: true;
}

/** So that no two answers in a row are the same. */
let asked = 0;

export const ADDRESSES: Readonly<Record<string, Address>> = {
  sound: { answer: (response) => json(response, 200, { ok: true }), fault: null },
  'a failure': { answer: (response) => problem(response, 500), fault: 'failure' },
  'a 503 that names no time': { answer: (response) => problem(response, 503), fault: 'failure' },
  'an undocumented status': { answer: (response) => problem(response, 409), fault: 'undocumented status' },
  'an undocumented success': {
    answer: (response) => json(response, 202, { ok: true }),
    fault: 'undocumented status',
  },
  'a wrong type': { answer: (response) => json(response, 200, { ok: 'yes' }), fault: 'not as documented' },
  'a missing member': { answer: (response) => json(response, 200, {}), fault: 'not as documented' },
  'a member too many': {
    answer: (response) => json(response, 200, { ok: true, secret: 'x' }),
    fault: 'not as documented',
  },
  'no JSON': {
    answer: (response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":'),
    fault: 'not as documented',
  },
  'another media type': {
    answer: (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
    fault: 'undocumented media type',
  },
  'a stack': {
    answer: (response) => problem(response, 400, { detail: 'Error: x\n    at open (/app/cases.js:10:7)' }),
    fault: 'leak',
  },
  'words of the database': {
    answer: (response) => problem(response, 400, { detail: 'syntax error at or near "FROM"' }),
    fault: 'leak',
  },
  'an error as a page': {
    answer: (response) => void response.writeHead(404, { 'content-type': 'text/html' }).end('Not found'),
    fault: 'bad problem',
  },
  'a problem without a code': {
    answer: (response) => problem(response, 400, { code: undefined }),
    fault: 'bad problem',
  },
  'a problem of another status': {
    answer: (response) => problem(response, 400, { status: 404 }),
    fault: 'bad problem',
  },
  'a 401 that asks for nothing': { answer: (response) => problem(response, 401), fault: 'bad problem' },
  'no answer': { answer: () => undefined, fault: 'no answer' },
  'half an answer': {
    answer: (response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
      response.write('{"ok":', () => response.destroy());
    },
    fault: 'no answer',
  },
  'a lenient reader': {
    method: 'post',
    answer: (response) => json(response, 200, { ok: true }),
    fault: 'accepted',
  },
  'an open door': {
    isProtected: true,
    answer: (response) => json(response, 200, { ok: true }),
    fault: 'accepted',
  },
  'a forgetful memory': {
    method: 'post',
    answer: (response, _request, body) =>
      isSound(body) ? json(response, 200, { ok: asked++ % 2 === 0 }) : problem(response, 400),
    fault: 'not repeated',
  },
};

const pathOf = (name: string): string => `/${name.replaceAll(' ', '-')}`;
export const operationIdOf = (name: string): string => name.replaceAll(' ', '_');

const JSON_ANSWER = {
  description: 'It is.',
  content: {
    'application/json': {
      schema: { type: 'object', required: ['ok'], properties: { ok: { type: 'boolean' } } },
    },
  },
};
const PROBLEM = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'code', 'traceId'],
  properties: Object.fromEntries(
    ['type', 'title', 'detail', 'code', 'traceId'].map((name) => [name, { type: 'string' }]),
  ) as Record<string, object>,
};
Object.assign(PROBLEM.properties, { status: { type: 'integer' } });

/** Strictly: exactly `{"text": "…"}`, once. */
const BODY = {
  type: 'object',
  required: ['text'],
  additionalProperties: false,
  properties: { text: { type: 'string', minLength: 1, maxLength: 10_000 } },
};

export const DOCUMENT = {
  openapi: '3.1.0',
  info: { title: 'Faulty', version: '1' },
  security: [{ bearer: [] }],
  paths: Object.fromEntries(
    Object.entries(ADDRESSES).map(([name, { method = 'get', isProtected }]) => [
      pathOf(name),
      {
        [method]: {
          operationId: operationIdOf(name),
          ...(isProtected ? {} : { security: [] }),
          ...(method === 'post'
            ? {
                parameters: [{ name: 'Idempotency-Key', in: 'header', schema: { type: 'string' } }],
                requestBody: { required: true, content: { 'application/json': { schema: BODY } } },
              }
            : {}),
          responses: { 200: JSON_ANSWER, ...problems(400, 401, 404, 500, 503) },
        },
      },
    ]),
  ),
  components: { schemas: { Problem: PROBLEM } },
};

export interface FaultyServer {
  readonly url: URL;
  close(): Promise<void>;
}

export async function startFaultyServer(): Promise<FaultyServer> {
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: new URL(`http://127.0.0.1:${port}`),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await buffer(request).catch(() => Buffer.alloc(0));
  const path = (request.url ?? '').split('?')[0];
  const [, found] = Object.entries(ADDRESSES).find(([name]) => pathOf(name) === path) ?? [];
  if (!found) return problem(response, 404);
  const methods = found.method === 'post' ? ['POST'] : ['GET', 'HEAD'];
  if (methods.includes(request.method ?? '')) return found.answer(response, request, body.toString('utf8'));
  return problem(response, 405, {}, { allow: methods.join(', ') });
}

function isSound(body: string): boolean {
  const sound = /^\{"text":"(?:[^"\\\u0000-\u001f]|\\[nr"\\/bft])+"\}$/.exec(body)?.[0];
  return sound !== undefined && sound.length < 5_000;
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function problem(
  response: ServerResponse,
  status: number,
  more: object = {},
  headers: Record<string, string> = {},
): void {
  const body = { type: '/problems/x', title: 'No', status, detail: 'No.', code: 'x', traceId: 'x', ...more };
  response
    .writeHead(status, { 'content-type': 'application/problem+json', ...headers })
    .end(JSON.stringify(body));
}

function problems(...statuses: number[]): Record<string, object> {
  const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  return Object.fromEntries(statuses.map((status) => [String(status), { description: 'No.', content }]));
}
