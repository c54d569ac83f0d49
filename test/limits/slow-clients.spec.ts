// Clients that are slow on purpose, or gone: none of them keeps anything for long (reliability.md D12).
import { connect, type Socket } from 'node:net';
import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { HttpAdapterHost } from '@nestjs/core';
import fastify, { type FastifyInstance } from 'fastify';
import { fastifyOptions } from '../../src/http/fastify-options.js';
import { installLimits } from '../../src/http/limits/install-limits.js';
import { RequestLimits } from '../../src/http/limits/request-limits.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { openCase } from '../http/case-client.js';

const open: Socket[] = [];
afterEach(() => {
  for (const socket of open.splice(0)) socket.destroy();
});

/** A connection on which `text` was sent; `closed` resolves to all that came back once the other side ends it. */
async function sending(url: string, text: string): Promise<{ socket: Socket; closed: Promise<string> }> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  open.push(socket);
  const closed = new Promise<string>((resolve) => {
    let received = '';
    socket.on('data', (chunk) => (received += chunk.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(received));
  });
  await new Promise((resolve) => socket.once('connect', resolve));
  if (text !== '') socket.write(text);
  return { socket, closed };
}

/** More than the system takes in on behalf of a client that reads nothing. */
const LARGE_BYTES = 32 * 1024 * 1024;
const HALF_A_REQUEST =
  'POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n';

describe('a server with little patience', () => {
  let server: FastifyInstance;
  let url: string;
  beforeAll(async () => {
    const patience = { headersMs: 100, requestMs: 200, idleMs: 100, lookEveryMs: 20 };
    server = fastify(fastifyOptions({ patience }));
    const usage = { addDebts: async () => new Map(), useOnce: async () => ({ isServed: true, agesMs: [0] }) };
    installLimits(server, new RequestLimits({ perSecond: 0, usage }), { stalledAnswerMs: 500 });
    server.post('/echo', async (request) => request.body);
    server.get('/small', async () => 'ok');
    server.get('/large', async () => Buffer.alloc(LARGE_BYTES));
    url = await server.listen({ port: 0, host: '127.0.0.1' });
  });
  afterAll(() => server?.close());

  it.each([
    ['says nothing at all', ''],
    ['stops in its first line', 'GET /sma'],
    ['stops in its headers', 'GET /small HTTP/1.1\r\nHost: x\r\nX-Slow:'],
    ['stops before its body', `${HALF_A_REQUEST}\r\n`],
    ['stops in its body', `${HALF_A_REQUEST}\r\n{"text": "abc`],
  ])('ends a connection that %s, with a 408', async (_how, text) => {
    const { closed } = await sending(url, text);
    const answer = await closed;
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({
      code: 'request-timeout',
      status: 408,
    });
  });

  it('ends a connection that sends a byte now and then', async () => {
    const { socket, closed } = await sending(url, 'GET /small HTTP/1.1\r\nHost: x\r\nX-Slow: ');
    const drip = (): void => {
      if (socket.writable) socket.write('a', () => setImmediate(drip));
    };
    drip();
    expect(await closed).toMatch(/^HTTP\/1\.1 4(08|31) /);
  });

  it('ends a connection that asks for nothing more', async () => {
    const { closed } = await sending(url, 'GET /small HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(await closed).toMatch(/^HTTP\/1\.1 200 [\s\S]*ok$/);
  });

  it('gives up an answer that nobody takes', async () => {
    const { socket, closed } = await sending(url, '');
    socket.pause();
    const given = new Promise<void>((resolve) => {
      server.server.once('request', (request) => request.socket.once('close', () => resolve()));
    });
    socket.write('GET /large HTTP/1.1\r\nHost: x\r\n\r\n');
    await given;
    socket.resume();
    const { length } = await closed;
    expect(length).toBeGreaterThan(0);
    expect(length).toBeLessThan(LARGE_BYTES);
  });

  it('gives an answer to the end to whoever takes it, however large', async () => {
    const answer = await fetch(`${url}/large`);
    expect((await answer.arrayBuffer()).byteLength).toBe(LARGE_BYTES);
  });
});

describe('a node', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ env: { MAX_CONNECTIONS: '1200' } });
  });
  afterAll(() => app?.close());

  const serverOf = () => app.get(HttpAdapterHost).httpAdapter.getHttpServer() as Server;

  it('bears slow clients no longer than it says', () => {
    const { headersTimeout, requestTimeout, keepAliveTimeout, maxConnections } = serverOf();
    expect({ headersTimeout, requestTimeout, keepAliveTimeout, maxConnections }).toEqual({
      headersTimeout: 10_000,
      requestTimeout: 29_000,
      keepAliveTimeout: 65_000,
      maxConnections: 1_200,
    });
    // Not among Node's types: how often it looks for them.
    expect(
      (serverOf() as unknown as { connectionsCheckingInterval: number }).connectionsCheckingInterval,
    ).toBe(1_000);
  });

  it('serves beside a thousand connections that say nothing, and closes those that are too many', async () => {
    await Promise.all(Array.from({ length: 1_000 }, () => sending(app.url, '')));
    expect((await app.api('agent').get('/cases')).status).toBe(200);
    const more = await Promise.all(Array.from({ length: 300 }, () => sending(app.url, '')));
    // The last one comes after all the others: it finds the house full.
    expect(await more.at(-1)?.closed).toBe('');
    for (const { socket } of more) socket.destroy();
    expect((await app.api('agent').get('/cases')).status).toBe(200);
  });

  it('does a command wholly or not at all when its client hangs up anywhere in it', async () => {
    const id = await openCase(app);
    const body = JSON.stringify({ text: 'called back' });
    const keys: string[] = [];
    for (let cut = 1; cut <= 20; cut += 1) {
      const key = randomUUID();
      keys.push(key);
      const request = [
        `POST /api/v1/cases/${id}/notes HTTP/1.1`,
        'Host: x',
        `Authorization: Bearer ${app.tokens.agent}`,
        'Content-Type: application/json',
        `Idempotency-Key: ${key}`,
        `Content-Length: ${body.length}`,
        '',
        body,
      ].join('\r\n');
      const { socket } = await sending(app.url, '');
      const part = request.slice(0, Math.ceil((request.length * cut) / 16));
      await new Promise((resolve) => socket.write(part, resolve));
      socket.destroy();
    }
    for (const key of keys) {
      const first = await untilSettled(id, key, body);
      const again = await untilSettled(id, key, body);
      expect([first.status, again.status, again.headers.get('idempotent-replayed')]).toEqual([
        201,
        201,
        'true',
      ]);
      expect(again.body).toEqual(first.body);
    }
    const rows = await app.dataSource.query(
      `SELECT command_key, count(*)::int AS n FROM journal WHERE command_key = ANY ($1) GROUP BY 1`,
      [keys],
    );
    expect(rows).toHaveLength(keys.length);
    expect(rows.every(({ n }: { n: number }) => n === 1)).toBe(true);
  });

  /** The one before may still be under way. */
  async function untilSettled(id: string, key: string, body: string) {
    for (;;) {
      const answer = await app
        .api('agent')
        .post(`/cases/${id}/notes`, body, { 'idempotency-key': key, 'content-type': 'application/json' });
      if (answer.status !== 409) return answer;
    }
  }
});
