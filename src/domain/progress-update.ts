/**
 * What the customer is told of each transition: the key of a text and the values it may use, or a stated silence.
 * Total over the events: a transition without an answer here does not compile. Only what a customer may read leaves
 * this file; comments, purposes, causes and notes never do. Knows no language and no channel.
 */
import type { Case, CaseContext } from './case.js';
import type { Compensation, CustomerPromise } from './cooperation.js';
import { caseNumber } from './case-number.js';
import { isParallel } from './clocks/clock-rules.js';
import { openAttempt } from './escalation-records.js';
import type { EventType } from './events.js';
import { isChase } from './moves/conversation.js';
import type { PolicedEvent } from './moves/move.js';
import { demandsMove } from './moves/timekeeping.js';

export const UPDATE_KEYS = [
  'case.opened',
  'case.started',
  'case.handedOver',
  'case.escalated',
  'case.accepted',
  'case.returned',
  'case.rerouted',
  'case.arbitrationStarted',
  'case.assigned',
  'case.decided.grant',
  'case.decided.alternative',
  'case.decided.refuse',
  'case.handedBack',
  'case.questionAsked',
  'case.replied',
  'case.waitCancelled',
  'case.waitReminded',
  'case.waitExpired',
  'case.held',
  'case.released',
  'case.messaged',
  'case.resolved',
  'case.confirmed',
  'case.rejected',
  'case.reopened',
  'case.confirmationReminded',
  'case.closedUnopposed',
  'case.withdrawn',
  'case.merged',
  'case.attentionRaised',
  'case.stillWorking',
  'case.breachEscalated',
  'case.delayed',
  'case.chased',
  'case.consulted',
  'case.solutionAgreed',
  'case.solutionCarriedOut',
  'case.promiseMade',
  'case.promiseAtRisk',
  'case.promiseKept',
  'case.promiseFulfilledLate',
  'case.promiseRenegotiated',
  'case.promiseBroken',
  'case.promiseCancelled',
  'case.compensationApproved',
  'case.compensationExecuted',
  'case.compensationCancelled',
  'case.extensionGranted',
] as const;
export type UpdateKey = (typeof UPDATE_KEYS)[number];

export type UpdateParams = Readonly<Record<string, string | number | null>>;

export interface Told {
  readonly key: UpdateKey;
  readonly params: UpdateParams;
  readonly informative: boolean;
}
export type Telling = Told | { readonly silence: string };

/** `informative`: it says more than "still working", and so answers the promise of a next update. */
const tell = (key: UpdateKey, params: UpdateParams = {}): Telling => ({ key, params, informative: true });
const acknowledge = (key: UpdateKey, params: UpdateParams = {}): Telling => ({
  key,
  params,
  informative: false,
});
const silence = (reason: string): Telling => ({ silence: reason });

type Teller<T extends EventType> = (
  event: PolicedEvent<T>,
  after: Pick<Case, 'state' | 'context'>,
  before: CaseContext | null,
) => Telling;

