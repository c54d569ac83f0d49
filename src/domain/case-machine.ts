/**
 * The state chart of a case (domain.md §3): where each event may lead. The rules are in `moves/`, the clocks are
 * derived from the tags. No timers, no children, no history: time enters as events (ADR-0002). There is no
 * `case.escalate` in level 2, so a third climb has no edge to travel: the first net under the limit (ADR-0004).
 */
import { and, assign, setup } from 'xstate';
import { type CaseContext, RESUMABLE_STATES, REWORK_STATES, type StatePath, type StateTag } from './case.js';
import type { PolicedEvent } from './moves/move.js';
import { bouncedTooOften, climbTarget } from './moves/movement.js';
import { moveOf } from './moves/moves.js';
import { breachClimbs } from './moves/timekeeping.js';
import { BLANK_CONTEXT } from './moves/oversight.js';
import type { Refusal } from './refusals.js';

/** The rule that refuses this event in this context, whatever the state; null when none does. */
export function refusalOf(context: CaseContext, event: PolicedEvent): Refusal | null {
  const move = moveOf(event.type);
  return move.blocked?.(context, event.at, event.policies) ?? move.refuse?.(context, event) ?? null;
}

const machineSetup = setup({
  types: {
    context: {} as CaseContext,
    events: {} as PolicedEvent,
    tags: {} as StateTag,
  },
  guards: {
    permitted: ({ context, event }) => refusalOf(context, event) === null,
    climbsToLevel2: ({ context, event }) =>
      event.type === 'case.escalate' && climbTarget(context, event) === 2,
    bouncedTooOften: ({ context, event }) =>
      (event.type === 'case.return' || event.type === 'case.reroute') && bouncedTooOften(context, event),
    waitedFrom: ({ context }, path: StatePath) => context.waiting?.resumeTo === path,
    solvedFrom: ({ context }, path: StatePath) => context.resolution?.reworkTo === path,
    assignsOwner: ({ event }) => event.type === 'case.assign' && event.department === null,
    assignsLevel2: ({ context, event }) =>
      event.type === 'case.assign' && (event.level ?? context.level) === 2,
    breachClimbs: ({ context, event }) => event.type === 'case.breach' && breachClimbs(context, event),
    notTakenYet: ({ context }) => context.handler?.memberId === null,
  },
  actions: {
    apply: assign(({ context, event }) => moveOf(event.type).apply(context, event)),
  },
});

const stay = { guard: 'permitted', actions: 'apply' } as const;
const to = <const Path extends StatePath>(path: Path) =>
  ({ target: `#case.${path}`, guard: 'permitted', actions: 'apply' }) as const;

/** Back to where the wait began, or straight on when a rule says so. */
const resume = RESUMABLE_STATES.map((path) => ({
  target: `#case.${path}` as const,
  guard: and(['permitted', { type: 'waitedFrom', params: path }]),
  actions: 'apply' as const,
}));

/** Back to where the solution was found. */
const rework = REWORK_STATES.map((path) => ({
  target: `#case.${path}` as const,
  guard: and(['permitted', { type: 'solvedFrom', params: path }]),
  actions: 'apply' as const,
}));

const climb = [
  { target: '#case.level2.dispatched', guard: and(['permitted', 'climbsToLevel2']), actions: 'apply' },
  to('level1.dispatched'),
] as const;

const giveBack = [
  { target: '#case.arbitration', guard: and(['permitted', 'bouncedTooOften']), actions: 'apply' },
  to('frontline.returned'),
] as const;

const rerouteWithin = (path: 'level1.dispatched' | 'level2.dispatched') =>
  [
    { target: '#case.arbitration', guard: and(['permitted', 'bouncedTooOften']), actions: 'apply' },
    { target: `#case.${path}`, guard: 'permitted', actions: 'apply', reenter: true },
  ] as const;

/** A missed promise moves the case one level up, where there is one; else it stays and alarms (row 24). */
const breachTo = <const Path extends StatePath>(path: Path) =>
  [{ target: `#case.${path}`, guard: and(['permitted', 'breachClimbs']), actions: 'apply' }, stay] as const;

/** What was begun goes on whether or not the case still does: until it ends for good (row 22). */
const untilFinal = {
  'case.keepPromise': stay,
  'case.renegotiatePromise': stay,
  'case.cancelPromise': stay,
  'case.completeAction': stay,
  'case.executeCompensation': stay,
  'case.settleCompensation': stay,
  'case.cancelCompensation': stay,
  'case.askCallback': stay,
  'case.completeCallback': stay,
  'case.callbackOverdue': stay,
  'case.reportUndeliverable': stay,
  'case.assignTask': stay,
  'case.acceptTask': stay,
  'case.warn': stay,
  'case.reassure': stay,
  'case.breach': stay,
} as const;

