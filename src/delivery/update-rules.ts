/**
 * For each progress update: who has the case then, what comes next, what is needed, and which of its values are a
 * person's own words. One table, total over the updates of the domain: a new one without a row does not compile.
 * Holds no wording; the catalogues do.
 */
import type { UpdateKey } from '../domain/progress-update.js';
import type { MessageKey } from './messages/message-keys.js';

type KeyOf<Prefix extends string> = Extract<MessageKey, `${Prefix}.${string}`>;

export interface UpdateRule {
  /** What happened. */
  readonly happened: KeyOf<'case'>;
  readonly who: KeyOf<'who'>;
  readonly next: KeyOf<'next'>;
  readonly need: KeyOf<'need'> | null;
  /** The parameter that holds the instant of the texts above. */
  readonly at: string | null;
  /** Tells something beside the way of the case: who has it and what is needed stay as they were told before. */
  readonly aside: boolean;
  /** Parameters to quote word for word, each under its label. */
  readonly quotes: readonly (readonly [param: string, label: KeyOf<'quote'>])[];
}

const rule = (
  happened: UpdateRule['happened'],
  who: UpdateRule['who'],
  next: UpdateRule['next'],
  rest: Partial<Pick<UpdateRule, 'need' | 'at' | 'aside' | 'quotes'>> = {},
): UpdateRule => ({ happened, who, next, need: null, at: null, aside: false, quotes: [], ...rest });

const SOLUTION = [['solution', 'quote.solution']] as const;
const DECISION = {
  need: 'need.confirmation',
  at: 'confirmUntilAt',
  quotes: [...SOLUTION, ['reasons', 'quote.reasons']],
} as const;
const REFUSAL = {
  need: 'need.refusal',
  at: 'confirmUntilAt',
  quotes: [
    ['solution', 'quote.decision'],
    ['reasons', 'quote.reasons'],
  ],
} as const;
const QUESTION = {
  need: 'need.answer',
  at: 'waitUntilAt',
  quotes: [['question', 'quote.question']],
} as const;
const CONFIRMATION = { need: 'need.confirmation', at: 'confirmUntilAt' } as const;
const ASIDE = { aside: true } as const;
const PROMISE = { ...ASIDE, at: 'promisedAt', quotes: [['promise', 'quote.promise']] } as const;
const COMPENSATION = { ...ASIDE, quotes: [['description', 'quote.compensation']] } as const;
const REOPENABLE = { at: 'reopenUntilAt' } as const;

