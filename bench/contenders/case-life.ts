/**
 * The life cycle that every contender serves: which command leads where, how long the next deed may take, and what a
 * command brings along. A table rather than a machine, so that no contender pays for the product's own care. Pure.
 */
export interface CaseState {
  readonly state: string;
  readonly level: number;
  /** One more with every command; the opening is 1. */
  readonly revision: number;
  /** Time until the service level is breached; null: nothing is promised any more. */
  readonly dueInMs: number | null;
}

/** What a client sends. Kept with the event, as an audit trail demands. */
export type CommandBody = Readonly<Record<string, unknown>>;

export const COMMANDS = ['open', 'escalate', 'accept', 'resolve', 'confirm'] as const;
export type Command = (typeof COMMANDS)[number];

const HOUR_MS = 3_600_000;

/** `<state> <command>` → where it leads. */
const MOVES: Readonly<Record<string, Omit<CaseState, 'revision'>>> = {
  'new open': { state: 'frontline', level: 0, dueInMs: 4 * HOUR_MS },
  'frontline escalate': { state: 'level1.dispatched', level: 1, dueInMs: 2 * HOUR_MS },
  'level1.dispatched accept': { state: 'level1.working', level: 1, dueInMs: 24 * HOUR_MS },
  'level1.working escalate': { state: 'level2.dispatched', level: 2, dueInMs: 2 * HOUR_MS },
  'level2.dispatched accept': { state: 'level2.working', level: 2, dueInMs: 48 * HOUR_MS },
  'level2.working resolve': { state: 'resolved', level: 2, dueInMs: 72 * HOUR_MS },
  'resolved confirm': { state: 'closed', level: 2, dueInMs: null },
};

/** @param current null: there is no case yet. @returns null when the command is not allowed there */
export function move(
  current: Pick<CaseState, 'state' | 'revision'> | null,
  command: string,
): CaseState | null {
  const { state, revision } = current ?? { state: 'new', revision: 0 };
  const next = MOVES[`${state} ${command}`];
  return next ? { ...next, revision: revision + 1 } : null;
}

/** The seven steps that a client takes with each case, and the state that each must lead to. */
export const LIFE: readonly {
  readonly command: Command;
  readonly body: CommandBody;
  readonly state: string;
}[] = [
  {
    command: 'open',
    body: {
      subject: 'Parcel has not arrived',
      description: 'I ordered on 3 May. Tracking has said "in transit" for nine days.',
      expectedOutcome: 'Deliver by Friday or refund.',
      category: 'delivery',
      channel: 'phone',
      customer: 'Ada Lovelace',
    },
    state: 'frontline',
  },
  { command: 'escalate', body: packet('logistics'), state: 'level1.dispatched' },
  { command: 'accept', body: {}, state: 'level1.working' },
  { command: 'escalate', body: packet('finance'), state: 'level2.dispatched' },
  { command: 'accept', body: {}, state: 'level2.working' },
  {
    command: 'resolve',
    body: { solution: 'Sent again by courier.', rootCause: 'The carrier lost it.' },
    state: 'resolved',
  },
  { command: 'confirm', body: {}, state: 'closed' },
];

function packet(department: string): CommandBody {
  return {
    department,
    purpose: 'Find the parcel and say when it arrives.',
    expectedOutcome: 'A delivery date that holds.',
    evidence: ['tracking page of 3 May'],
    reason: 'The front line cannot see the carrier’s system.',
  };
}
