// What errors of other rooms and libraries mean to a client, and the same over HTTP while the database is stalled
// (reliability.md §5: never 500 for a known dependency fault).
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NotFoundException } from '@nestjs/common';
import { MachineVersionUnsupported } from '../../src/domain/machine-version.js';
import { toProblem } from '../../src/http/problems/to-problem.js';
import { InvalidCursor } from '../../src/reports/cursor.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { OPEN_CASE, openCase } from './case-client.js';

const error = (message: string, members: object = {}) => Object.assign(new Error(message), members);

describe('an error', () => {
  it.each([
    ['of a fail-over', error('terminating connection', { code: '57P01' }), 503, 'unavailable'],
    ['of a read-only standby', error('read-only', { code: '25006' }), 503, 'unavailable'],
    ['of too many connections', error('sorry', { code: '53300' }), 503, 'unavailable'],
    ['of a statement that took too long', error('canceling', { code: '57014' }), 503, 'unavailable'],
    [
      'of a pool without a free connection',
      error('timeout exceeded when trying to connect'),
      503,
      'unavailable',
    ],
    ['of a refused connection', error('connect', { code: 'ECONNREFUSED' }), 503, 'unavailable'],
    ['of a newer machine', new MachineVersionUnsupported('x', 9), 503, 'machine-version-unsupported'],
    [
      'of a client that hung up',
      error('aborted', { code: 'ECONNRESET', statusCode: 400 }),
      400,
      'bad-request',
    ],
    [
      'of a body that is too large',
      error('x', { name: 'FastifyError', statusCode: 413 }),
      413,
      'body-too-large',
    ],
    ['of Nest', new NotFoundException('select * from secrets'), 404, 'not-found'],
    ['of a cursor', new InvalidCursor(), 400, 'invalid-cursor'],
    ['in a statement', error('column "x" does not exist', { code: '42703' }), 500, 'internal-error'],
    ['in our code', new TypeError('x is not a function'), 500, 'internal-error'],
    ['that is none', 'boom', 500, 'internal-error'],
    ['that is nothing', undefined, 500, 'internal-error'],
  ])('%s has one meaning', (_what, thrown, status, code) => {
    const problem = toProblem(thrown);
    expect([problem.status, problem.code, problem.parts.detail]).toEqual([status, code, undefined]);
    expect(Number(problem.parts.headers?.['retry-after'] ?? 0) > 0).toBe(status === 503);
  });
});

describe('while the database is stalled', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app?.close());

  /** Holds every table that a request needs, as a stalled administrator would, while `work` runs. */
  async function without<T>(work: () => Promise<T>): Promise<T> {
    const holder = new pg.Client({ connectionString: app.databaseUrl });
    await holder.connect();
    try {
      await holder.query('BEGIN; LOCK TABLE cases, journal, tasks, commands IN ACCESS EXCLUSIVE MODE');
      return await work();
    } finally {
      await holder.end();
    }
  }

  it('every answer is 503 with Retry-After, life goes on, and so does the work afterwards', async () => {
    const id = await openCase(app);
    const client = app.api('agent');
    await without(async () => {
      const answers = await Promise.all([
        client.get('/cases'),
        client.get(`/cases/${id}`),
        client.get('/tasks'),
        client.get(`/cases/${id}/journal`),
        client.post('/cases', OPEN_CASE, { 'idempotency-key': 'away-1' }),
        client.post(`/cases/${id}/notes`, { text: 'x' }, { 'idempotency-key': 'away-2' }),
        app.api(null).get('/health/ready'),
      ]);
      expect(answers.map(({ status, body }) => [status, body.code])).toEqual(
        answers.map(() => [503, 'unavailable']),
      );
      expect(answers.filter(({ headers }) => !(Number(headers.get('retry-after')) > 0))).toEqual([]);
      expect(JSON.stringify(answers.map(({ body }) => body))).not.toMatch(/postgres|lock|timeout|55P03/i);
      expect((await app.api(null).get('/health/live')).status).toBe(200);
    });
    const again = await client.post(`/cases/${id}/notes`, { text: 'x' }, { 'idempotency-key': 'away-2' });
    expect([again.status, again.body.revision]).toEqual([201, 2]);
    expect((await app.api(null).get('/health/ready')).status).toBe(200);
  });
});