export const UPDATE_RULES: Readonly<Record<UpdateKey, UpdateRule>> = {
  'case.opened': rule('case.opened', 'who.team', 'next.received'),
  'case.started': rule('case.started', 'who.owner', 'next.frontline'),
  'case.handedOver': rule('case.handedOver', 'who.owner', 'next.goingOn'),
  'case.escalated': rule('case.escalated', 'who.department', 'next.dispatched'),
  'case.accepted': rule('case.accepted', 'who.department', 'next.working'),
  'case.returned': rule('case.returned', 'who.contact', 'next.returned'),
  'case.rerouted': rule('case.rerouted', 'who.department', 'next.dispatched'),
  'case.arbitrationStarted': rule('case.arbitrationStarted', 'who.manager', 'next.arbitration'),
  'case.assigned': rule('case.assigned', 'who.department', 'next.dispatched'),
  'case.decided.grant': rule('case.decided.grant', 'who.contact', 'next.confirmation', DECISION),
  'case.decided.alternative': rule('case.decided.alternative', 'who.contact', 'next.confirmation', DECISION),
  'case.decided.refuse': rule('case.decided.refuse', 'who.contact', 'next.refusal', REFUSAL),
  'case.handedBack': rule('case.handedBack', 'who.department', 'next.execution'),
  'case.questionAsked': rule('case.questionAsked', 'who.you', 'next.waiting', QUESTION),
  'case.replied': rule('case.replied', 'who.same', 'next.goingOn'),
  'case.waitCancelled': rule('case.waitCancelled', 'who.same', 'next.goingOn'),
  'case.waitReminded': rule('case.waitReminded', 'who.you', 'next.waiting', QUESTION),
  'case.waitExpired': rule('case.waitExpired', 'who.you', 'next.noReply', {
    need: 'need.noReply',
    at: 'confirmUntilAt',
  }),
  'case.held': rule('case.held', 'who.same', 'next.held', { at: 'reviewAt' }),
  'case.released': rule('case.released', 'who.same', 'next.goingOn'),
  'case.messaged': rule('case.messaged', 'who.same', 'next.goingOn', {
    ...ASIDE,
    quotes: [['text', 'quote.message']],
  }),
  'case.resolved': rule('case.resolved', 'who.contact', 'next.confirmation', {
    ...CONFIRMATION,
    quotes: SOLUTION,
  }),
  'case.confirmed': rule('case.confirmed', 'who.contact', 'next.closed', REOPENABLE),
  'case.rejected': rule('case.rejected', 'who.same', 'next.goingOn'),
  'case.reopened': rule('case.reopened', 'who.same', 'next.goingOn'),
  'case.confirmationReminded': rule(
    'case.confirmationReminded',
    'who.you',
    'next.confirmation',
    CONFIRMATION,
  ),
  'case.closedUnopposed': rule('case.closedUnopposed', 'who.contact', 'next.closed', REOPENABLE),
  'case.withdrawn': rule('case.withdrawn', 'who.contact', 'next.withdrawn'),
  'case.merged': rule('case.merged', 'who.same', 'next.merged'),
  'case.stillWorking': rule('case.stillWorking', 'who.same', 'next.goingOn', ASIDE),
  'case.breachEscalated': rule('case.breachEscalated', 'who.department', 'next.dispatched'),
  'case.delayed': rule('case.delayed', 'who.same', 'next.delayed', ASIDE),
  'case.attentionRaised': rule('case.attentionRaised', 'who.same', 'next.attention', ASIDE),
  'case.chased': rule('case.chased', 'who.same', 'next.goingOn', ASIDE),
  'case.consulted': rule('case.consulted', 'who.same', 'next.consulted', ASIDE),
  'case.solutionAgreed': rule('case.solutionAgreed', 'who.same', 'next.carryingOut'),
  'case.solutionCarriedOut': rule('case.solutionCarriedOut', 'who.same', 'next.goingOn'),
  'case.promiseMade': rule('case.promiseMade', 'who.same', 'next.promised', PROMISE),
  'case.promiseAtRisk': rule('case.promiseAtRisk', 'who.same', 'next.promiseAtRisk', PROMISE),
  'case.promiseKept': rule('case.promiseKept', 'who.same', 'next.goingOn', PROMISE),
  'case.promiseFulfilledLate': rule('case.promiseFulfilledLate', 'who.same', 'next.goingOn', PROMISE),
  'case.promiseRenegotiated': rule('case.promiseRenegotiated', 'who.same', 'next.promised', PROMISE),
  'case.promiseBroken': rule('case.promiseBroken', 'who.same', 'next.promiseBroken', PROMISE),
  'case.promiseCancelled': rule('case.promiseCancelled', 'who.same', 'next.goingOn', PROMISE),
  'case.compensationApproved': rule(
    'case.compensationApproved',
    'who.contact',
    'next.compensation',
    COMPENSATION,
  ),
  'case.compensationExecuted': rule(
    'case.compensationExecuted',
    'who.contact',
    'next.compensation',
    COMPENSATION,
  ),
  'case.compensationCancelled': rule(
    'case.compensationCancelled',
    'who.contact',
    'next.compensation',
    COMPENSATION,
  ),
  'case.extensionGranted': rule('case.extensionGranted', 'who.same', 'next.goingOn', {
    ...ASIDE,
    at: 'untilAt',
    quotes: [['tell', 'quote.why']],
  }),
};

/** A manager gave the case back to its owner: the same update without a department. */
const ASSIGNED_TO_OWNER = rule('case.assigned.owner', 'who.contact', 'next.frontline');

/** Written by a newer version than this node runs: better an honest half-sentence than a broken page. */
const UNKNOWN = rule('case.unknown', 'who.same', 'next.goingOn');

/** @param key and params as they were stored with the update, by whatever version. */
export function ruleOf(key: string, params: Readonly<Record<string, unknown>>): UpdateRule {
  if (key === 'case.assigned' && !params['department']) return ASSIGNED_TO_OWNER;
  return Object.hasOwn(UPDATE_RULES, key) ? UPDATE_RULES[key as UpdateKey] : UNKNOWN;
}
