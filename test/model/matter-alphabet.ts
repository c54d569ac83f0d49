/**
 * Commands about what runs beside the case itself (consults, proposals, promises, compensations, extensions, callbacks,
 * ratings), one matter at a time, and the coarse name of the one that is open. What a matter does to the case does not
 * depend on the case's past, so it is opened only where there is next to none: the product of both would explode.
 */
import type { Actor } from '../../src/domain/actor.js';
import type { Case, CaseContext } from '../../src/domain/case.js';
import type { CaseCommand } from '../../src/domain/events.js';
import { FRONT_LINE } from '../../src/domain/moves/proposals.js';
import { agent, customer, DAY_MS, HOUR_MS, lead, manager, member, propose } from '../domain/given.js';

/** Never has the case itself. */
const ASKED = 'logistics';
const BEYOND_AN_AGENT = 20_000;
const WITHIN_AN_AGENT = 1_000;

/** Which matter is open; null: none that decides what may happen next. */
export function openMatter(context: CaseContext): string | null {
  for (const { endedAt, blocking } of context.consults) {
    if (endedAt === null) return blocking ? 'blocking consult' : 'consult';
  }
  for (const { state, voices, actions } of context.proposals) {
    if (state === 'open') return `proposal ${voices.some(({ agrees }) => agrees)}`;
    if (state === 'agreed') return `agreed ${actions.some(({ doneAt }) => doneAt !== null)}`;
  }
  for (const { endedAt, state } of context.promises) if (endedAt === null) return `promise ${state}`;
  for (const { state } of context.compensations) {
    if (state !== 'rejected' && state !== 'cancelled') return `compensation ${state}`;
  }
  if (context.extensions.some(({ state }) => state === 'requested')) return 'extension';
  for (const { doneAt, overdue } of context.callbacks) if (doneAt === null) return `callback ${overdue}`;
  return isUnanswered(context) ? 'unanswered' : null;
}

/** The customer spoke and heard nothing since: asking again would be a chase. */
function isUnanswered({ lastCustomerMessageAt: last, lastUpdateAt, waiting, resolution }: CaseContext) {
  return last !== null && lastUpdateAt <= last && waiting === null && resolution === null;
}

export function matterCommands(current: Case | null): CaseCommand[] {
  if (!current) return [];
  const { context } = current;
  if (openMatter(context) !== null) return closing(context);
  return hasNextToNoPast(current) ? opening(context) : [];
}

function hasNextToNoPast({ state, context }: Case): boolean {
  const { bounces, reroutes, hold, ownerId, escalations, sealed } = context;
  const isPlain = bounces[1] + bounces[2] + reroutes === 0 && hold === null && ownerId !== null;
  return state === 'arbitration' || sealed || (isPlain && escalations.every(({ binding }) => !binding));
}

export function opening({ handler, lastEventAt }: CaseContext): CaseCommand[] {
  const inside: Actor = handler ? lead(handler.department) : agent;
  const soon = lastEventAt + HOUR_MS;
  const consult = { type: 'case.consult', department: ASKED, question: '?' } as const;
  const extension = { untilAt: soon + 30 * DAY_MS, reason: 'r', tell: 't' } as const;
  return [
    { ...consult, actor: inside, blocking: true, dueAt: null },
    { ...consult, actor: agent, blocking: false, dueAt: soon },
    {
      type: 'case.proposeSolution',
      actor: agent,
      text: 't',
      departments: ['product'],
      actions: [
        { text: 'a', department: FRONT_LINE, dueAt: soon },
        { text: 'b', department: ASKED, dueAt: null },
      ],
    },
    {
      type: 'case.promise',
      actor: manager,
      text: 'we call',
      promisedAt: soon,
      department: null,
      despite: true,
      openTasks: 0,
    },
    propose(BEYOND_AN_AGENT),
    propose(WITHIN_AN_AGENT),
    { type: 'case.requestExtension', actor: agent, metric: 'resolution', ...extension },
    { type: 'case.requestExtension', actor: inside, metric: 'olaWork', ...extension },
    {
      type: 'case.askCallback',
      actor: agent,
      reason: 'followUp',
      note: 'n',
      department: null,
      dueAt: null,
    },
    { type: 'case.reportUndeliverable', actor: agent, channel: 'email', detail: 'bounced' },
    { type: 'case.rate', actor: customer, score: 5, recommend: 9, comment: null },
    { type: 'case.rateHandOff', actor: inside, score: 4, comment: null },
  ];
}

