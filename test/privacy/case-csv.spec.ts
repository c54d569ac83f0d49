// The list of cases as CSV: round-trips through a parser, runs no formula, shows what the list shows and no more, takes
// no memory however long it is, and lets go of the database when its reader leaves (reliability.md S15, I15, I19).
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import { parse } from 'csv-parse/sync';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { CaseCsv, CSV_COLUMNS, csvOf } from '../../src/reports/case-csv.js';
import { visibilityOf } from '../../src/domain/visibility.js';
import { DependencyUnavailable } from '../../src/store/database-errors.js';
import { createDataSource, poolOf } from '../../src/store/data-source.js';
import { OPEN_CASE, expectStatus } from '../http/case-client.js';
import { startTestApp, type TestApp } from '../support/app.js';

let app: TestApp;
/** Of a second node, which does nothing else. */
let another: DataSource;
let pool: pg.Pool;
beforeAll(async () => {
  app = await startTestApp();
  const options = { url: app.databaseUrl, poolSize: 2, role: 'app', applicationName: 'test' } as const;
  another = await createDataSource(options).initialize();
  pool = poolOf(another);
});
afterAll(async () => {
  await another?.destroy();
  await app?.close();
});

const SUBJECTS = [
  "=cmd|' /C calc'!A0",
  '+1+1',
  '-2+3',
  '@SUM(A1)',
  '＝1+1',
  '＋1',
  '－1',
  '＠x',
  'plain',
  'with "quotes", commas; and 王小明',
  '5 = 5',
];
const ALL = {
  visibility: visibilityOf({ kind: 'admin', id: 'a' }),
  sort: { by: 'createdAt', descending: false },
} as const;

const get = async (query = '', who: keyof TestApp['tokens'] = 'admin') =>
  fetch(`${app.url}/api/v1/cases/export.csv${query}`, {
    headers: { authorization: `Bearer ${app.tokens[who]}` },
  });
const rowsOf = (text: string): Record<string, string>[] =>
  parse(text, { columns: true, bom: true, record_delimiter: '\r\n' });

async function openings(subjects: readonly string[]): Promise<void> {
  for (const subject of subjects) {
    expectStatus(
      await app.api('agent').post('/cases', { ...OPEN_CASE, subject, orderRef: `o-${subject}`.slice(0, 60) }),
      201,
    );
  }
}

describe('the export of cases', () => {
  it('round-trips, with every formula made harmless', async () => {
    await openings(SUBJECTS);
    const answer = await get('?sort=createdAt');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'text/csv; charset=utf-8; header=present',
    ]);
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="cases.csv"');
    const rows = rowsOf(await answer.text());
    expect(Object.keys(rows[0] ?? {})).toEqual(CSV_COLUMNS);
    const subjects = rows.map(({ subject }) => subject);
    expect(subjects).toEqual(SUBJECTS.map((one) => (/^[=+\-@＝＋－＠]/.test(one) ? `'${one}` : one)));
    expect(rows[0]).toMatchObject({
      state: 'received',
      level: '0',
      breached: 'false',
      createdAt: '2026-03-02T09:00:00.000Z',
    });
  });

  it.each(['\t=1', '\r=1', 'two\r\nlines', 'a\nb', '"', ''])(
    'keeps a text in its cell: %j',
    async (subject) => {
      const text = (await Readable.from([{ subject }]).pipe(csvOf()).toArray()).join('');
      const [row, ...more] = rowsOf(text);
      expect([more, row?.['subject']]).toEqual([[], /^[\t\r]/.test(subject) ? `'${subject}` : subject]);
    },
  );

  it('begins with a byte order mark where one is asked for', async () => {
    const bytes = async (query: string) =>
      Buffer.from(await (await get(query)).arrayBuffer())
        .subarray(0, 3)
        .toString('hex');
    expect(await bytes('?bom=true')).toBe('efbbbf');
    expect(await bytes('')).not.toBe('efbbbf');
  });

  it('has the filters of the list, and refuses what is no filter', async () => {
    expect(rowsOf(await (await get('?q=plain')).text())).toHaveLength(1);
    for (const query of [
      '?limit=5',
      '?limit=2147483648',
      '?cursor=x',
      '?bom=maybe',
      '?sort=id;drop',
      '?nothing=1',
    ]) {
      expect([query, (await get(query)).status]).toEqual([query, 400]);
    }
  });

  it('shows each reader what the list shows them', async () => {
    for (const who of ['admin', 'agent', 'member:sales'] as const) {
      const { body } = await app.api(who).get('/cases?limit=100');
      const listed = body.data.map(({ id }: { id: string }) => id).sort();
      const exported = rowsOf(await (await get('', who)).text())
        .map(({ id }) => id)
        .sort();
      expect([who, exported]).toEqual([who, listed]);
    }
  });

  it('says in its last row that there are more than fit', async () => {
    const rows = await Readable.from(new CaseCsv(pool, 3).rows(ALL)).toArray();
    expect(rows).toHaveLength(4);
    expect(rows.at(-1)).toEqual({ number: 'MORE THAN 3 ROWS: narrow the filter' });
  });

  it('reads ahead no more than it is asked for, and closes its cursor when its reader leaves', async () => {
    await app.dataSource.query(
      `INSERT INTO cases SELECT r.* FROM (SELECT to_jsonb(c) AS row FROM cases c LIMIT 1) one, generate_series(1, 8000) n,
         LATERAL jsonb_populate_record(NULL::cases, one.row || jsonb_build_object('id', lpad(to_hex(n), 32, '0')::uuid)) r`,
    );
    let read = 0;
    for await (const row of new CaseCsv(pool).rows(ALL)) {
      expect(row['id']).toBeDefined();
      if ((read += 1) === 10) break;
    }
    expect(pool.idleCount).toBe(pool.totalCount);
    const before = process.memoryUsage().heapUsed;
    let most = 0;
    for await (const _ of new CaseCsv(pool).rows(ALL)) {
      if ((read += 1) % 2_000 === 0) most = Math.max(most, process.memoryUsage().heapUsed - before);
    }
    expect(read).toBeGreaterThan(8_000);
    expect(most).toBeLessThan(64 * 2 ** 20);
    const [busy] = await app.dataSource.query(
      `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'`,
    );
    expect(busy.n).toBe(0);
  });

  it('breaks off, and is no burden, when the database goes away in the middle', async () => {
    const owner = new pg.Client({ connectionString: app.databaseUrl });
    await owner.connect();
    const reading = async (): Promise<void> => {
      let n = 0;
      for await (const _ of new CaseCsv(pool).rows(ALL)) {
        if ((n += 1) !== 10) continue;
        await owner.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE datname = current_database() AND query LIKE '%AS "orderRef"%' AND pid <> pg_backend_pid()`,
        );
      }
    };
    await expect(reading()).rejects.toThrow(DependencyUnavailable);
    expect(pool.idleCount).toBe(pool.totalCount);
    await owner.end();
  });

  it('lets go of its place when its reader hangs up', async () => {
    for (let n = 0; n < 6; n += 1) {
      const leaving = new AbortController();
      const answer = await fetch(`${app.url}/api/v1/cases/export.csv`, {
        headers: { authorization: `Bearer ${app.tokens.admin}` },
        signal: leaving.signal,
      });
      expect([200, 503]).toContain(answer.status);
      leaving.abort();
      await answer.body?.cancel().catch(() => undefined);
    }
    let status = 503;
    while (status === 503) {
      const answer = await get('?q=plain');
      status = answer.status;
      await answer.text();
    }
    expect(status).toBe(200);
  });
});
