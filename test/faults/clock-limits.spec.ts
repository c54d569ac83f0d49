// Clocks at their edges (reliability.md E7, E8, E11, E12): what comes at the very moment of a breach, a case that is
// paused a hundred times, targets so short that everything breaches at once, and dates beyond all horizons.
import { afterEach, describe, expect, it } from '@jest/globals';
import type { CaseCommand } from '../../src/domain/events.js';
import type { Policies } from '../../src/domain/policies.js';
import { TARGETED } from '../domain/given.js';
import {
  AGENT,
  aRequest,
  DAY,
  escalateTo,
  HOUR,
  MANAGER,
  MORNING,
  note,
  resolve,
  startTestEngine,
  type TestEngine,
} from '../support/engine.js';
import { auditFindings } from './audit-findings.js';

let house: TestEngine;
afterEach(() => house?.close());

const CUSTOMER = { kind: 'customer', id: '01900000-0000-7000-8000-000000000001' } as const;

/** What may happen while time lets a target be missed. */
const RIVALS: [string, CaseCommand][] = [
  ['a message to the customer', { type: 'case.message', actor: AGENT, text: 'Found it' }],
  ['a solution', resolve()],
  ['an answer of the customer', { type: 'case.reply', actor: CUSTOMER, text: 'Any news?' } as CaseCommand],
  [
    'a higher priority',
    { type: 'case.prioritize', actor: MANAGER, impact: 'high', urgency: 'high', reason: 'Press' },
  ],
  [
    'a lower priority',
    { type: 'case.prioritize', actor: MANAGER, impact: 'low', urgency: 'low', reason: 'No hurry' },
  ],
  ['an escalation', escalateTo('sales')],
  ['a question', { type: 'case.ask', actor: AGENT, question: 'Which door?' } as CaseCommand],
  ['a hold', { type: 'case.hold', actor: AGENT, reason: 'Carrier', reviewAt: MORNING + 9 * DAY }],
  ['a withdrawal', { type: 'case.withdraw', actor: AGENT, reason: 'Found' }],
];

describe('at the very moment of a breach', () => {
  it.each(RIVALS)(
    '%s is before it or after it, and a target is missed once at most',
    async (_what, rival) => {
      house = await startTestEngine({ policies: TARGETED });
      const outcomes = new Set<string>();
      for (let round = 0; round < 8; round += 1) {
        const { id, context } = await house.open();
        await house.send(id, { type: 'case.start', actor: AGENT, agentId: AGENT.id });
        const due = context.clocks.find(({ metric }) => metric === 'firstResponse')!.dueAt!;
        // At the due instant and no further, or one past it: both sides of the edge.
        await house.loop.advanceTo(due - (round % 4 < 2 ? 1 : 0));
        const deed = () => house.engine.send(id, rival, aRequest());
        const breach = () => house.loop.advanceTo(due + 1);
        const both = round % 2 === 0 ? [deed(), breach()] : [breach(), deed()];
        const settled = (await Promise.all(both)).find((each) => 'kind' in each);
        outcomes.add((settled as { kind: string }).kind);
        const breaches = await house.sql<{ n: number }>(
          `SELECT count(*)::int AS n FROM journal WHERE case_id = $1 AND type = 'case.breached'
         GROUP BY data->>'metric', data->>'cycle', data->>'attempt'`,
          [id],
        );
        expect(breaches.every(({ n }) => n === 1)).toBe(true);
        await house.send(id, note()).catch(() => undefined);
      }
      expect(outcomes.has('done')).toBe(true);
      expect((await auditFindings(house.url)).broken).toEqual([]);
    },
  );
});

describe('a case that is paused again and again', () => {
  const PAUSES = 150;

  it('has one live deadline of a kind, exact clocks, and grows by its history alone', async () => {
    house = await startTestEngine({ policies: TARGETED });
    const { id } = await house.open();
    await house.send(id, { type: 'case.start', actor: AGENT, agentId: AGENT.id });
    const live = () =>
      house.sql(
        'SELECT kind, metric FROM audit.deadline WHERE case_id = $1 AND fired_at IS NULL ORDER BY 1, 2',
        [id],
      );
    const before = await live();
    for (let n = 0; n < PAUSES; n += 1) {
      const at = MORNING + n * 10_000;
      await house.loop.advanceTo(at);
      await house.send(id, { type: 'case.hold', actor: AGENT, reason: 'Carrier', reviewAt: MORNING + DAY });
      await house.loop.advanceTo(at + 5_000);
      await house.send(id, { type: 'case.release', actor: AGENT, reason: null });
    }
    expect(await live()).toEqual(before);
    const clocks = await house.sql(
      `SELECT metric, elapsed_seconds AS elapsed FROM audit.clock WHERE case_id = $1 AND metric = 'resolution'`,
      [id],
    );
    expect(clocks).toHaveLength(1);
    const rows = await house.sql<{ tasks: number; clocks: number }>(
      `SELECT (SELECT count(*)::int FROM tasks WHERE case_id = $1) AS tasks,
         (SELECT count(*)::int FROM clocks WHERE case_id = $1) AS clocks,
         (SELECT count(*)::int FROM journal WHERE case_id = $1) AS entries`,
      [id],
    );
    const entries = 2 + 2 * PAUSES;
    expect(rows).toEqual([{ tasks: expect.any(Number), clocks: expect.any(Number), entries }]);
    // Each step ends at most the one clock of the next update; none is kept twice.
    expect(rows[0]!.clocks).toBeLessThan(entries);
    expect(rows[0]!.tasks).toBeLessThan(5);
    expect((await auditFindings(house.url)).broken).toEqual([]);
  });
});

