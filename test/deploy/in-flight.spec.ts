import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { STATE_PATHS } from '../../src/domain/case.js';
import { MACHINE_VERSION, MIGRATIONS } from '../../src/domain/machine-version.js';
import { CasesNotUnderstood, refuseUnknownCases, type Machine } from '../../src/store/migratable-cases.js';
import { AGENT, HOUR, MORNING, note, startTestEngine, type TestEngine } from '../support/engine.js';

const CASES = 10_000;
/** `npm run chaos:deploy` fires all of them; here a few batches show it. */
const FIRED = 500;
const NOW = MACHINE_VERSION;

/** The machine after ours, in which a state has another name. */
const RENAMED: Machine = {
  version: NOW + 1,
  states: STATE_PATHS.map((state) => (state === 'waiting' ? 'withCustomer' : state)),
  migrations: {
    ...MIGRATIONS,
    [NOW]: { states: { ...same(), waiting: 'withCustomer' } as never },
  },
};
/** The same, and somebody forgot the way. */
const FORGOTTEN: Machine = { ...RENAMED, migrations: { ...MIGRATIONS, [NOW]: { states: same() } } };
const { waiting: _waiting, ...ALL_BUT_WAITING } = same();
const OMITTED: Machine = { ...RENAMED, migrations: { ...MIGRATIONS, [NOW]: { states: ALL_BUT_WAITING } } };
const OLDER: Machine = { version: NOW - 1, states: STATE_PATHS, migrations: {} };

function same(): Record<(typeof STATE_PATHS)[number], (typeof STATE_PATHS)[number]> {
  return Object.fromEntries(STATE_PATHS.map((state) => [state, state])) as never;
}

describe('ten thousand cases under way when the machine changes', () => {
  let house: TestEngine;
  let owner: pg.Client;
  const check = (machine?: Machine): Promise<void> => refuseUnknownCases(owner, machine);

  beforeAll(async () => {
    house = await startTestEngine({ poolSize: 6 });
    owner = new pg.Client({ connectionString: house.url });
    await owner.connect();
    const waitUntilAt = MORNING + HOUR;
    const opened = await house.open();
    await house.send(opened.id, { type: 'case.start', actor: AGENT, agentId: AGENT.id });
    await house.send(opened.id, { type: 'case.ask', actor: AGENT, question: 'Which colour?', waitUntilAt });
    await copy(owner, opened.id);
  }, 60_000);
  afterAll(async () => {
    await owner.end();
    await house.close();
  });

  it.each([
    ['the machine that runs', undefined],
    ['one that renames their state and says so', RENAMED],
  ])('are taken up by %s', async (_what, machine) => {
    await owner.query('BEGIN');
    await expect(check(machine)).resolves.toBeUndefined();
    await owner.query('ROLLBACK');
  });

  it.each([
    ['one that has no such state', FORGOTTEN],
    ['one whose map leaves the state out', OMITTED],
  ])('keep %s from starting, which says how many stand where', async (_what, machine) => {
    await expect(check(machine)).rejects.toThrow(
      `${CASES} cases of machine version ${NOW} stand in waiting, from where no way leads to version ${NOW + 1}`,
    );
  });

  it('keep a build from starting that knows only an older machine, while they are open', async () => {
    await expect(check(OLDER)).rejects.toThrow(
      `${CASES} open cases are of machine version ${NOW}; this build runs ${NOW - 1}.`,
    );
    await expect(check(OLDER)).rejects.toThrow(CasesNotUnderstood);
    await owner.query('BEGIN; UPDATE cases SET terminal = true, next_due_at = NULL');
    await expect(check(OLDER)).resolves.toBeUndefined();
    await owner.query('ROLLBACK');
  });

  it('come from the first machine to this one as time acts on them, and none is set aside', async () => {
    await owner.query('DELETE FROM cases WHERE id > $1', [copyId(FIRED)]);
    await owner.query(`UPDATE cases SET machine_version = 1, context = context - ARRAY['consults', 'proposals',
      'promises', 'compensations', 'extensions', 'callbacks', 'ratings', 'handOffRatings']`);
    await expect(check()).resolves.toBeUndefined();
    const { fired } = await house.loop.advanceTo(MORNING + HOUR);
    expect(fired).toBeGreaterThanOrEqual(FIRED);
    expect(house.reports).toEqual([]);
    const { rows } = await owner.query(
      'SELECT machine_version AS version, count(*)::integer AS cases FROM cases GROUP BY 1',
    );
    expect(rows).toEqual([{ version: MACHINE_VERSION, cases: FIRED }]);
  }, 60_000);

  it('take commands as before', async () => {
    const { rows } = await owner.query('SELECT id FROM cases ORDER BY id DESC LIMIT 1');
    const [{ id }] = rows as [{ id: string }];
    expect(await house.send(id, note())).toMatchObject({ machineVersion: MACHINE_VERSION });
  });
});

const copyId = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;

/** The same case again and again, each under an id of its own. */
async function copy(client: pg.Client, originalId: string): Promise<void> {
  for (const [table, key] of [
    ['cases', 'id'],
    ['journal', 'case_id'],
  ] as const) {
    const { rows } = await client.query(
      `SELECT string_agg(column_name, ', ' ORDER BY ordinal_position) AS names FROM information_schema.columns
       WHERE table_schema = 'public' AND table_name = $1 AND column_name <> $2`,
      [table, key],
    );
    const [{ names }] = rows as [{ names: string }];
    await client.query(
      `INSERT INTO ${table} (${key}, ${names})
       SELECT copy.new_id, ${names} FROM ${table} CROSS JOIN unnest($1::uuid[]) AS copy(new_id) WHERE ${key} = $2`,
      [Array.from({ length: CASES - 1 }, (_, n) => copyId(n + 1)), originalId],
    );
  }
}
