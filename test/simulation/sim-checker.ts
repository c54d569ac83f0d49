/**
 * What must hold of the simulated installation: at each commit, at each mail that arrives, and at the end when all is
 * quiet. Judges journal, answers and mails by rules of its own (the audit's fold), never by asking the product.
 */
import type { Instant } from '../../src/domain/actor.js';
import { foldEntry, type Folded, isTerminal, NOTHING_YET } from '../../scripts/audit/fold-case.js';
import { WAYS_ON } from '../../scripts/audit/published-moves.js';
import type { Accepted } from '../../src/domain/step-result.js';
import type { SimClaim, SimDatabase, SimMessage, SimWrite } from './sim-database.js';
import type { Answered, Asked } from './sim-processes.js';

/** One request of a client and all that it ever heard of it. */
export interface Operation {
  readonly asked: Asked;
  readonly answers: Answered[];
}

interface Received {
  readonly seq: number;
  readonly dedupeKey: string;
  readonly attempt: number;
}

interface Breach {
  readonly metric: string;
  readonly attempt?: number;
  readonly dueAt: Instant;
  /** Of the target; above 100 the clock has long been breached. */
  readonly percent: number;
}

/** A promise that was broken. The message says which, of which case, and how. */
export class Violation extends Error {}

export class SimChecker {
  private readonly folds = new Map<string, Folded>();
  private readonly received = new Map<string, Received[]>();
  private readonly lastRecordedAt = new Map<string, Instant>();
  private readonly lastOccurredAt = new Map<string, Instant>();
  private readonly breaches = new Set<string>();

  /** I2–I6, I9, I12: of one transition, the moment it is committed. */
  committed({ accepted, principal }: SimWrite, recordedAt: Instant): void {
    const { case: after, entry } = accepted;
    const name = `${entry.type} (case ${after.id.slice(-4)}, seq ${entry.seq})`;
    const before = this.folds.get(after.id) ?? NOTHING_YET;
    const data = entry.data as { agentId?: string; ownerId?: string; dueAt?: Instant };
    const { after: folded, contradictions } = foldEntry(before, {
      caseId: after.id,
      seq: entry.seq,
      type: entry.type,
      fromState: entry.fromState,
      toState: entry.toState,
      levelAfter: entry.level,
      actorKind: entry.actor.kind,
      actorId: entry.actor.id,
      agentId: data.agentId ?? null,
      ownerId: data.ownerId ?? null,
    });
    this.folds.set(after.id, folded);
    for (const { fault, detail } of contradictions) throw new Violation(`${fault}: ${name} ${detail}`);
    if (after.revision !== entry.seq) throw new Violation(`I6 revision ${after.revision} after ${name}`);
    if (after.context.ownerId !== folded.owner) throw new Violation(`I3 owner after ${name}`);
    const levels = after.context.escalations.map(({ level }) => level);
    if (new Set(levels).size !== levels.length || levels.length > 2)
      throw new Violation(`I5 levels of ${name}`);
    if (recordedAt < (this.lastRecordedAt.get(after.id) ?? 0)) throw new Violation(`I2 time of ${name}`);
    this.lastRecordedAt.set(after.id, recordedAt);
    if (principal === null && (data.dueAt ?? 0) > recordedAt) throw new Violation(`I9 early: ${name}`);
    if (entry.type === 'case.breached') this.checkBreach(accepted, name);
    if (entry.occurredAt < (this.lastOccurredAt.get(after.id) ?? 0)) {
      throw new Violation(`I2 ${name} occurred before the one before it`);
    }
    this.lastOccurredAt.set(after.id, entry.occurredAt);
  }

  /** I12: a clock is breached at its due time, and once. */
  private checkBreach({ case: after, entry, finishedClocks }: Accepted, name: string): void {
    const { metric, attempt, dueAt, percent } = entry.data as unknown as Breach;
    const clocks = [...after.context.clocks, ...finishedClocks].filter((each) => each.metric === metric);
    const isMarked = clocks.some(
      ({ breachedAt }) => breachedAt === dueAt || (percent > 100 && breachedAt !== null),
    );
    if (!isMarked) throw new Violation(`I12 no clock of ${metric} was breached at its due time by ${name}`);
    const breach = [after.id, metric, attempt, percent, dueAt].join();
    if (this.breaches.has(breach)) throw new Violation(`I12 ${metric} is breached twice by ${name}`);
    this.breaches.add(breach);
  }

  /** I7, I8: a mail has arrived at the customer. */
  arrived({ message, attempt }: SimClaim, dedupeKey: string): void {
    const { caseId, seq } = message;
    const name = `mail ${seq} of case ${caseId.slice(-4)}`;
    if (message.attempts.length < attempt)
      throw new Violation(`I7 ${name} was sent and no attempt is on record`);
    if (dedupeKey !== message.dedupeKey) throw new Violation(`I7 ${name} came under another name`);
    const before = this.received.get(caseId) ?? [];
    const last = before.at(-1);
    const again = before.some((each) => each.dedupeKey === dedupeKey);
    if (!again && last && last.seq > seq) throw new Violation(`I8 ${name} came after ${last.seq}`);
    if (again && last?.dedupeKey !== dedupeKey)
      throw new Violation(`I8 ${name} came again after ${last?.seq}`);
    this.received.set(caseId, [...before, { seq, dedupeKey, attempt }]);
  }

