/**
 * How much each progress update weighs against a customer's wish for quiet. `critical`: somebody must act on it or
 * would be wronged by not knowing, so it keeps one channel in spite of an opt-out. `awaited`: the customer waits for it,
 * so it passes quiet hours. Total over the updates of the domain: a new one without a row does not compile.
 */
import type { UpdateKey } from '../../domain/progress-update.js';

export interface Urgency {
  readonly critical: boolean;
  readonly awaited: boolean;
}

const NEWS: Urgency = { critical: false, awaited: false };
/** The answer to something that the customer did a moment ago. */
const ECHO: Urgency = { critical: false, awaited: true };
const QUESTION: Urgency = { critical: true, awaited: true };
/** Must be told, but not at three in the morning. */
const MUST_KNOW: Urgency = { critical: true, awaited: false };
/** What the whole case was for. */
const OUTCOME: Urgency = { critical: true, awaited: true };

export const UPDATE_URGENCY: Readonly<Record<UpdateKey, Urgency>> = {
  'case.opened': ECHO,
  'case.started': NEWS,
  'case.handedOver': NEWS,
  'case.escalated': NEWS,
  'case.accepted': NEWS,
  'case.returned': NEWS,
  'case.rerouted': NEWS,
  'case.arbitrationStarted': NEWS,
  'case.assigned': NEWS,
  'case.decided.grant': OUTCOME,
  'case.decided.alternative': OUTCOME,
  'case.decided.refuse': OUTCOME,
  'case.handedBack': NEWS,
  'case.questionAsked': QUESTION,
  'case.replied': ECHO,
  'case.waitCancelled': NEWS,
  'case.waitReminded': MUST_KNOW,
  'case.waitExpired': MUST_KNOW,
  'case.held': NEWS,
  'case.released': NEWS,
  'case.messaged': ECHO,
  'case.resolved': OUTCOME,
  'case.confirmed': ECHO,
  'case.rejected': ECHO,
  'case.reopened': ECHO,
  'case.confirmationReminded': NEWS,
  'case.closedUnopposed': NEWS,
  'case.withdrawn': ECHO,
  'case.merged': NEWS,
  'case.stillWorking': NEWS,
  'case.breachEscalated': MUST_KNOW,
  'case.delayed': MUST_KNOW,
  'case.attentionRaised': ECHO,
  'case.chased': ECHO,
  'case.consulted': NEWS,
  'case.solutionAgreed': NEWS,
  'case.solutionCarriedOut': NEWS,
  'case.promiseMade': NEWS,
  'case.promiseAtRisk': MUST_KNOW,
  'case.promiseKept': NEWS,
  'case.promiseFulfilledLate': NEWS,
  'case.promiseRenegotiated': NEWS,
  'case.promiseBroken': MUST_KNOW,
  'case.promiseCancelled': NEWS,
  'case.compensationApproved': NEWS,
  'case.compensationExecuted': NEWS,
  'case.compensationCancelled': MUST_KNOW,
  'case.extensionGranted': NEWS,
};

/** Of a message that tells several updates: the weightiest decides. An update of a newer version is plain news. */
export function urgencyOf(keys: readonly string[]): Urgency {
  const each = keys.map((key) =>
    Object.hasOwn(UPDATE_URGENCY, key) ? UPDATE_URGENCY[key as UpdateKey] : NEWS,
  );
  return { critical: each.some(({ critical }) => critical), awaited: each.some(({ awaited }) => awaited) };
}
