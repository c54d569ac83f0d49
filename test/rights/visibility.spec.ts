// What a list may hold and what `can` says of each single case are one thing: random lives of cases in a database, every
// kind of reader, row by row (reliability.md I15).
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Actor, ActorKind } from '../../src/domain/actor.js';
import type { Case } from '../../src/domain/case.js';
import type { CaseCommand } from '../../src/domain/events.js';
import { involvedDepartments, RELATIONS, relationOf } from '../../src/domain/case-relation.js';
import { ACTIONS, can, canSee } from '../../src/domain/rights.js';
import { visibilityOf } from '../../src/domain/visibility.js';
import { CaseList } from '../../src/reports/case-list.js';
import { CustomerView } from '../../src/reports/customer-view.js';
import { TaskInbox } from '../../src/reports/task-inbox.js';
import { visibleCases } from '../../src/reports/visible-cases.js';
import {
  aRequest,
  escalateTo,
  HOUR,
  MANAGER,
  MORNING,
  startTestEngine,
  type TestEngine,
} from '../support/engine.js';

const DEPARTMENTS = ['sales', 'product', 'logistics', 'finance'] as const;
const CUSTOMERS = [1, 2, 3].map((n) => `01900000-0000-7000-8000-00000000000${n}`);
const LIVES = 60;
const soon = MORNING + HOUR;

const staff = (kind: ActorKind, department: string): Actor => ({
  kind,
  id: `${kind}-${department}`,
  department,
});

/** Everybody who may ever ask, and some who should not exist. */
const READERS: readonly Actor[] = [
  ...(['agent', 'manager', 'admin', 'service', 'system'] as const).map((kind) => ({ kind, id: `${kind}-1` })),
  ...DEPARTMENTS.flatMap((department) => [staff('member', department), staff('lead', department)]),
  ...CUSTOMERS.map((id) => ({ kind: 'customer' as const, id })),
  { kind: 'customer', id: '01900000-0000-7000-8000-0000000000ff' },
  { kind: 'member', id: 'of-no-department' },
  { kind: 'lead', id: 'of-an-empty-one', department: '' },
  { kind: 'member', id: 'of-a-foreign-one', department: 'nowhere' },
  { kind: 'boss' as ActorKind, id: 'of-no-known-role' },
];

/** One thing that people do with a case; most are refused sometimes, and then nothing happens. */
const deed = fc
  .record({ what: fc.nat(10), to: fc.constantFrom(...DEPARTMENTS), also: fc.constantFrom(...DEPARTMENTS) })
  .map(({ what, to, also }): ((current: Case) => CaseCommand) => {
    const inside = ({ context }: Case) => staff('lead', context.handler?.department ?? 'sales');
    const commands: readonly ((current: Case) => CaseCommand)[] = [
      () => escalateTo(to),
      (current) => escalateTo(to, inside(current)),
      (current) => ({ type: 'case.accept', actor: inside(current) }),
      (current) => ({ type: 'case.reroute', actor: inside(current), department: to, reason: 'r' }),
      (current) => ({
        type: 'case.return',
        actor: inside(current),
        reason: 'misrouted',
        suggestion: null,
        missingFields: [],
        comment: 'c',
      }),
      () => ({ type: 'case.assign', actor: MANAGER, department: to, reason: 'r' }),
      () => ({
        type: 'case.consult',
        actor: MANAGER,
        department: to,
        question: 'q',
        blocking: false,
        dueAt: null,
      }),
      () => ({ type: 'case.answerConsult', actor: MANAGER, n: 1, answer: 'a' }),
      () => ({
        type: 'case.proposeSolution',
        actor: MANAGER,
        text: 't',
        departments: [to],
        actions: [{ text: 'a', department: also, dueAt: null }],
      }),
      () => ({
        type: 'case.promise',
        actor: MANAGER,
        text: 't',
        promisedAt: soon,
        department: to,
        despite: true,
        openTasks: 0,
      }),
      () => ({
        type: 'case.askCallback',
        actor: MANAGER,
        reason: 'followUp',
        note: 'n',
        department: to,
        dueAt: null,
      }),
    ];
    return commands[what] as (current: Case) => CaseCommand;
  });

let house: TestEngine;
const cases: Case[] = [];
const seed = Number(process.env['TEST_SEED'] ?? Date.now() % 1_000_000);

beforeAll(async () => {
  house = await startTestEngine();
  const lives = fc.sample(fc.array(deed, { maxLength: 8 }), { numRuns: LIVES, seed });
  await Promise.all(
    lives.map(async (deeds, index) => {
      let current = await house.open({ customerId: CUSTOMERS[index % CUSTOMERS.length] as string });
      for (const command of deeds) {
        const outcome = await house.engine.send(current.id, command(current), aRequest());
        if (outcome.kind === 'done') current = outcome.case;
      }
      cases.push(current);
    }),
  );
});
afterAll(() => house?.close());

