/**
 * Moves about dates: promises to the customer, and more time before a deadline (domain.md §3, row 22). A promise that
 * our own clocks and load speak against is refused unless a manager overrules them, on the record. Extensions are next
 * door.
 */
import { businessSecondsBetween } from '../../calendar/business-seconds.js';
import type { CaseContext, Clock } from '../case.js';
import type { CustomerPromise } from '../cooperation.js';
import { clockOf, isLive } from '../clocks/clock-rules.js';
import type { Policies } from '../policies.js';
import { type Refusal, refusal } from '../refusals.js';
import { wholeSecond, wrongDate } from './asked-date.js';
import { EXTENSIONS } from './extensions.js';
import { tooMany } from './matter-limits.js';
import type { MoveTable, PolicedEvent } from './move.js';
import { unknownDepartment } from './movement.js';
import { cancelledPromise, isOwed } from './pending-matters.js';

export const COMMITMENTS: MoveTable<
  | 'case.promise'
  | 'case.keepPromise'
  | 'case.renegotiatePromise'
  | 'case.cancelPromise'
  | 'case.requestExtension'
  | 'case.grantExtension'
  | 'case.denyExtension'
> = {
  'case.promise': {
    blocked: tooMany('promises'),
    refuse: (context, event) => {
      const unknown = event.department === null ? null : unknownDepartment(event.department, event.policies);
      return unknown ?? notPromisable(context, event, promiseAsked(event));
    },
    apply: (context, event) => ({
      ...context,
      promises: [
        ...context.promises,
        {
          n: context.promises.length + 1,
          text: event.text,
          dueAt: wholeSecond(event.promisedAt),
          department: event.department,
          madeBy: event.actor.id,
          madeByKind: event.actor.kind,
          madeAt: event.at,
          concerns: concernsAbout(context, event, promiseAsked(event)),
          state: 'open',
          endedAt: null,
          fulfilledAt: null,
          renegotiations: [],
        },
      ],
    }),
  },

  'case.keepPromise': {
    blocked: nonePromised,
    refuse: (context, { n }) => (owedPromise(context, n) ? null : refusal('promise-unknown')),
    apply: (context, { n, at }) =>
      withPromise(context, n, (one) => {
        const isLate = one.state === 'broken' || at > one.dueAt;
        return { ...one, state: isLate ? 'broken' : 'kept', endedAt: at, fulfilledAt: at };
      }),
  },

  'case.renegotiatePromise': {
    blocked: nonePromised,
    refuse: (context, event) => {
      const promise = owedPromise(context, event.n);
      if (!promise) return refusal('promise-unknown');
      if (promise.state === 'broken' || promise.dueAt <= event.at) return refusal('promise-overdue');
      if (wholeSecond(event.promisedAt) === promise.dueAt) return refusal('unchanged', ['/dueAt']);
      return notPromisable(context, event, { department: promise.department, openTasks: 0 });
    },
    apply: (context, event) =>
      withPromise(context, event.n, (one) => {
        const asked = { department: one.department, openTasks: 0 };
        const concerns = [...one.concerns, ...concernsAbout(context, event, asked)];
        const { at, reason, actor } = event;
        return {
          ...one,
          dueAt: wholeSecond(event.promisedAt),
          concerns: [...new Set(concerns)],
          renegotiations: [...one.renegotiations, { fromDueAt: one.dueAt, at, by: actor.id, reason }],
        };
      }),
  },

  'case.cancelPromise': {
    blocked: nonePromised,
    refuse: (context, { n }) => (owedPromise(context, n) ? null : refusal('promise-unknown')),
    apply: (context, { n, at }) => withPromise(context, n, (one) => cancelledPromise(one, at)),
  },

  ...EXTENSIONS,
};

interface Asked {
  readonly department: string | null;
  readonly openTasks: number;
}

function promiseAsked({ department, openTasks }: PolicedEvent<'case.promise'>): Asked {
  return { department, openTasks };
}

type Promising = PolicedEvent<'case.promise' | 'case.renegotiatePromise'>;

function notPromisable(context: CaseContext, event: Promising, asked: Asked): Refusal | null {
  const { at, actor, promisedAt, despite } = event;
  const wrong = wrongDate(at, wholeSecond(promisedAt), 'promise-in-past', '/dueAt');
  if (wrong) return wrong;
  const overruled = despite && (actor.kind === 'manager' || actor.kind === 'admin');
  if (overruled || concernsAbout(context, event, asked).length === 0) return null;
  return refusal('promise-not-keepable', ['/dueAt']);
}

/** What speaks against this promise (A2): a solution due before it, a house closed until then, too much to do. */
function concernsAbout(context: CaseContext, event: Promising, { department, openTasks }: Asked): string[] {
  const { at, policies } = event;
  const until = wholeSecond(event.promisedAt);
  const resolution = clockOf(context, 'resolution');
  const solvedBy = isLive(resolution) ? resolution.dueAt : null;
  const calendar = calendarFor(department, resolution, policies);
  return [
    ...(solvedBy !== null && until > solvedBy ? ['beyondSla'] : []),
    ...(businessSecondsBetween(calendar, at, until) === 0 ? ['closed'] : []),
    ...(openTasks > policies.lifecycle.tasksBeforeOverload ? ['overloaded'] : []),
  ];
}

/** The responsible department's; where the owner must keep it, that of the agreement with the customer. */
function calendarFor(
  department: string | null,
  resolution: Clock | undefined,
  { departments, book }: Policies,
) {
  const own = department === null ? undefined : departments[department]?.calendar;
  if (own !== undefined || !resolution) return book.calendar(own ?? 'default').calendar;
  return book.calendar(book.slaPolicy(resolution.policyKey, resolution.policyVersion).calendar).calendar;
}

function nonePromised({ promises }: CaseContext): Refusal | null {
  return promises.some(isOwed) ? null : refusal('promise-unknown');
}

function owedPromise({ promises }: CaseContext, n: number): CustomerPromise | undefined {
  return promises.find((one) => one.n === n && isOwed(one));
}

function withPromise(
  context: CaseContext,
  n: number,
  change: (one: CustomerPromise) => CustomerPromise,
): CaseContext {
  return { ...context, promises: context.promises.map((one) => (one.n === n ? change(one) : one)) };
}