describe('targets of a second', () => {
  const second = { calendarSeconds: 1 };
  const policy = {
    ...TARGETED.book.slaPolicy('', 0),
    // News every second would be told every second, as agreed.
    targets: { P3: { firstResponse: second, nextResponse: second, resolution: second } },
  };
  const HASTY: Policies = {
    ...TARGETED,
    departments: Object.fromEntries(
      Object.entries(TARGETED.departments).map(([key, one]) => [
        key,
        { ...one, ola: { P3: { olaAccept: second, olaWork: second, consult: second } } },
      ]),
    ),
    book: { ...TARGETED.book, slaPolicyFor: () => policy, slaPolicy: () => policy },
  };

  it('send a case to level 2 and no further, with one move a breach at most, and then rest', async () => {
    house = await startTestEngine({ policies: HASTY });
    const ids = (await Promise.all(Array.from({ length: 10 }, () => house.open()))).map(({ id }) => id);
    await house.loop.advanceTo(MORNING + HOUR);
    const perCase = await house.sql(
      `SELECT max(level_after)::int AS level,
         count(*) FILTER (WHERE from_state <> to_state)::int AS moves,
         count(*) FILTER (WHERE type = 'case.breached')::int AS breaches,
         count(DISTINCT (data->>'metric', data->>'dueAt', data->>'percent'))
           FILTER (WHERE type = 'case.breached')::int AS distinct
       FROM journal GROUP BY case_id`,
    );
    // Resolution sends it to level 1, the department's agreement to level 2; what else is missed moves nothing.
    expect(perCase).toEqual(ids.map(() => ({ level: 2, moves: 2, breaches: 7, distinct: 7 })));
    expect(await house.sql('SELECT case_id FROM escalations WHERE level > 2')).toEqual([]);
    expect((await house.sql('SELECT case_id FROM escalations')).length).toBe(2 * ids.length);
    // Sent back again and again, it climbs to where it was and never higher.
    for (const id of ids.slice(0, 3)) {
      for (let bounce = 0; bounce < 6; bounce += 1) {
        const { context } = (await house.engine.read(id))!;
        const department = context.handler?.department ?? 'sales';
        const actor = { kind: 'member', id: `member-${department}`, department } as const;
        const back = { type: 'case.return', actor, reason: 'misrouted', comment: 'Not ours' };
        await house.engine.send(
          id,
          { suggestion: null, missingFields: [], ...back } as unknown as CaseCommand as never,
          aRequest(),
        );
        const [{ now }] = (await house.sql<{ now: number }>(`SELECT ${house.now} AS now`)) as [
          { now: number },
        ];
        await house.loop.advanceTo(now + HOUR);
      }
    }
    const [after] = await house.sql(
      `SELECT max(level)::int AS level, max(n)::int AS records
       FROM (SELECT case_id, max(level) AS level, count(*) AS n FROM escalations GROUP BY 1) each`,
    );
    expect(after).toEqual({ level: 2, records: 2 });
    expect(await house.loop.drainDue()).toBe(0);
    expect(house.reports).toEqual([]);
    expect((await auditFindings(house.url)).broken).toEqual([]);
  });
});

describe('a date beyond all horizons', () => {
  it.each([
    ['six years', MORNING + 6 * 366 * DAY],
    ['the year 9999', Date.UTC(9999, 11, 31)],
  ])('is refused: %s', async (_span, reviewAt) => {
    house = await startTestEngine();
    const { id } = await house.open();
    await house.send(id, { type: 'case.start', actor: AGENT, agentId: AGENT.id });
    const hold = { type: 'case.hold', actor: AGENT, reason: 'Carrier', reviewAt } as const;
    expect(await house.engine.send(id, hold, aRequest())).toMatchObject({
      kind: 'refused',
      refusal: { code: 'too-far-ahead' },
    });
  });
});
