/**
 * The journal folded again, entry by entry, by rules of its own: what state, level, revision and owner must follow.
 * Pure; shares no code with the product. Knows no database.
 */
import { type Destination, PUBLISHED_MOVES, REWORK } from './published-moves.js';

/** One journal row, as read from the database. */
export interface Entry {
  readonly caseId: string;
  readonly seq: number;
  readonly type: string;
  readonly fromState: string | null;
  readonly toState: string;
  readonly levelAfter: number;
  readonly actorKind: string;
  readonly actorId: string;
  /** `data.agentId`: whom a start or a hand-over names. */
  readonly agentId: string | null;
  /** `data.ownerId`: whom an opening names. */
  readonly ownerId: string | null;
}

/** What the entries so far come to. */
export interface Folded {
  readonly revision: number;
  readonly state: string | null;
  readonly level: number;
  readonly owner: string | null;
  /** Where the open question was asked. */
  readonly waitedFrom: string | null;
  /** Where the present solution would be reworked. */
  readonly solvedFrom: string | null;
  readonly sealed: boolean;
  /** Whatever state it ended in, nothing moves it any more. */
  readonly erased: boolean;
}

export const NOTHING_YET: Folded = {
  revision: 0,
  state: null,
  level: 0,
  owner: null,
  waitedFrom: null,
  solvedFrom: null,
  sealed: false,
  erased: false,
};

/** The kinds of contradiction an entry can hold; each is a line of the audit's table. */
export type FoldFault = 'chain' | 'move' | 'level';

export interface Contradiction {
  readonly fault: FoldFault;
  readonly detail: string;
}

/** The next fold, and what in the entry contradicts the one before. After a contradiction the entry is believed. */
export function foldEntry(before: Folded, entry: Entry): { after: Folded; contradictions: Contradiction[] } {
  const contradictions: Contradiction[] = [];
  const contradict = (fault: FoldFault, detail: string): void => {
    contradictions.push({ fault, detail });
  };
  if (entry.seq !== before.revision + 1) contradict('chain', `seq ${entry.seq} follows ${before.revision}`);
  if (entry.fromState !== before.state) {
    contradict('chain', `comes from ${entry.fromState}, but the case stood in ${before.state}`);
  }
  if (!isLegal(before, entry)) {
    contradict('move', `${entry.type} leads from ${before.state} to ${entry.toState}`);
  }
  const level = levelOf(entry.toState) ?? before.level;
  if (level !== entry.levelAfter) contradict('level', `level ${entry.levelAfter}, but ${level} follows`);
  const after: Folded = {
    revision: entry.seq,
    state: entry.toState,
    level: entry.levelAfter,
    owner: ownerAfter(before, entry),
    waitedFrom: entry.toState === 'waiting' ? (before.waitedFrom ?? before.state) : null,
    solvedFrom: solvedFrom(before, entry),
    sealed: before.sealed || entry.type === 'case.sealed',
    erased: before.erased || entry.type === 'case.erased',
  };
  return { after, contradictions };
}

/** Ended for good: nothing moves the case any more. */
export function isTerminal({ state, sealed, erased }: Folded): boolean {
  return erased || state === 'withdrawn' || state === 'merged' || (state === 'closed' && sealed);
}

function isLegal(before: Folded, entry: Entry): boolean {
  return PUBLISHED_MOVES.some(
    (move) =>
      move.type === entry.type &&
      move.from.includes(before.state) &&
      move.to.some((destination) => leadsTo(destination, before, entry.toState)),
  );
}

function leadsTo(destination: Destination, before: Folded, state: string): boolean {
  if (destination === 'same') return state === before.state;
  if (destination === 'whereItWaited') return state === before.waitedFrom;
  if (destination === 'whereItWasSolved') return state === before.solvedFrom && REWORK.includes(state);
  return state === destination;
}

/** null: the state says nothing of the level, which stays. */
function levelOf(state: string): number | null {
  if (state === 'received' || state.startsWith('frontline.')) return 0;
  if (state.startsWith('level1.')) return 1;
  return state.startsWith('level2.') ? 2 : null;
}

/** Fixed by the start, changed by hand-over alone; whoever acts on a received case without one takes it. */
function ownerAfter(before: Folded, entry: Entry): string | null {
  switch (entry.type) {
    case 'case.opened':
      return entry.ownerId;
    case 'case.started':
    case 'case.handedOver':
      return entry.agentId;
    case 'case.escalated':
    case 'case.resolved':
      return before.owner ?? (entry.actorKind === 'system' ? null : entry.actorId);
    default:
      return before.owner;
  }
}

function solvedFrom(before: Folded, entry: Entry): string | null {
  if (entry.toState !== 'resolved') return entry.toState === 'closed' ? before.solvedFrom : null;
  if (before.state === 'resolved') return before.solvedFrom;
  const source = before.state === 'waiting' ? before.waitedFrom : before.state;
  return source === 'received' || source === 'frontline.returned' ? 'frontline.working' : source;
}
