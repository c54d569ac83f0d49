import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { checkChain } from '../../scripts/audit/chain-check.js';
import { checkHeads, journalHead, readKeptHeads } from '../../scripts/audit/journal-head.js';
import { digestSql, linkSql } from '../../src/store/journal-chain.js';
import { migrate, revert } from '../../src/store/migrate.js';
import { runProgram } from '../scenarios/run-program.js';
import {
  aRequest,
  escalateTo,
  HOUR,
  MORNING,
  note,
  SALES,
  startTestEngine,
  type TestEngine,
} from '../support/engine.js';

/** Every link of every case anew, as somebody would who may write anything and knows how it is done. */
const RELINK_ALL = `
WITH RECURSIVE chain AS (
  SELECT j.case_id, j.seq, ${linkSql('NULL', 'j')} AS link FROM journal j WHERE j.seq = 1
  UNION ALL
  SELECT j.case_id, j.seq, ${linkSql('p.link', 'j')} FROM chain p JOIN journal j ON j.case_id = p.case_id AND j.seq = p.seq + 1
) UPDATE journal j SET link = chain.link FROM chain WHERE chain.case_id = j.case_id AND chain.seq = j.seq`;

describe('the chain of the journal', () => {
  let house: TestEngine;
  let owner: pg.Client;
  let ids: string[];

  beforeAll(async () => {
    house = await startTestEngine();
    owner = new pg.Client({ connectionString: house.url });
    await owner.connect();
    // Opened together, so that they share a statement.
    ids = (await Promise.all(Array.from({ length: 12 }, () => house.open()))).map(({ id }) => id);
    await Promise.all(ids.slice(2).map((id) => house.send(id, escalateTo('sales'))));
    await house.send(ids[2] ?? '', { type: 'case.accept', actor: SALES });
    await house.send(ids[2] ?? '', note('a \\ backslash, a “quote”, 汉字 and an emoji 🙂'));
    const merge = {
      type: 'case.merge',
      actor: note().actor,
      primaryCaseId: ids[1] ?? '',
      reason: 'same',
    } as const;
    await house.engine.merge(ids[0] ?? '', merge, aRequest());
    await house.loop.advanceTo(MORNING + HOUR);
  });
  afterAll(async () => {
    await owner.end();
    await house.close();
  });
  beforeEach(() => owner.query('BEGIN'));
  afterEach(() => owner.query('ROLLBACK'));

  const broken = async () => (await checkChain(owner)).filter(({ violations }) => violations > 0);

  it('is whole after batches, a merge and what time did', async () => {
    expect(await broken()).toEqual([]);
    const [written] = await house.sql(
      `SELECT count(*) AS entries, count(DISTINCT link)::text AS links, count(DISTINCT digest) > 12 AS salted FROM journal`,
    );
    expect(written).toEqual({ entries: 26, links: '26', salted: true });
  });

  it('gives every case a salt of its own, which stays', async () => {
    const salts = await house.sql(
      `SELECT count(DISTINCT salt) AS salts, min(length(salt)) AS shortest FROM cases`,
    );
    expect(salts).toEqual([{ salts: 12, shortest: 16 }]);
  });

  it('comes out the same whatever the session says of dates, zones and numbers', async () => {
    await owner.query(`SET LOCAL TimeZone = 'Asia/Kathmandu'; SET LOCAL DateStyle = 'German'; SET LOCAL bytea_output = 'escape';
      SET LOCAL IntervalStyle = 'iso_8601'; SET LOCAL extra_float_digits = -5; SET LOCAL client_encoding = 'LATIN1';
      SET LOCAL quote_all_identifiers = on; SET LOCAL standard_conforming_strings = off`);
    expect(await broken()).toEqual([]);
  });

  it('is made by functions that are inlined, for a call of each would cost more than the hashes', async () => {
    const { rows } = await owner.query(
      `EXPLAIN (VERBOSE, COSTS OFF) SELECT ${digestSql(`''::bytea`, 'j')}, ${linkSql('j.link', 'j')} FROM journal j`,
    );
    expect(JSON.stringify(rows)).not.toMatch(/journal_(digest|link)\(/);
  });

  it('tells values apart that would look the same side by side', async () => {
    const digest = (actor: string, principal: string): string =>
      `journal_digest(NULL, ${actor}, ${principal}, NULL, '{}')`;
    const { rows } = await owner.query(
      `SELECT ${digest(`'a'`, `'b'`)} = ${digest(`'a'',''b'`, 'NULL')} AS shifted,
         ${digest(`'NULL'`, `'b'`)} = ${digest('NULL', `'b'`)} AS word,
         ${digest(String.raw`E'\\x41'`, `'b'`)} = ${digest(`'A'`, `'b'`)} AS escaped`,
    );
    expect(rows).toEqual([{ shifted: false, word: false, escaped: false }]);
  });

  it('holds for an erased case, whose texts are gone: its skeleton alone is checked', async () => {
    const id = ids[3] ?? '';
    await owner.query(`UPDATE cases SET salt = NULL WHERE id = '${id}';
      UPDATE journal SET data = '{"text": "[erased]"}', actor_id = '[erased]' WHERE case_id = '${id}'`);
    expect((await broken()).map(({ first }) => first?.detail)).toEqual([
      'no salt, and no entry says that the case was erased',
    ]);
    await owner.query(`INSERT INTO journal (case_id, seq, type, from_state, to_state, level_after, actor_kind, actor_id,
        occurred_at, recorded_at, machine_version, customer_visible, silence, data, digest, link)
      SELECT c.id, 3, 'case.erased', c.state, c.state, c.level, 'system', 'system', c.recorded_at, c.recorded_at, 1, false,
        'internal', '{}', d.digest, ${linkSql('p.link', 'e', { digest: 'd.digest' })}
      FROM cases c JOIN journal p ON p.case_id = c.id AND p.seq = c.revision,
        LATERAL (SELECT c.id AS case_id, 3 AS seq, 'case.erased' AS type, c.state AS from_state, c.state AS to_state,
          c.level AS level_after, 'system' AS actor_kind, NULL::text AS actor_department, c.recorded_at AS occurred_at,
          c.recorded_at, 1 AS machine_version, false AS customer_visible, 'internal' AS silence) e,
        LATERAL (SELECT journal_digest(NULL, 'system', NULL, NULL, '{}') AS digest) d WHERE c.id = '${id}';
      UPDATE cases SET revision = 3 WHERE id = '${id}'`);
    expect(await broken()).toEqual([]);
    await owner.query(`UPDATE journal SET to_state = 'closed' WHERE case_id = '${id}' AND seq = 2`);
    expect(await broken()).toMatchObject([{ first: { caseId: id, seq: 2 } }]);
  });

  it('is made for what was written before there was one', async () => {
    await owner.query('COMMIT');
    while ((await revert(house.url)) !== 'JournalChain1795305600013');
    await migrate(house.url);
    expect(await broken()).toEqual([]);
    // And goes on from there.
    await house.send(ids[4] ?? '', note());
    expect(await broken()).toEqual([]);
  });
});

describe('a kept head of the journal', () => {
  let house: TestEngine;
  let owner: pg.Client;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'journal-head-'));
    house = await startTestEngine();
    owner = new pg.Client({ connectionString: house.url });
    await owner.connect();
    const { id } = await house.open();
    await house.send(id, note('one'));
    await house.send(id, note('two'));
    await house.open();
    await house.loop.advanceTo(MORNING + 1000);
  });
  afterAll(async () => {
    await owner.end();
    await house.close();
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => owner.query('BEGIN'));
  afterEach(() => owner.query('ROLLBACK'));

  it('covers what was recorded before now, and still comes out when the history has grown', async () => {
    const head = await journalHead(owner);
    expect(head).toMatchObject({ before: new Date(MORNING + 1000).toISOString(), cases: 2 });
    await owner.query('COMMIT');
    await house.open();
    await owner.query('BEGIN');
    expect(await checkHeads(owner, [head])).toMatchObject([{ violations: 0, first: null }]);
  });

  it.each([
    [
      'rewritten as a whole',
      `UPDATE journal j SET data = '{}', digest = journal_digest(c.salt, j.actor_id, j.principal, j.command_key, '{}')
       FROM cases c WHERE c.id = j.case_id; ${RELINK_ALL}`,
    ],
    [
      'cut off at the end',
      `DELETE FROM journal WHERE seq = 3; UPDATE cases SET revision = 2 WHERE revision = 3`,
    ],
    [
      'without one of its cases',
      `DELETE FROM journal WHERE case_id = (SELECT min(id::text)::uuid FROM cases WHERE revision = 1);
       DELETE FROM cases WHERE id NOT IN (SELECT case_id FROM journal)`,
    ],
  ])('tells that the history was %s, which the chain alone cannot', async (_how, sql) => {
    const head = await journalHead(owner);
    await owner.query(sql);
    expect((await checkChain(owner)).filter(({ violations }) => violations > 0)).toEqual([]);
    expect(await checkHeads(owner, [head])).toMatchObject([
      { violations: 1, first: { caseId: null, detail: expect.stringContaining('it comes out as ') } },
    ]);
  });

  it('is read as it was printed, alone or from a file of many', async () => {
    const kept = { before: '2026-03-02T09:00:00.000Z', digest: 'ab'.repeat(32) };
    const line = `${kept.before}=${kept.digest}`;
    expect(await readKeptHeads(line)).toEqual([kept]);
    const file = join(folder, 'heads');
    writeFileSync(file, `${line}\n\n${line}\n`);
    expect(await readKeptHeads(file)).toEqual([kept, kept]);
    await expect(readKeptHeads('abc')).rejects.toThrow('no journal head, as an audit prints it: abc');
  });

  it('is printed by `npm run audit`, which ends with 1 and names case and entry once somebody has been at the journal', async () => {
    await owner.query('COMMIT');
    const audit = (...args: string[]) => runProgram('audit', args, { DATABASE_URL: house.url });
    const whole = await audit();
    const [, kept = '', cases] = /^journal head: (\S+) over (\d+) cases$/m.exec(whole.stdout) ?? [];
    expect([whole.code, cases]).toEqual([0, '2']);
    await owner.query(`UPDATE journal SET data = '{"text": "forged"}' WHERE seq = 2`);
    const [tampered] = await house.sql<{ id: string }>('SELECT case_id AS id FROM journal WHERE seq = 2');
    const forged = await audit('--expect-head', kept);
    expect(forged.code).toBe(1);
    expect(forged.stdout).toContain(
      `first: case ${tampered?.id}, seq 2: its actor, principal, key or data was changed`,
    );
    // What is linked is the digest, which is as it was.
    expect(forged.stdout).toContain(`holds     chain: the history before`);
    expect((await audit('--expect-head', 'nonsense')).code).toBe(2);
  });
});
