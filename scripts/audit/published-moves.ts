/**
 * The state chart as a table, written down a second time: from domain.md §3 and by hand, sharing nothing with
 * `src/domain`. Whoever changes the machine changes this too, and so says it twice; a slip of one shows in the other.
 */

/** Where an entry may lead: a state, or `same` = where it came from, `whereItWaited`, `whereItWasSolved`. */
export type Destination = string;

export interface Move {
  readonly type: string;
  /** null: the case does not exist yet. */
  readonly from: readonly (string | null)[];
  readonly to: readonly Destination[];
}

const FRONT = ['frontline.working', 'frontline.returned'];
const LEVEL1 = ['level1.dispatched', 'level1.working'];
const LEVEL2 = ['level2.dispatched', 'level2.working'];
/** Somebody works on it: it may ask, hold and resolve. */
const WORK = [...FRONT, 'level1.working', 'level2.working'];
const NOT_WAITING = ['received', ...FRONT, ...LEVEL1, ...LEVEL2, 'arbitration'];
const OPEN = [...NOT_WAITING, 'waiting'];
const BEFORE_CLOSING = [...OPEN, 'resolved'];
const UNTIL_FINAL = [...BEFORE_CLOSING, 'closed'];

/** Row 22 and what belongs to it: happens beside the case, which stays where it is. */
const during = (from: readonly string[], types: readonly string[]): Move[] =>
  types.map((type) => ({ type, from, to: ['same'] }));

/** Row numbers are those of the table in domain.md §3. */
export const PUBLISHED_MOVES: readonly Move[] = [
  /* 1 */ { type: 'case.opened', from: [null], to: ['received'] },
  /* 2 */ { type: 'case.started', from: ['received'], to: ['frontline.working'] },
  /* 3, 8 */ {
    type: 'case.escalated',
    from: ['received', ...FRONT],
    to: ['level1.dispatched', 'level2.dispatched'],
  },
  /* 5 */ { type: 'case.escalated', from: LEVEL1, to: ['level2.dispatched'] },
  /* 4 */ { type: 'case.accepted', from: LEVEL1, to: ['level1.working'] },
  /* 4 */ { type: 'case.accepted', from: ['level2.dispatched'], to: ['level2.working'] },
  /* 7, 9 */ {
    type: 'case.returned',
    from: [...LEVEL1, ...LEVEL2],
    to: ['frontline.returned', 'arbitration'],
  },
  /* 12, 9 */ {
    type: 'case.rerouted',
    from: ['level1.dispatched'],
    to: ['level1.dispatched', 'arbitration'],
  },
  /* 12, 9 */ {
    type: 'case.rerouted',
    from: ['level2.dispatched'],
    to: ['level2.dispatched', 'arbitration'],
  },
  /* 10 */ {
    type: 'case.assigned',
    from: ['arbitration'],
    to: ['frontline.working', 'level1.dispatched', 'level2.dispatched'],
  },
  /* 11 */ { type: 'case.decided', from: [...LEVEL2, 'arbitration'], to: ['resolved'] },
  /* 13 */ { type: 'case.handedBack', from: ['level2.working'], to: ['level1.working'] },
  /* 14 */ { type: 'case.questionAsked', from: WORK, to: ['waiting'] },
  /* 15 */ { type: 'case.replied', from: ['waiting'], to: ['whereItWaited'] },
  /* 15 */ { type: 'case.waitCancelled', from: ['waiting'], to: ['whereItWaited'] },
  /* 16 */ { type: 'case.waitReminded', from: ['waiting'], to: ['same'] },
  /* 16 */ { type: 'case.waitExpired', from: ['waiting'], to: ['resolved'] },
  /* 17 */ { type: 'case.resolved', from: ['received', ...WORK], to: ['resolved'] },
  /* 18 */ { type: 'case.confirmed', from: ['resolved'], to: ['closed'] },
  /* 18 */ { type: 'case.rejected', from: ['resolved'], to: ['whereItWasSolved'] },
  /* 18 */ { type: 'case.confirmationReminded', from: ['resolved'], to: ['same'] },
  /* 18 */ { type: 'case.closedUnopposed', from: ['resolved'], to: ['closed'] },
  /* 19 */ { type: 'case.reopened', from: ['closed'], to: ['whereItWasSolved'] },
  /* 19 */ { type: 'case.sealed', from: ['closed'], to: ['same'] },
  /* 20 */ { type: 'case.withdrawn', from: OPEN, to: ['withdrawn'] },
  /* 20 */ { type: 'case.merged', from: OPEN, to: ['merged'] },
  /* 20 */ { type: 'case.absorbed', from: OPEN, to: ['same'] },
  /* 20a */ { type: 'case.held', from: WORK, to: ['same'] },
  /* 20a */ { type: 'case.released', from: WORK, to: ['same'] },
  /* 20a */ { type: 'case.holdReviewDue', from: WORK, to: ['same'] },
  /* 21 */ { type: 'case.prioritized', from: OPEN, to: ['same'] },
  /* 21 */ { type: 'case.regraded', from: OPEN, to: ['same'] },
  /* 21 */ { type: 'case.handedOver', from: OPEN, to: ['same'] },
  /* 21 */ { type: 'case.attentionRaised', from: BEFORE_CLOSING, to: ['same'] },
  /* 21 */ { type: 'case.attentionCleared', from: BEFORE_CLOSING, to: ['same'] },
  /* 21 */ { type: 'case.flagged', from: [...BEFORE_CLOSING, 'closed'], to: ['same'] },
  /* 21 */ { type: 'case.noted', from: [...BEFORE_CLOSING, 'closed'], to: ['same'] },
  /* 22 */ { type: 'case.messaged', from: BEFORE_CLOSING, to: ['same'] },
  /* 23 */ { type: 'case.replied', from: [...NOT_WAITING, 'resolved', 'closed'], to: ['same'] },
  /* 23 */ { type: 'case.replyWaived', from: OPEN, to: ['same'] },
  /* 18, 6 */ { type: 'case.rated', from: ['closed'], to: ['same'] },
  ...during(OPEN, [
    'case.consulted',
    'case.consultAnswered',
    'case.consultDeclined',
    'case.consultCancelled',
    'case.solutionProposed',
    'case.solutionAgreedTo',
    'case.solutionObjectedTo',
    'case.promiseMade',
    'case.compensationProposed',
    'case.compensationApproved',
    'case.compensationRejected',
    'case.extensionGranted',
    'case.extensionDenied',
  ]),
  ...during(UNTIL_FINAL, [
    'case.promiseKept',
    'case.promiseRenegotiated',
    'case.promiseCancelled',
    'case.actionCompleted',
    'case.compensationExecuted',
    'case.compensationSettled',
    'case.compensationCancelled',
    'case.callbackAsked',
    'case.callbackCompleted',
    'case.callbackOverdue',
    'case.undeliverableReported',
    'case.taskAssigned',
    'case.taskAccepted',
  ]),
  // Where a clock rests, there is no due time to extend.
  /* 22 */ { type: 'case.extensionRequested', from: NOT_WAITING, to: ['same'] },
  /* 22 */ { type: 'case.handOffRated', from: [...LEVEL1, ...LEVEL2, 'waiting'], to: ['same'] },
  /* 24 */ { type: 'case.warned', from: UNTIL_FINAL, to: ['same'] },
  /* 24 */ { type: 'case.reassured', from: UNTIL_FINAL, to: ['same'] },
  /* 24 */ { type: 'case.breached', from: ['received', ...FRONT], to: ['same', 'level1.dispatched'] },
  /* 24 */ { type: 'case.breached', from: LEVEL1, to: ['same', 'level2.dispatched'] },
  // In resolved and closed nothing runs but promises.
  /* 24 */ {
    type: 'case.breached',
    from: [...LEVEL2, 'arbitration', 'waiting', 'resolved', 'closed'],
    to: ['same'],
  },
  /* §2 */ { type: 'case.rebased', from: OPEN, to: ['same'] },
  // No event of the chart: the person behind an ended case is forgotten.
  { type: 'case.erased', from: ['resolved', 'closed', 'withdrawn', 'merged'], to: ['same'] },
];

