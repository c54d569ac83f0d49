/** The planner: one command at a time from where the product stands to where the log stands. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { nextCommand, NoWayOn, type Position } from '../../scripts/replay/next-command.js';
import type { Level } from '../../scripts/replay/mapping.js';
import { measure, standingsOfLog } from '../../scripts/replay/measures.js';
import { configure, runReplay } from '../../scripts/replay/replay-run.js';
import type { Target } from '../../scripts/replay/read-log.js';
import { judge } from '../../scripts/replay/verdict.js';
import { PureProduct } from './pure-product.js';
import { type Line, SMALL_MAPPING, smallLog } from './small-logs.js';

const at = (state: string, level: number, more: Partial<Position> = {}): Position => ({
  state,
  level,
  onHold: false,
  department: level > 0 ? 'product' : null,
  knowsLevel1: level === 1,
  ...more,
});
const target = (standing: Target['standing'], level: Level): Target => ({ standing, level });

describe('the next command of the replay', () => {
  it.each([
    ['opens a case that does not exist', null, target('handling', 2), 'open'],
    [
      'leaves a case received while the log has it queued at the front line',
      at('received', 0),
      target('queued', 0),
      null,
    ],
    ['starts a received case before anything else', at('received', 0), target('closed', 2), 'start'],
    [
      'is content at the front line with a returned case',
      at('frontline.returned', 0),
      target('handling', 0),
      null,
    ],
    ['accepts what a level handles', at('level1.dispatched', 1), target('handling', 1), 'accept'],
    [
      'leaves a dispatched case alone while the log has it queued',
      at('level2.dispatched', 2),
      target('queued', 2),
      null,
    ],
    [
      'leaves an accepted case alone while the log has it queued',
      at('level1.working', 1),
      target('queued', 1),
      null,
    ],
    [
      'returns a case that falls to the front line',
      at('level2.dispatched', 2),
      target('queued', 0),
      'return',
    ],
    ['accepts at level 2 before it hands back', at('level2.dispatched', 2), target('queued', 1), 'accept'],
    ['accepts before it asks the customer', at('level1.dispatched', 1), target('waiting', 1), 'accept'],
    ['asks the customer from work', at('frontline.working', 0), target('waiting', 0), 'ask'],
    ['keeps waiting while the log waits at the same level', at('waiting', 1), target('waiting', 1), null],
    ['ends a wait that the log moves to another level', at('waiting', 1), target('waiting', 2), 'cancelWait'],
    ['ends a wait before it resolves', at('waiting', 0), target('resolved', 0), 'cancelWait'],
    [
      'releases a hold before it asks',
      at('level1.working', 1, { onHold: true }),
      target('waiting', 1),
      'release',
    ],
    ['keeps a hold that the log keeps', at('level1.working', 1, { onHold: true }), target('onHold', 1), null],
    ['holds from work', at('level2.working', 2), target('onHold', 2), 'hold'],
    ['resolves before it closes', at('frontline.working', 0), target('closed', 0), 'resolve'],
    ['confirms a resolved case that closes', at('resolved', 1), target('closed', 1), 'confirm'],
    [
      'rejects the solution of a case that is worked on again',
      at('resolved', 0),
      target('handling', 0),
      'reject',
    ],
    [
      'rejects a solution that the log moves to another level',
      at('resolved', 1),
      target('resolved', 0),
      'reject',
    ],
    ['reopens a closed case that is resolved again', at('closed', 0), target('resolved', 0), 'reopen'],
    ['reopens a closed case whose level the log corrects', at('closed', 1), target('closed', 0), 'reopen'],
    ['leaves a closed case closed', at('closed', 0), target('closed', 0), null],
    ['withdraws what the log cancels', at('level1.dispatched', 1), target('withdrawn', 1), 'withdraw'],
  ])('%s', (_title, position, wanted, kind) => {
    expect(nextCommand(position, wanted)?.kind ?? null).toBe(kind);
  });

  it('climbs straight to level 2 where the log does', () => {
    expect(nextCommand(at('frontline.working', 0), target('queued', 2))).toEqual({
      kind: 'escalate',
      toLevel: 2,
    });
  });

  it('names a department for a hand-back only when level 1 never had the case', () => {
    const handBack = (knowsLevel1: boolean) =>
      nextCommand(at('level2.working', 2, { knowsLevel1 }), target('handling', 1));
    expect(handBack(false)).toEqual({ kind: 'handBack', nameDepartment: true });
    expect(handBack(true)).toEqual({ kind: 'handBack', nameDepartment: false });
  });

  it('finds no way out of a withdrawn case', () => {
    expect(() => nextCommand(at('withdrawn', 0), target('handling', 0))).toThrow(NoWayOn);
  });
});

describe('a replay over the pure domain', () => {
  const line = fc.tuple(
    fc.constantFrom('queued', 'handling', 'waiting', 'onHold', 'resolved', 'closed'),
    fc.nat({ max: 2 }),
  ) as fc.Arbitrary<Line>;

  it('follows any log from any standing to any other, with the figures that the log itself gives', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(line, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 4 }),
        async (cases) => {
          const log = smallLog(...cases);
          const byCase = new Map(log.cases.map((c) => [c.id, measure(standingsOfLog(c))]));
          const product = new PureProduct();
          await configure(product, SMALL_MAPPING);
          const run = await runReplay(product, SMALL_MAPPING, log.cases, {
            concurrency: 3,
            keyPrefix: 'r',
            progress: () => {},
          });
          const ids = log.cases.map(({ id }) => id);
          const verdict = await judge(
            product,
            run,
            { byCase, source: 'log', disputed: [] },
            ids,
            3,
            () => {},
          );
          expect(verdict.mismatches).toEqual([]);
          expect(new Set(product.keys).size).toBe(product.keys.length);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('sends a climb to the department of its level and columns', async () => {
    const product = new PureProduct();
    const log = smallLog(
      [
        ['handling', 0],
        ['queued', 1, 'money'],
      ],
      [
        ['handling', 0],
        ['queued', 1],
      ],
      [['queued', 2]],
    );
    await configure(product, SMALL_MAPPING);
    await runReplay(product, SMALL_MAPPING, log.cases, {
      concurrency: 1,
      keyPrefix: 'r',
      progress: () => {},
    });
    const handlers = [...product.cases.values()].map(({ current: { intake, context } }) => [
      intake.subject,
      context.handler?.department,
    ]);
    expect(Object.fromEntries(handlers)).toEqual({
      'Case c1': 'finance',
      'Case c2': 'product',
      'Case c3': 'logistics',
    });
  });

  it('reports a refusal as a fault of the case, with its line, and follows the other cases to their end', async () => {
    const product = new PureProduct();
    const log = smallLog(
      [
        ['handling', 0],
        ['handling', 2],
        ['closed', 2],
      ],
      [
        ['handling', 0],
        ['closed', 0],
      ],
    );
    // Not configured: the default playbook wants evidence and forbids the jump.
    const run = await runReplay(product, SMALL_MAPPING, log.cases, {
      concurrency: 2,
      keyPrefix: 'r',
      progress: () => {},
    });
    expect(run.faults).toEqual([
      {
        caseId: 'c1',
        line: 2,
        what: expect.stringMatching(/^escalate from frontline.working → 409 direct-level2-not-allowed/),
      },
    ]);
    expect([...product.cases.values()].map(({ current }) => current.state)).toEqual([
      'frontline.working',
      'closed',
    ]);
  });
});
