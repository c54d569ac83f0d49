/**
 * A stand-in for PostgreSQL: rows in memory, one clock, and each method one statement, all or nothing. What the real
 * statements promise (compare-and-set, keys, row locks, leases with a fence) is promised here in a few lines. Knows no
 * process and no chance.
 */
import type { Instant } from '../../src/domain/actor.js';
import type { Case } from '../../src/domain/case.js';
import type { Accepted } from '../../src/domain/step-result.js';
import type { Planted } from './planted.js';

/** Longer than any try takes. */
export const LEASE_MS = 90_000;

export interface KeptAnswer {
  readonly hash: string;
  readonly body: string;
}

export interface Keyed {
  readonly principal: string;
  readonly key: string;
  readonly answer: KeptAnswer;
}

export interface SimWrite {
  readonly accepted: Accepted;
  readonly expected: number | null;
  readonly principal: string | null;
  readonly keyed: Keyed | null;
}

export interface JournalRow {
  readonly accepted: Accepted;
  readonly principal: string | null;
  readonly key: string | null;
  /** The database's clock at the commit. */
  readonly recordedAt: Instant;
}

export interface SimAttempt {
  readonly startedAt: Instant;
  result: string | null;
  /** Whether its lease had ended by the time at which it was. */
  late: boolean;
}

export interface SimMessage {
  readonly caseId: string;
  readonly seq: number;
  readonly dedupeKey: string;
  readonly accepted: Accepted;
  status: 'pending' | 'delivered' | 'covered' | 'suppressed' | 'failed';
  coveredBy: number | null;
  /** null once it is over, or (planted) forgotten. */
  nextAttemptAt: Instant | null;
  inDoubt: boolean;
  waived: number;
  readonly attempts: SimAttempt[];
}

export interface SimClaim {
  readonly message: SimMessage;
  /** The fence. */
  readonly attempt: number;
  readonly doubted: boolean;
}

export interface SimCase {
  current: Case;
  dueAt: Instant | null;
  readonly journal: JournalRow[];
  readonly messages: SimMessage[];
}

export type CommitOutcome = 'done' | 'stale' | 'keyTaken' | 'locked';

export class SimDatabase {
  readonly cases = new Map<string, SimCase>();
  readonly answers = new Map<string, KeptAnswer>();
  /** Who holds the row, by the number of a transaction. */
  readonly locks = new Map<string, number>();

  constructor(
    public now: Instant,
    private readonly planted: ReadonlySet<Planted>,
    private readonly onCommitted: (write: SimWrite, recordedAt: Instant) => void,
  ) {}

  answerOf(principal: string, key: string): KeptAnswer | null {
    return this.answers.get(this.keyName(principal, key)) ?? null;
  }

  /** @returns false when another command has the key. */
  keep({ principal, key, answer }: Keyed): boolean {
    const name = this.keyName(principal, key);
    if (this.answers.has(name)) return false;
    this.answers.set(name, answer);
    return true;
  }

  /** Case, journal, messages and answer in one. @param transaction that may hold the row already */
  commit(write: SimWrite, transaction: number): CommitOutcome {
    const { accepted, expected, keyed } = write;
    const { id } = accepted.case;
    const row = this.cases.get(id);
    const holder = this.locks.get(id);
    if (holder !== undefined && holder !== transaction) return 'locked';
    const careless = this.planted.has('commit-without-compare') || this.planted.has('due-without-compare');
    if ((row?.current.revision ?? null) !== expected && !(careless && row && write.principal === null)) {
      if (!(this.planted.has('commit-without-compare') && row)) return 'stale';
    }
    if (keyed && !this.planted.has('answer-kept-later') && !this.keep(keyed)) return 'keyTaken';
    const written = row ?? { current: accepted.case, dueAt: null, journal: [], messages: [] };
    written.current = stored(accepted.case);
    written.dueAt = accepted.deadlines[0]?.dueAt ?? null;
    written.journal.push({
      accepted,
      principal: write.principal,
      key: keyed?.key ?? null,
      recordedAt: this.now,
    });
    this.cases.set(id, written);
    if (!this.planted.has('intent-written-later')) this.intend(accepted);
    this.onCommitted(write, this.now);
    return 'done';
  }