const visible = (reader: Actor) =>
  cases
    .filter((current) => can(reader, 'case.read', current) === 'yes')
    .map(({ id }) => id)
    .sort();

describe(`cases of random lives (TEST_SEED=${seed})`, () => {
  it('stand in every relation to some department, so that something is shown here', () => {
    const relations = cases.flatMap(({ context }) => DEPARTMENTS.map((one) => relationOf(one, context)));
    expect([...new Set(relations)].sort()).toEqual([...RELATIONS].sort());
  });

  it.each(READERS)('are visible to %j by SQL exactly where the policy says so', async (reader) => {
    const values: unknown[] = [];
    const condition = visibleCases(visibilityOf(reader), values);
    const rows = await house.sql<{ id: string }>(`SELECT id FROM cases WHERE ${condition}`, values);
    expect(rows.map(({ id }) => id).sort()).toEqual(visible(reader));
  });

  it.each(READERS)(
    'are in no list, view, inbox or count of %j that the policy does not allow',
    async (reader) => {
      const visibility = visibilityOf(reader);
      const allowed = new Set(visible(reader));
      const sort = { by: 'createdAt', descending: true } as const;
      const list = await new CaseList(house.pool).page({ visibility, sort, limit: 100, cursor: null });
      expect(list.items.map(({ id }) => id).sort()).toEqual([...allowed].sort());

      const view = new CustomerView(house.pool);
      const ofCustomers = await Promise.all(CUSTOMERS.map((id) => view.casesOf(id, visibility)));
      expect(ofCustomers.flatMap((one) => one.cases.map(({ id }) => id)).sort()).toEqual([...allowed].sort());

      const scope = { visibility, managers: reader.kind === 'manager', readerId: reader.id };
      const inbox = new TaskInbox(house.pool, house.now);
      const page = (state: 'open' | 'done') =>
        inbox.page({ scope, state, sort: { by: 'createdAt', descending: false }, limit: 400, cursor: null });
      const tasks = [await page('open'), await page('done')].flatMap(({ items }) => items);
      expect(tasks.filter(({ caseId }) => !allowed.has(caseId))).toEqual([]);
      const counts = await inbox.counts({ scope }, reader.id);
      expect(counts.open).toBe((await page('open')).items.length);
    },
  );
});

describe('a task of somebody who has changed departments', () => {
  it('is not shown any more, for its case is not', async () => {
    const { id } = await house.open();
    await house.send(id, escalateTo('logistics'));
    const mover = staff('member', 'logistics');
    await house.send(id, { type: 'case.accept', actor: mover });
    const inbox = new TaskInbox(house.pool, house.now);
    const sort = { by: 'dueAt', descending: false } as const;
    const of = async (actor: Actor) => {
      const scope = { visibility: visibilityOf(actor), managers: false, readerId: actor.id };
      const { items } = await inbox.page({ scope, sort, limit: 400, cursor: null });
      const { mine } = await inbox.counts({ scope }, actor.id);
      const found = await inbox.find(id, 'handle-1-1', scope);
      return [items.some(({ caseId }) => caseId === id), mine, found !== null];
    };
    expect(await of(mover)).toEqual([true, 1, true]);
    expect(await of({ ...mover, department: 'product' })).toEqual([false, 0, false]);
  });
});

describe('the policy', () => {
  it('never lets a reader do to a hidden case what it lets nobody see', () => {
    const wrong = READERS.flatMap((reader) =>
      cases.flatMap((current) =>
        ACTIONS.filter((action) => !canSee(reader, current) && can(reader, action, current) === 'yes'),
      ),
    );
    expect(wrong).toEqual([]);
  });

  it('lets a department do no less the closer it stands', () => {
    for (const current of cases) {
      for (const action of ACTIONS) {
        const mays = DEPARTMENTS.map((department) => ({
          at: RELATIONS.indexOf(relationOf(department, current.context)),
          may: can(staff('lead', department), action, current) === 'yes',
        })).sort((a, b) => a.at - b.at);
        const first = mays.findIndex(({ may }) => may);
        const closest = first < 0 ? [] : mays.slice(first).filter(({ at }) => at >= (mays[first]?.at ?? 0));
        expect([action, closest.every(({ may }) => may)]).toEqual([action, true]);
      }
    }
  });

  it('counts whoever handles or is awaited among those who see', () => {
    const lost = cases.flatMap(({ context }) =>
      DEPARTMENTS.filter(
        (one) => relationOf(one, context) !== 'none' && !involvedDepartments(context).includes(one),
      ),
    );
    expect(lost).toEqual([]);
  });
});
