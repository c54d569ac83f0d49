/**
 * Moves by which more time is asked for before a deadline, and granted or denied (domain.md §3, row 22). A request that
 * nobody decided in time lapses; the clock itself changes in `clocks/`.
 */
import { businessSecondsBetween } from '../../calendar/business-seconds.js';
import type { Actor, Instant } from '../actor.js';
import type { CaseContext, Clock } from '../case.js';
import type { Extension } from '../cooperation.js';
import { calendarOf, elapsedAt } from '../clocks/clock-record.js';
import { clockOf, isLive } from '../clocks/clock-rules.js';
import type { Policies } from '../policies.js';
import { type Refusal, refusal } from '../refusals.js';
import { wholeSecond, wrongDate } from './asked-date.js';
import type { MoveTable, PolicedEvent } from './move.js';

export const EXTENSIONS: MoveTable<'case.requestExtension' | 'case.grantExtension' | 'case.denyExtension'> = {
  'case.requestExtension': {
    blocked: (context, at) =>
      running(context, 'resolution', at) || running(context, 'olaWork', at)
        ? null
        : refusal('clock-not-running'),
    refuse: (context, { at, metric, untilAt, policies }) => {
      const clock = running(context, metric, at);
      if (!clock) return refusal('clock-not-running', ['/metric']);
      if (context.extensions.some((one) => one.state === 'requested' && one.metric === metric)) {
        return refusal('extension-open', ['/metric']);
      }
      return (
        wrongDate(at, untilAt, 'extension-not-later', '/untilAt') ??
        notLater(clock, at, wholeSecond(untilAt), policies)
      );
    },
    apply: (context, { at, actor, metric, untilAt, reason, tell }) => ({
      ...context,
      extensions: [
        ...context.extensions,
        {
          n: context.extensions.length + 1,
          metric,
          untilAt: wholeSecond(untilAt),
          reason,
          tell,
          requestedBy: actor.id,
          requestedAt: at,
          state: 'requested',
          decidedBy: null,
          decidedAt: null,
          comment: null,
        },
      ],
    }),
  },

  'case.grantExtension': {
    blocked: noneRequested,
    refuse: (context, { n, at, actor, policies }) => {
      const asked = requested(context, n);
      const clock = asked && extendable(context, asked.metric, at);
      if (!asked || !clock) return refusal('extension-unknown');
      return whyNotDecide(context, asked, actor) ?? notLater(clock, at, asked.untilAt, policies);
    },
    apply: (context, event) => decided(context, event, 'granted', event.comment),
  },

  'case.denyExtension': {
    blocked: noneRequested,
    refuse: (context, { n, actor }) => {
      const asked = requested(context, n);
      return asked ? whyNotDecide(context, asked, actor) : refusal('extension-unknown');
    },
    apply: (context, event) => decided(context, event, 'denied', event.reason),
  },
};

/**
 * Requests that nobody decided before their clock was due, or ended: nothing is left to extend.
 * @param clocks as they stand after the step.
 * @returns the same list when none lapsed.
 */
export function lapsedExtensions(
  extensions: readonly Extension[],
  clocks: readonly Clock[],
  at: Instant,
): readonly Extension[] {
  const lapses = ({ state, metric, requestedAt }: Extension): boolean =>
    state === 'requested' &&
    !clocks.some(
      (clock) =>
        clock.metric === metric &&
        clock.stoppedAt === null &&
        clock.breachedAt === null &&
        clock.startedAt <= requestedAt,
    );
  if (!extensions.some(lapses)) return extensions;
  return extensions.map((one) => (lapses(one) ? { ...one, state: 'lapsed', decidedAt: at } : one));
}

/** The clock, while there is still something to extend; a due time that passed unnoticed has passed. */
function extendable(context: CaseContext, metric: Extension['metric'], at: Instant): Clock | undefined {
  const clock = clockOf(context, metric);
  const isOver = clock?.breachedAt !== null || (clock.dueAt !== null && at > clock.dueAt);
  return isLive(clock) && clock.targetSeconds !== null && !isOver ? clock : undefined;
}

function running(context: CaseContext, metric: Extension['metric'], at: Instant): Clock | undefined {
  const clock = extendable(context, metric, at);
  return clock?.runningSince === null ? undefined : clock;
}

/** Later in open seconds: a date in the night after the due time gives nobody any more time. */
function notLater(clock: Clock, at: Instant, untilAt: Instant, { book }: Policies): Refusal | null {
  const calendar = calendarOf(clock, book);
  const seconds = elapsedAt(clock, at, calendar) + businessSecondsBetween(calendar, at, untilAt);
  return seconds > (clock.targetSeconds ?? 0) ? null : refusal('extension-not-later', ['/untilAt']);
}

function noneRequested({ extensions }: CaseContext): Refusal | null {
  return extensions.some(({ state }) => state === 'requested') ? null : refusal('extension-unknown');
}

function requested({ extensions }: CaseContext, n: number): Extension | undefined {
  return extensions.find((one) => one.n === n && one.state === 'requested');
}

/** The department's own work is its lead's to extend, the promise to the customer a manager's; nobody decides alone. */
function whyNotDecide(
  { handler }: CaseContext,
  { metric, requestedBy }: Extension,
  actor: Actor,
): Refusal | null {
  if (actor.id === requestedBy) return refusal('actor-not-permitted');
  if (actor.kind !== 'lead') return null;
  if (metric === 'resolution') return refusal('actor-not-permitted');
  return actor.department === handler?.department ? null : refusal('not-in-department');
}

function decided(
  context: CaseContext,
  { n, at, actor }: PolicedEvent<'case.grantExtension' | 'case.denyExtension'>,
  state: 'granted' | 'denied',
  comment: string | null,
): CaseContext {
  const extensions = context.extensions.map((one) =>
    one.n === n ? { ...one, state, decidedBy: actor.id, decidedAt: at, comment } : one,
  );
  return { ...context, extensions };
}
