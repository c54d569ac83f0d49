/**
 * The planner: given where the product's case stands and where the log says it should stand, the one command that
 * leads nearer, or null on arrival. Pure. It asks again after every answer, so it follows what the product did and
 * never predicts it. Knows no HTTP, no log columns and no time.
 */
import type { Target } from './read-log.js';

/** The product's case, as far as planning goes; null before it is opened. */
export interface Position {
  /** A state path, such as `level1.dispatched`. */
  readonly state: string;
  readonly level: number;
  readonly onHold: boolean;
  /** The department that has it; null at the front line. */
  readonly department: string | null;
  /** Whether a level-1 record exists, so that a hand-back knows where to go. */
  readonly knowsLevel1: boolean;
}

export type Command =
  | { readonly kind: 'open' }
  | { readonly kind: 'start' }
  | { readonly kind: 'escalate'; readonly toLevel: 1 | 2 }
  | { readonly kind: 'accept' }
  | { readonly kind: 'return' }
  | { readonly kind: 'handBack'; readonly nameDepartment: boolean }
  | { readonly kind: 'ask' }
  | { readonly kind: 'cancelWait' }
  | { readonly kind: 'hold' }
  | { readonly kind: 'release' }
  | { readonly kind: 'resolve' }
  | { readonly kind: 'confirm' }
  | { readonly kind: 'reject' }
  | { readonly kind: 'reopen' }
  | { readonly kind: 'withdraw' };

/** The longest known path (closed at 2 → closed at 1 without a level-1 record) takes six; more is a circle. */
export const COMMANDS_PER_EVENT_MAX = 12;

/** A place from which the log's wish cannot be met; its message says which. */
export class NoWayOn extends Error {}

/** @throws NoWayOn from a final state that the log does not know as final, or a state the planner never enters. */
export function nextCommand(position: Position | null, target: Target): Command | null {
  if (position === null) return { kind: 'open' };
  return (
    leaveEnd(position, target) ??
    leavePause(position, target) ??
    changeLevel(position, target) ??
    settle(position, target)
  ).command;
}

/** A decision, which may be "nothing more to do", as opposed to "not mine to decide" (null). */
interface Decided {
  readonly command: Command | null;
}
const arrived: Decided = { command: null };
const send = (command: Command): Decided => ({ command });

function leaveEnd({ state, level }: Position, target: Target): Decided | null {
  const here = level === target.level;
  switch (state) {
    case 'closed':
      return here && target.standing === 'closed' ? arrived : send({ kind: 'reopen' });
    case 'resolved':
      if (here && target.standing === 'resolved') return arrived;
      return send({ kind: here && target.standing === 'closed' ? 'confirm' : 'reject' });
    case 'withdrawn':
      if (target.standing === 'withdrawn') return arrived;
      throw new NoWayOn('a withdrawn case is final');
    case 'merged':
    case 'arbitration':
      throw new NoWayOn(`no log event leads out of ${state}`);
    default:
      return null;
  }
}

function leavePause(position: Position, target: Target): Decided | null {
  const here = position.level === target.level;
  if (position.state === 'waiting') {
    return here && target.standing === 'waiting' ? arrived : send({ kind: 'cancelWait' });
  }
  if (position.onHold) return here && target.standing === 'onHold' ? arrived : send({ kind: 'release' });
  if (position.state === 'received') {
    return here && target.standing === 'queued' ? arrived : send({ kind: 'start' });
  }
  return null;
}

function changeLevel({ state, level, knowsLevel1 }: Position, target: Target): Decided | null {
  if (level === target.level) return null;
  if (target.level > level) return send({ kind: 'escalate', toLevel: target.level === 2 ? 2 : 1 });
  if (target.level === 0) return send({ kind: 'return' });
  if (isDispatched(state)) return send({ kind: 'accept' });
  return send({ kind: 'handBack', nameDepartment: !knowsLevel1 });
}

function settle({ state }: Position, target: Target): Decided {
  if (target.standing === 'queued') return arrived;
  if (target.standing === 'withdrawn') return send({ kind: 'withdraw' });
  if (isDispatched(state)) return send({ kind: 'accept' });
  switch (target.standing) {
    case 'handling':
      return arrived;
    case 'waiting':
      return send({ kind: 'ask' });
    case 'onHold':
      return send({ kind: 'hold' });
    default:
      return send({ kind: 'resolve' });
  }
}

const isDispatched = (state: string): boolean => state.endsWith('.dispatched');