/** Accepted wherever somebody still works on the case, without moving it (rows 21 to 23). */
const whileOpen = {
  ...untilFinal,
  'case.consult': stay,
  'case.answerConsult': stay,
  'case.declineConsult': stay,
  'case.cancelConsult': stay,
  'case.proposeSolution': stay,
  'case.agreeToSolution': stay,
  'case.objectToSolution': stay,
  'case.promise': stay,
  'case.proposeCompensation': stay,
  'case.approveCompensation': stay,
  'case.rejectCompensation': stay,
  'case.requestExtension': stay,
  'case.grantExtension': stay,
  'case.denyExtension': stay,
  'case.rateHandOff': stay,
  'case.reply': stay,
  'case.message': stay,
  'case.note': stay,
  'case.handOver': stay,
  'case.prioritize': stay,
  'case.regrade': stay,
  'case.raiseAttention': stay,
  'case.clearAttention': stay,
  'case.flag': stay,
  'case.absorb': stay,
  'case.waiveReply': stay,
  'case.rebase': stay,
  'case.withdraw': to('withdrawn'),
  'case.merge': to('merged'),
} as const;

const whileWorking = {
  'case.ask': to('waiting'),
  'case.hold': stay,
  'case.release': stay,
  'case.reviewHold': stay,
  'case.resolve': to('resolved'),
} as const;

export const caseMachine = machineSetup.createMachine({
  id: 'case',
  context: BLANK_CONTEXT,
  initial: 'new',
  states: {
    new: { on: { 'case.open': to('received') } },

    received: {
      tags: ['customerClocks'],
      on: {
        ...whileOpen,
        'case.breach': breachTo('level1.dispatched'),
        'case.start': to('frontline.working'),
        'case.escalate': climb,
        'case.resolve': to('resolved'),
      },
    },

    frontline: {
      tags: ['customerClocks'],
      initial: 'working',
      on: {
        ...whileOpen,
        ...whileWorking,
        'case.escalate': climb,
        'case.breach': breachTo('level1.dispatched'),
      },
      states: { working: {}, returned: { tags: ['olaRework'] } },
    },

    level1: {
      tags: ['customerClocks', 'olaWork'],
      initial: 'dispatched',
      on: {
        ...whileOpen,
        'case.escalate': to('level2.dispatched'),
        'case.breach': breachTo('level2.dispatched'),
        'case.return': giveBack,
      },
      states: {
        dispatched: {
          tags: ['olaAccept'],
          on: { 'case.accept': to('level1.working'), 'case.reroute': rerouteWithin('level1.dispatched') },
        },
        working: {
          on: {
            ...whileWorking,
            'case.accept': { guard: and(['permitted', 'notTakenYet']), actions: 'apply' },
          },
        },
      },
    },

    level2: {
      tags: ['customerClocks', 'olaWork'],
      initial: 'dispatched',
      on: { ...whileOpen, 'case.return': giveBack, 'case.decide': to('resolved') },
      states: {
        dispatched: {
          tags: ['olaAccept'],
          on: { 'case.accept': to('level2.working'), 'case.reroute': rerouteWithin('level2.dispatched') },
        },
        working: { on: { ...whileWorking, 'case.handBack': to('level1.working') } },
      },
    },

    arbitration: {
      tags: ['customerClocks'],
      on: {
        ...whileOpen,
        'case.assign': [
          { target: '#case.frontline.working', guard: and(['permitted', 'assignsOwner']), actions: 'apply' },
          { target: '#case.level2.dispatched', guard: and(['permitted', 'assignsLevel2']), actions: 'apply' },
          to('level1.dispatched'),
        ],
        'case.decide': to('resolved'),
      },
    },

    waiting: {
      tags: ['paused'],
      on: {
        ...whileOpen,
        'case.reply': resume,
        'case.cancelWait': resume,
        'case.remindWaiting': stay,
        'case.expireWaiting': to('resolved'),
      },
    },

    resolved: {
      on: {
        ...untilFinal,
        'case.confirm': to('closed'),
        'case.reject': rework,
        'case.remindConfirmation': stay,
        'case.closeUnopposed': to('closed'),
        'case.reply': stay,
        'case.message': stay,
        'case.note': stay,
        'case.raiseAttention': stay,
        'case.clearAttention': stay,
        'case.flag': stay,
      },
    },

    closed: {
      on: {
        ...untilFinal,
        'case.rate': stay,
        'case.reopen': rework,
        'case.seal': stay,
        'case.reply': stay,
        'case.note': stay,
        'case.flag': stay,
      },
    },

    withdrawn: {},
    merged: {},
  },
});
