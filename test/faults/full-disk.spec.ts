// A disk that is really full, to its last block (reliability.md B13): the cases lie on a small file system of their
// own. The server's error for it, at each moment of a write, is in failing-server.spec.ts.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import pg from 'pg';
import { openCase } from '../http/case-client.js';
import { startTestApp, type Answer, type TestApp } from '../support/app.js';
import { startTestDatabase, type TestDatabase } from '../support/database.js';
import { canMount, mountSmallDisk, type SmallDisk } from './small-disk.js';

const MEBIBYTES = 32;
/** Pages that are there already take some more rows. */
const NOTES_MAX = 200;
const TEXT = 'The customer called back. '.repeat(150);
/** Names belong to the whole server. */
const TABLESPACE = `small_${process.pid}`;

const present = process.env['TEST_DATABASE_URL'] === undefined && canMount();
const promise = present ? it : it.skip;
const title = (text: string): string =>
  present ? text : `${text} (skipped: needs Linux, a right to mount and a database of our own)`;

let database: TestDatabase;
let owner: pg.Client;
let disk: SmallDisk;
let app: TestApp;

beforeAll(async () => {
  if (!present) return;
  database = await startTestDatabase({ migrated: false });
  const server = new URL(database.url);
  const name = server.pathname.slice(1);
  server.pathname = '/postgres';
  owner = new pg.Client({ connectionString: server.href });
  await owner.connect();
  const { rows } = await owner.query<{ data_directory: string }>('SHOW data_directory');
  disk = mountSmallDisk(MEBIBYTES, statSync(rows[0]?.data_directory ?? '').uid);
  await owner.query(`CREATE TABLESPACE ${TABLESPACE} LOCATION '${disk.folder}'`);
  await owner.query(`ALTER DATABASE ${name} SET TABLESPACE ${TABLESPACE}`);
  app = await startTestApp({ databaseUrl: database.url });
});
afterAll(async () => {
  await app?.close();
  await database?.drop();
  await owner?.query(`DROP TABLESPACE IF EXISTS ${TABLESPACE}`);
  await owner?.end();
  disk?.unmount();
});

const note = (id: string, key: string): Promise<Answer> =>
  app.api('agent').post(`/cases/${id}/notes`, { text: TEXT }, { 'idempotency-key': key });

describe('a disk without one free block', () => {
  promise(title('is a 503 for who writes, costs nothing, and heals when there is room again'), async () => {
    const id = await openCase(app);
    const acknowledged: string[] = [];
    disk.fill();
    let refusedKey = randomUUID();
    let answer = await note(id, refusedKey);
    while (answer.status === 201 && acknowledged.length < NOTES_MAX) {
      acknowledged.push(refusedKey);
      refusedKey = randomUUID();
      answer = await note(id, refusedKey);
    }
    expect([answer.status, answer.body.code]).toEqual([503, 'unavailable']);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(JSON.stringify(answer.body)).not.toMatch(/extend|space|tablespace|pg_tblspc/i);
    const read = await app.api('agent').get(`/cases/${id}`);
    expect([read.status, read.body.revision]).toEqual([200, 1 + acknowledged.length]);

    disk.free();
    const served = await note(id, refusedKey);
    expect([served.status, served.body.revision]).toEqual([201, 2 + acknowledged.length]);
    const entries = await app.dataSource.query<{ command_key: string }[]>(
      'SELECT command_key FROM journal WHERE case_id = $1 AND seq > 1 ORDER BY seq',
      [id],
    );
    expect(entries.map((entry) => entry.command_key)).toEqual([...acknowledged, refusedKey]);
    expect((await app.api(null).get('/health/ready')).status).toBe(200);
  });
});