  /** I13: the same request has the same answer whenever it is asked. */
  answered({ asked, answers }: Operation): void {
    const [first, ...others] = answers;
    // No client here sends another body under a key of its own.
    if (first?.kind === 'conflict') throw new Violation(`I13 ${asked.command.type}: somebody else's key`);
    const different = others.find(({ kind, body }) => kind !== first?.kind || body !== first.body);
    if (different)
      throw new Violation(`I13 ${asked.command.type}: "${first?.body}", then "${different.body}"`);
  }

  /** I10: when the workers have had their turn, nothing that is due is left. */
  fired({ cases, now }: SimDatabase): void {
    for (const { current, dueAt } of cases.values()) {
      const isLeft = dueAt !== null && dueAt <= now;
      if (isLeft) throw new Violation(`I10 case ${current.id.slice(-4)} is due and nobody fires it`);
    }
  }

  /** I1, I2, I7, I10: when nothing is under way any more. */
  settled(database: SimDatabase, operations: readonly Operation[]): void {
    this.checkEffects(database, operations);
    for (const { current, dueAt, journal, messages } of database.cases.values()) {
      const name = `case ${current.id.slice(-4)}`;
      if (journal.length !== current.revision) throw new Violation(`I2 ${name}: ${journal.length} entries`);
      if (database.locks.has(current.id)) throw new Violation(`I10 ${name} is held by nobody who lives`);
      if (this.isStuck(current.id, dueAt))
        throw new Violation(`I10 nothing leads on from ${current.state} of ${name}`);
      const visible = journal
        .filter(({ accepted }) => accepted.update !== null)
        .map(({ accepted }) => accepted.entry.seq);
      const told = messages.map(({ seq }) => seq);
      if (visible.join() !== told.join())
        throw new Violation(`I7 ${name} has ${visible.join()}, told ${told.join()}`);
      for (const message of messages) this.checkMessage(message, messages);
    }
  }

  private checkEffects({ cases }: SimDatabase, operations: readonly Operation[]): void {
    const effects = new Map<string, number>();
    for (const { journal } of cases.values()) {
      for (const { principal, key } of journal) {
        if (key !== null) effects.set(`${principal} ${key}`, (effects.get(`${principal} ${key}`) ?? 0) + 1);
      }
    }
    for (const { asked, answers } of operations) {
      const done = effects.get(`${asked.principal} ${asked.key}`) ?? 0;
      const kinds = new Set(answers.map(({ kind }) => kind));
      const fits = kinds.has('ok') ? done === 1 : kinds.size > 0 ? done === 0 : done <= 1;
      if (!fits)
        throw new Violation(`I1 ${asked.command.type} ${asked.key}: ${[...kinds].join()}, ${done} effects`);
    }
  }

  private checkMessage(
    { caseId, seq, status, coveredBy, dedupeKey, attempts }: SimMessage,
    all: readonly SimMessage[],
  ) {
    const name = `mail ${seq} of case ${caseId.slice(-4)}`;
    const arrivals = (this.received.get(caseId) ?? []).filter((each) => each.dedupeKey === dedupeKey);
    if (status === 'pending') throw new Violation(`I7 ${name} is still pending`);
    if (status === 'delivered' && arrivals.length === 0) throw new Violation(`I7 ${name} never arrived`);
    if (status === 'suppressed' && arrivals.length > 0)
      throw new Violation(`I7 ${name} arrived though suppressed`);
    const interrupted = attempts.filter(
      ({ result, late }) => late || result === null || result === 'perhapsArrived',
    );
    const sure = attempts.filter(({ result, late }) => !late && result === 'delivered').length;
    if (sure > 1 || arrivals.length > sure + interrupted.length)
      throw new Violation(`I7 ${name} arrived ${arrivals.length} times`);
    if (status !== 'covered') return;
    if (arrivals.length > 0) throw new Violation(`I7 ${name} arrived and was covered`);
    const carrier = all.find((each) => each.seq === coveredBy);
    const carries =
      carrier && carrier.seq > seq && ['delivered', 'failed', 'covered'].includes(carrier.status);
    if (!carries && carrier?.status !== 'suppressed')
      throw new Violation(`I7 ${name} is covered by ${coveredBy}`);
    if (attempts.some(({ result }) => result === 'perhapsArrived' || result === null)) {
      throw new Violation(`I7 ${name} may have arrived and was covered`);
    }
  }

  private isStuck(caseId: string, dueAt: Instant | null): boolean {
    const folded = this.folds.get(caseId);
    if (!folded || isTerminal(folded) || dueAt !== null) return false;
    return WAYS_ON.some(({ state, deadline }) => state === folded.state && deadline !== null);
  }
}