/** Where a rejected solution or a reopened case may be taken up again. */
export const REWORK = [
  'frontline.working',
  'level1.working',
  'level2.working',
  'level2.dispatched',
  'arbitration',
];

/** What must exist while a case stands in a state, so that something leads on (invariant 8). */
export interface WayOn {
  readonly state: string;
  /** Kind of the one unfinished task that carries the case itself; null: there must be none. */
  readonly task: 'handle' | 'arbitrate' | null;
  /** Kind of the deadline that must stand; null: an agent's or the customer's next event leads on. */
  readonly deadline: string | null;
}

export const WAYS_ON: readonly WayOn[] = [
  { state: 'received', task: null, deadline: null },
  ...FRONT.map((state) => ({ state, task: null, deadline: null })),
  ...[...LEVEL1, ...LEVEL2].map((state) => ({ state, task: 'handle' as const, deadline: null })),
  { state: 'arbitration', task: 'arbitrate', deadline: null },
  { state: 'resolved', task: null, deadline: 'confirmationExpiry' },
  // Until its window is over. A sealed one is terminal and owes nothing.
  { state: 'closed', task: null, deadline: 'reopenWindow' },
];

/** Every (type, from, to) that may stand in a journal; `from` is '' for the first entry. */
export function legalTriples(): { type: string; from: string; to: string }[] {
  return PUBLISHED_MOVES.flatMap(({ type, from, to }) =>
    from.flatMap((source) =>
      to.flatMap((destination) =>
        statesOf(destination, source).map((state) => ({ type, from: source ?? '', to: state })),
      ),
    ),
  );
}

function statesOf(destination: Destination, source: string | null): readonly string[] {
  if (destination === 'same') return [source ?? ''];
  if (destination === 'whereItWaited') return WORK;
  if (destination === 'whereItWasSolved') return REWORK;
  return [destination];
}