  /** The message to the customer that a step asks for. */
  intend(accepted: Accepted, waitMs = 2_000): void {
    const { update, case: after } = accepted;
    if (update === null) return;
    this.cases.get(after.id)?.messages.push({
      caseId: after.id,
      seq: update.seq,
      dedupeKey: `${after.id}.${update.seq}.email`,
      accepted,
      status: 'pending',
      coveredBy: null,
      nextAttemptAt: this.now + waitMs,
      inDoubt: false,
      waived: 0,
      attempts: [],
    });
  }

  /** Up to `limit` due cases that nobody holds, locked until `release`. */
  claimDue(limit: number, transaction: number, now: Instant): SimCase[] {
    const due = [...this.cases.values()].filter(({ dueAt }) => dueAt !== null && dueAt <= now);
    const claimed = due.filter(({ current }) => !this.locks.has(current.id)).slice(0, limit);
    if (!this.planted.has('due-without-compare')) {
      for (const { current } of claimed) this.locks.set(current.id, transaction);
    }
    return claimed;
  }

  release(transaction: number): void {
    for (const [id, holder] of this.locks) if (holder === transaction) this.locks.delete(id);
  }

  /** One message of one case that has something to tell now, taken for one try. */
  claimMessage(): SimClaim | null {
    for (const { messages } of this.cases.values()) {
      const open = messages.filter(({ status }) => status === 'pending');
      const due = open.filter(({ nextAttemptAt }) => nextAttemptAt !== null && nextAttemptAt <= this.now);
      if (due.length === 0) continue;
      const underWay = open.some(({ inDoubt, nextAttemptAt }) => inDoubt && (nextAttemptAt ?? 0) > this.now);
      if (underWay && !this.planted.has('newer-first')) continue;
      const claim = this.take(open, due);
      if (claim) return claim;
    }
    return null;
  }

  /** @returns false when the lease was lost: another has the message. */
  settle({ message, attempt, doubted }: SimClaim, result: string, next: Partial<SimMessage>): boolean {
    const own = message.attempts[attempt - 1];
    if (own && own.result === null) Object.assign(own, { result, late: this.now - own.startedAt > LEASE_MS });
    const fenced = message.status === 'pending' && message.attempts.length === attempt;
    if (!fenced && !this.planted.has('settle-without-fence')) return false;
    const stays = doubted && !this.planted.has('doubt-wiped');
    Object.assign(message, { inDoubt: stays || result === 'perhapsArrived' }, next);
    if (message.status !== 'pending') message.nextAttemptAt = null;
    if (message.status === 'delivered' && this.planted.has('cover-too-much')) {
      const newer = this.cases.get(message.caseId)?.messages.filter(({ seq }) => seq > message.seq) ?? [];
      for (const one of newer) if (one.status === 'pending' && !one.inDoubt) cover(one, message.seq);
    }
    return true;
  }

  private take(open: readonly SimMessage[], due: readonly SimMessage[]): SimClaim | null {
    const doubtful = open.find(({ inDoubt }) => inDoubt);
    const forgets = this.planted.has('doubt-forgotten');
    const free = this.planted.has('newer-first') ? due : open;
    const message = forgets ? free.at(-1) : (doubtful ?? free.at(-1));
    if (!message) return null;
    const doubted = message.inDoubt;
    message.attempts.push({ startedAt: this.now, result: null, late: false });
    message.inDoubt = true;
    message.nextAttemptAt = this.planted.has('claim-without-lease') ? null : this.now + LEASE_MS;
    if (!doubted) for (const one of open) if (one.seq < message.seq) cover(one, message.seq);
    return { message, attempt: message.attempts.length, doubted };
  }

  private keyName(principal: string, key: string): string {
    return this.planted.has('key-of-everybody') ? key : `${principal} ${key}`;
  }
}

/** A value that JSON loses is lost here too; now and then, because it takes as long as the step itself. */
function stored(after: Case): Case {
  return after.revision % 8 === 0 ? (JSON.parse(JSON.stringify(after)) as Case) : after;
}

function cover(message: SimMessage, by: number): void {
  Object.assign(message, { status: 'covered', coveredBy: by, nextAttemptAt: null });
}