const TELLERS: { readonly [T in EventType]: Teller<T> } = {
  'case.open': () => tell('case.opened'),
  'case.start': (event) => tell('case.started', { ownerId: event.agentId }),
  'case.handOver': (event) => tell('case.handedOver', { ownerId: event.agentId }),
  'case.escalate': (event) => tell('case.escalated', { department: event.department }),
  'case.accept': (_event, { context }) =>
    tell('case.accepted', { department: context.handler?.department ?? null }),
  'case.return': (_event, after) =>
    after.state === 'arbitration' ? tell('case.arbitrationStarted') : tell('case.returned'),
  'case.reroute': (event, after) =>
    after.state === 'arbitration'
      ? tell('case.arbitrationStarted')
      : tell('case.rerouted', { department: event.department }),
  'case.assign': (event) => tell('case.assigned', { department: event.department }),
  'case.decide': (event, { context }) =>
    tell(`case.decided.${event.decision}`, {
      solution: event.solution,
      reasons: event.reasons,
      confirmUntilAt: context.resolution?.closeAt ?? null,
    }),
  'case.handBack': (_event, { context }) =>
    tell('case.handedBack', { department: context.handler?.department ?? null }),
  'case.ask': (event, { context }) =>
    tell('case.questionAsked', {
      question: event.question,
      waitUntilAt: context.waiting?.expireAt ?? null,
    }),
  // Whoever asks again is told where the case stands; it is no news, and answers no promise of any.
  'case.reply': (event, _after, before) =>
    acknowledge(before && isChase(before, event) ? 'case.chased' : 'case.replied'),
  'case.cancelWait': () => tell('case.waitCancelled'),
  'case.remindWaiting': (_event, { context }) =>
    tell('case.waitReminded', {
      question: context.waiting?.question ?? null,
      waitUntilAt: context.waiting?.expireAt ?? null,
    }),
  'case.expireWaiting': (_event, { context }) =>
    tell('case.waitExpired', { confirmUntilAt: context.resolution?.closeAt ?? null }),
  'case.hold': (event) => tell('case.held', { reviewAt: event.reviewAt }),
  'case.release': () => tell('case.released'),
  'case.message': (event) => tell('case.messaged', { text: event.text }),
  'case.resolve': (event, { context }) =>
    tell('case.resolved', {
      solution: event.solution,
      confirmUntilAt: context.resolution?.closeAt ?? null,
    }),
  'case.confirm': (_event, { context }) => tell('case.confirmed', { reopenUntilAt: context.reopenUntilAt }),
  'case.reject': () => tell('case.rejected'),
  'case.reopen': () => tell('case.reopened'),
  'case.remindConfirmation': (_event, { context }) =>
    tell('case.confirmationReminded', { confirmUntilAt: context.resolution?.closeAt ?? null }),
  'case.closeUnopposed': (_event, { context }) =>
    tell('case.closedUnopposed', { reopenUntilAt: context.reopenUntilAt }),
  'case.withdraw': () => tell('case.withdrawn'),
  'case.merge': (event) =>
    tell('case.merged', {
      primaryCaseId: event.primaryCaseId,
      primaryNumber: caseNumber(event.primaryCaseId),
    }),
  'case.raiseAttention': (event) =>
    event.actor.kind === 'customer'
      ? acknowledge('case.attentionRaised')
      : silence('a manager was called inside the house'),
  // A bare "still working" keeps nobody's promise: it is no informative update.
  'case.reassure': ({ metric, attempt }, { context }) =>
    metric === 'promise'
      ? acknowledge('case.promiseAtRisk', promiseParams(context, attempt))
      : acknowledge('case.stillWorking'),
  'case.breach': (event, { context }) => {
    if (event.metric === 'promise') return tellPromise('case.promiseBroken', context, event.attempt);
    if (isParallel(event.metric)) return silence('an alarm inside the house');
    if (event.metric === 'nextUpdate') return silence('told beforehand that nothing is new');
    const climbed = openAttempt(context)?.dispatchedAt === event.at;
    if (climbed) return tell('case.breachEscalated', { department: context.handler?.department ?? null });
    return demandsMove(context, event) ? tell('case.delayed') : silence('an alarm inside the house');
  },
  'case.rate': () => silence('the customer\u2019s own word, thanked for where it was given'),
  'case.askCallback': () => silence('work inside the house'),
  'case.completeCallback': () => silence('the customer was spoken to'),
  'case.reportUndeliverable': () => silence('the channel does not reach the customer'),
  'case.consult': ({ department }) => tell('case.consulted', { department }),
  'case.answerConsult': () => silence('work inside the house'),
  'case.declineConsult': () => silence('work inside the house'),
  'case.cancelConsult': () => silence('work inside the house'),
  'case.proposeSolution': (_event, { context }) => tellAgreed(context.proposals.at(-1)),
  'case.agreeToSolution': ({ n }, { context }) => tellAgreed(context.proposals.find((one) => one.n === n)),
  'case.objectToSolution': () => silence('not agreed'),
  'case.completeAction': ({ n }, { context }) =>
    context.proposals.some((one) => one.n === n && one.state === 'carriedOut')
      ? tell('case.solutionCarriedOut')
      : silence('more is still to be done'),
  'case.promise': (_event, { context }) => tellPromise('case.promiseMade', context, context.promises.length),
  'case.keepPromise': ({ n }, { context }) => {
    const isLate = context.promises.some((one) => one.n === n && one.state === 'broken');
    return tellPromise(isLate ? 'case.promiseFulfilledLate' : 'case.promiseKept', context, n);
  },
  'case.renegotiatePromise': ({ n }, { context }) => tellPromise('case.promiseRenegotiated', context, n),
  'case.cancelPromise': ({ n }, { context }) => tellPromise('case.promiseCancelled', context, n),
  'case.proposeCompensation': (_event, { context }) =>
    tellCompensation(context.compensations.at(-1), 'not approved yet'),
  'case.approveCompensation': (event, after) =>
    tellCompensation(numbered(after, event.n), 'not approved yet'),
  'case.rejectCompensation': () => silence('nothing was offered to the customer'),
  'case.executeCompensation': (event, after) =>
    tellCompensation(numbered(after, event.n), 'told once it is paid'),
  'case.settleCompensation': (event, after) =>
    tellCompensation(numbered(after, event.n), 'told once it is paid'),
  'case.cancelCompensation': ({ n }, after, before) =>
    before?.compensations.some((one) => one.n === n && one.state === 'proposed')
      ? silence('nothing was offered to the customer')
      : tellCompensation(numbered(after, n), 'not cancelled'),
  'case.requestExtension': () => silence('not granted yet'),
  'case.grantExtension': ({ n }, { context }) => {
    const granted = context.extensions.find((one) => one.n === n);
    return tell('case.extensionGranted', { untilAt: granted?.untilAt ?? null, tell: granted?.tell ?? null });
  },
  'case.denyExtension': () => silence('nothing changes for the customer'),
  'case.assignTask': () => silence('work inside the house'),
  'case.acceptTask': () => silence('work inside the house'),
  'case.rateHandOff': () => silence('departments among themselves'),
  'case.callbackOverdue': () => silence('an alarm inside the house'),
  'case.warn': () => silence('an alarm inside the house'),
  'case.rebase': () => silence('the measure changed, not the case'),
  'case.waiveReply': () => silence('nothing was asked that needs an answer'),
  'case.note': () => silence('an internal note'),
  'case.absorb': () => silence('told with the case that was merged'),
  'case.prioritize': () => silence('the order of work inside the house'),
  'case.regrade': () => silence('the order of work inside the house'),
  'case.clearAttention': () => silence('a manager has looked; nothing moved'),
  'case.flag': () => silence('a mark for staff'),
  'case.reviewHold': () => silence('a reminder to staff'),
  'case.seal': () => silence('nothing changed; the reopen window was told at closing'),
};

