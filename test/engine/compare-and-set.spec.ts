import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CaseCommand } from '../../src/domain/events.js';
import {
  AGENT,
  aKey,
  aRequest,
  escalateTo,
  MANAGER,
  note,
  startTestEngine,
  type TestEngine,
} from '../support/engine.js';

/** Several processes, as far as the database can tell. */
describe('commands from several nodes at once', () => {
  let house: TestEngine;
  let nodes: TestEngine[];
  const nodeAt = (n: number): TestEngine => nodes[n % nodes.length] as TestEngine;
  beforeAll(async () => {
    house = await startTestEngine();
    nodes = [house, await house.another(), await house.another()];
  });
  afterAll(async () => {
    for (const node of nodes.slice(1)) await node.close();
    await house.close();
  });

  async function journalOf(caseId: string) {
    return house.sql<{
      seq: number;
      from_state: string;
      to_state: string;
      command_key: string;
      data: unknown;
    }>('SELECT seq, from_state, to_state, command_key, data FROM journal WHERE case_id = $1 ORDER BY seq', [
      caseId,
    ]);
  }

  it('lose no update of one case, whoever writes it', async () => {
    const { id } = await house.open();
    const texts = Array.from({ length: 60 }, (_each, n) => `note ${n}`);
    await Promise.all(texts.map((text, n) => nodeAt(n).send(id, note(text))));

    const journal = await journalOf(id);
    expect(journal.map(({ seq }) => seq)).toEqual(Array.from({ length: 61 }, (_each, n) => n + 1));
    expect(
      journal
        .slice(1)
        .map(({ data }) => (data as { text: string }).text)
        .sort(),
    ).toEqual(texts.sort());
    expect(await house.engine.read(id)).toMatchObject({ revision: 61 });
  });

  it('let exactly one of two escalations of the same revision through', async () => {
    for (let round = 0; round < 20; round += 1) {
      const { id, revision } = await house.open();
      const outcomes = await Promise.all(
        ['sales', 'finance', 'product'].map((department, n) =>
          nodeAt(n).engine.send(id, escalateTo(department), aRequest({ ifMatch: revision })),
        ),
      );
      expect(outcomes.map((outcome) => outcome.kind).sort()).toEqual(['done', 'stale', 'stale']);
      expect(await house.sql('SELECT level FROM escalations WHERE case_id = $1', [id])).toEqual([
        { level: 1 },
      ]);
    }
  });

  it('never bring a case beyond level 2, however many climb at once', async () => {
    const { id } = await house.open();
    const climbs = Array.from({ length: 24 }, (_each, n) =>
      nodeAt(n).engine.send(id, escalateTo(n % 2 ? 'sales' : 'finance'), aRequest()),
    );
    const outcomes = await Promise.all(climbs);
    expect(outcomes.filter((outcome) => outcome.kind === 'done')).toHaveLength(2);
    const refused = outcomes.flatMap((outcome) => (outcome.kind === 'refused' ? [outcome.refusal.code] : []));
    expect(new Set(refused)).toEqual(new Set(['escalation-limit-reached']));
    expect(refused).toHaveLength(22);
    expect(await house.sql('SELECT level FROM escalations WHERE case_id = $1 ORDER BY 1', [id])).toEqual([
      { level: 1 },
      { level: 2 },
    ]);
  });

  it('keep one effect per key, no gap and no lost update among fifty clients on many cases', async () => {
    const cases = await Promise.all(Array.from({ length: 10 }, () => house.open()));
    const keys = Array.from({ length: 100 }, aKey);
    const acknowledged = new Set<string>();
    const client = async (n: number): Promise<void> => {
      for (let round = 0; round < 12; round += 1) {
        const at = (n * 7 + round * 13) % keys.length;
        const key = keys[at] as string;
        const command: CaseCommand = round % 4 ? note(key) : { ...flip(n + round), reason: key };
        const node = nodeAt(n + round);
        const request = aRequest({ idempotencyKey: key, requestHash: `hash of ${key}` });
        const outcome = await node.engine.send(cases[at % cases.length]?.id as string, command, request);
        if (outcome.kind === 'done') {
          expect(acknowledged.has(key)).toBe(false);
          acknowledged.add(key);
        }
      }
    };
    await Promise.all(Array.from({ length: 50 }, (_each, n) => client(n)));

    const kept = await house.sql<{ idempotency_key: string; status: number }>(
      'SELECT idempotency_key, status FROM commands',
    );
    expect(kept.map(({ idempotency_key: key }) => key).sort()).toEqual([...keys].sort());
    const written: string[] = [];
    for (const { id } of cases) {
      const journal = await journalOf(id);
      expect(journal.map(({ seq }) => seq)).toEqual(journal.map((_entry, n) => n + 1));
      journal.slice(1).forEach((entry, n) => expect(entry.from_state).toBe(journal[n]?.to_state));
      expect((await house.engine.read(id))?.revision).toBe(journal.length);
      written.push(...journal.flatMap(({ command_key: key }) => key ?? []));
    }
    expect(written.sort()).toEqual([...acknowledged].sort());
    expect(new Set(written).size).toBe(written.length);
    expect(written.length).toBe(kept.filter(({ status }) => status === 201).length);
  });

  it('write the times of one case in the order of its entries', async () => {
    const { id } = await house.open();
    await Promise.all(Array.from({ length: 30 }, (_each, n) => nodeAt(n).send(id, note())));
    const [row] = await house.sql(
      `SELECT bool_and(recorded_at >= before) AS ordered FROM (
         SELECT recorded_at, lag(recorded_at, 1, recorded_at) OVER (ORDER BY seq) AS before
         FROM journal WHERE case_id = $1) AS entries`,
      [id],
    );
    expect(row).toEqual({ ordered: true });
  });
});

/** Refused whenever the flag stands so already, so that refusals are among the answers. */
const flip = (n: number) =>
  ({ type: 'case.flag', actor: n % 3 ? AGENT : MANAGER, flag: 'abuse', on: n % 2 === 0 }) as const;