/** Numbers are those of the newest matter. */
export function closing({
  consults,
  proposals,
  promises,
  compensations,
  extensions,
  callbacks,
  lastEventAt,
}: CaseContext) {
  const commands: CaseCommand[] = [];
  if (consults.length > 0) commands.push(...aboutConsult(consults.length));
  if (proposals.length > 0) commands.push(...aboutProposal(proposals.length));
  if (promises.length > 0) commands.push(...aboutPromise(promises.length, lastEventAt + 2 * HOUR_MS));
  if (compensations.length > 0) commands.push(...aboutCompensation(compensations.length));
  if (extensions.length > 0) {
    const n = extensions.length;
    commands.push(
      { type: 'case.grantExtension', actor: manager, n, comment: null },
      { type: 'case.denyExtension', actor: manager, n, reason: 'r' },
    );
  }
  if (callbacks.length > 0) {
    const n = callbacks.length;
    const task = `callback-${n}`;
    commands.push(
      { type: 'case.assignTask', actor: manager, task, assigneeId: 'agent-2', reason: null },
      { type: 'case.acceptTask', actor: agent, task },
      { type: 'case.completeCallback', actor: agent, n, outcome: 'done' },
    );
  }
  return commands;
}

function aboutConsult(n: number): CaseCommand[] {
  const task = `consult-${n}`;
  return [
    { type: 'case.assignTask', actor: lead(ASKED), task, assigneeId: member(ASKED).id, reason: null },
    { type: 'case.acceptTask', actor: member(ASKED), task },
    { type: 'case.answerConsult', actor: member(ASKED), n, answer: 'yes' },
    { type: 'case.declineConsult', actor: member(ASKED), n, reason: 'r' },
    { type: 'case.cancelConsult', actor: agent, n, reason: 'r' },
  ];
}

function aboutProposal(n: number): CaseCommand[] {
  return [
    { type: 'case.agreeToSolution', actor: member('product'), n, comment: null },
    { type: 'case.objectToSolution', actor: member('product'), n, reason: 'r' },
    { type: 'case.completeAction', actor: agent, n, k: 1, outcome: 'done' },
    { type: 'case.completeAction', actor: manager, n, k: 2, outcome: 'done' },
  ];
}

function aboutPromise(n: number, promisedAt: number): CaseCommand[] {
  return [
    { type: 'case.keepPromise', actor: agent, n, note: null },
    { type: 'case.renegotiatePromise', actor: manager, n, promisedAt, reason: 'r', despite: true },
    { type: 'case.cancelPromise', actor: agent, n, reason: 'r' },
  ];
}

function aboutCompensation(n: number): CaseCommand[] {
  const pay: Actor = { kind: 'service', id: 'payments' };
  const settle = { type: 'case.settleCompensation', actor: pay, n, reference: 'p', detail: null } as const;
  const execute = { type: 'case.executeCompensation', actor: agent, n, grantedMinor: 0 } as const;
  return [
    { type: 'case.approveCompensation', actor: manager, n, comment: null, grantedMinor: 0 },
    { type: 'case.rejectCompensation', actor: manager, n, reason: 'r' },
    { ...execute, reference: 'p' },
    { ...execute, reference: null },
    { ...settle, paid: true },
    { ...settle, paid: false },
    { type: 'case.cancelCompensation', actor: agent, n, reason: 'r' },
  ];
}