const COMPENSATION_KEYS: Readonly<Partial<Record<Compensation['state'], UpdateKey>>> = {
  approved: 'case.compensationApproved',
  executed: 'case.compensationExecuted',
  cancelled: 'case.compensationCancelled',
};

function numbered({ context }: Pick<Case, 'context'>, n: number): Compensation | undefined {
  return context.compensations.find((one) => one.n === n);
}

/** @param otherwise why nothing is told when it is neither approved nor executed nor cancelled now. */
function tellCompensation(one: Compensation | undefined, otherwise: string): Telling {
  const key = one && COMPENSATION_KEYS[one.state];
  if (!key) return silence(otherwise);
  return tell(key, {
    description: one.description,
    amountMinor: one.amountMinor,
    currency: one.currency,
  });
}

function promiseParams({ promises }: CaseContext, n: number | undefined): UpdateParams {
  const one: CustomerPromise | undefined = promises.find((promise) => promise.n === n);
  return { promise: one?.text ?? null, promisedAt: one?.dueAt ?? null };
}

function tellPromise(key: UpdateKey, context: CaseContext, n: number | undefined): Telling {
  return tell(key, promiseParams(context, n));
}

function tellAgreed(proposal: CaseContext['proposals'][number] | undefined): Telling {
  return proposal?.state === 'agreed' ? tell('case.solutionAgreed') : silence('not agreed yet');
}

/**
 * What the customer hears of this accepted event.
 * @param before the context that the event found; without it a chase is told like any other message.
 */
export function progressUpdate(
  event: PolicedEvent,
  after: Pick<Case, 'state' | 'context'>,
  before: CaseContext | null = null,
): Telling {
  return (TELLERS[event.type] as Teller<EventType>)(event, after, before);
}
