/**
 * The one door: everything that changes a case goes through here, whoever asks. Stamps each event with the database's
 * clock and lets the pure step decide. Knows no HTTP, no SQL and no rule.
 */
import type pg from 'pg';
import { uuidv7 } from 'uuidv7';
import type { Instant } from '../domain/actor.js';
import type { Case } from '../domain/case.js';
import { dueEvent } from '../domain/deadlines.js';
import { eraseCase, type ErasureOrder } from '../domain/erasure.js';
import type { CaseCommand, CaseEvent } from '../domain/events.js';
import { refusal } from '../domain/refusals.js';
import type { Accepted } from '../domain/step-result.js';
import { step } from '../domain/step.js';
import { canSee } from '../domain/rights.js';
import type { NowSql } from '../store/now.js';
import { DependencyUnavailable } from '../store/database-errors.js';
import type { RunSql } from '../store/statement.js';
import { CaseLanes } from './case-lanes.js';
import { CaseReader, type Reading } from './case-reader.js';
import { toWrite, type CaseWrite } from './case-write.js';
import { CommandRunner, type Stepped } from './command-runner.js';
import { Committer, type CommitListener } from './commit.js';
import { grantedUnderLock, isGrant, type GrantCommand, type GrantType } from './customer-lock.js';
import { eraseRecords, type ErasedRecords } from './erase-records.js';
import { firstSendAt, PAGE_ONLY, type OutboundRules } from './intents.js';
import type { CommandRequest, ErasureOutcome, Outcome } from './outcome.js';
import type { PolicySource } from './policy-source.js';

export interface EngineOptions {
  readonly pool: pg.Pool;
  readonly now: NowSql;
  readonly policies: PolicySource;
  /** What is written to be sent with each step; absent: nothing, customers are told on the status page alone. */
  readonly outbound?: OutboundRules;
  /** Told of what a listener threw after a commit. */
  readonly report?: (error: unknown) => void;
}

export type OpenCommand = Omit<CaseCommand<'case.open'>, 'caseId'>;
export type SentCommand = Exclude<CaseCommand, { type: GrantType }> | GrantCommand;
export type MergeCommand = Omit<CaseCommand<'case.merge'>, 'caseId' | 'primaryState'>;

/** A case that asks for more at one go is looked at again later rather than allowed to spin. */
const DUE_EVENTS_MAX = 32;
/** Lost races in a row after which the due loop had better come back to the case. */
const LOST_RACES_MAX = 8;

export class CaseEngine {
  readonly committer: Committer;
  private readonly reader: CaseReader;
  private readonly runner: CommandRunner;
  private readonly lanes = new CaseLanes();
  private readonly policies: PolicySource;
  private readonly now: NowSql;
  private readonly outbound: OutboundRules;

  constructor({ pool, now, policies, outbound = PAGE_ONLY, report = () => undefined }: EngineOptions) {
    this.policies = policies;
    this.now = now;
    this.outbound = outbound;
    this.committer = new Committer(pool, now, report);
    this.reader = new CaseReader(pool, now);
    this.runner = new CommandRunner(pool, now, this.reader, this.committer, this.lanes, outbound);
  }

  /** Called after each commit in this process, with what it wrote. @returns unsubscribe */
  onCommitted(listener: CommitListener): () => void {
    return this.committer.onCommitted(listener);
  }

  /** About when the first of these steps has something to be sent; Infinity when none has. */
  firstSendAt(accepted: readonly Accepted[]): Instant {
    return firstSendAt(accepted, this.outbound);
  }

  /** The case as it is now. @throws DependencyUnavailable, MachineVersionUnsupported */
  async read(caseId: string): Promise<Case | null> {
    return (await this.look(caseId)).current;
  }

  /**
   * Opens a case. `intake.openedAt` is stamped here; `intake.receivedAt` may be Infinity for "now" and is never later
   * than that. @throws DependencyUnavailable
   */
  open(command: OpenCommand, request: CommandRequest): Promise<Outcome> {
    const decide = ({ now }: Reading): Stepped[] => {
      const receivedAt = Math.min(command.intake.receivedAt, now);
      const intake = { ...command.intake, receivedAt, openedAt: now };
      return [this.stepped(null, { ...command, caseId: uuidv7(), intake, at: now })];
    };
    return this.runner.run({ caseId: null, otherIds: [], actor: command.actor, request, decide });
  }

  /**
   * Asks something of a case. Refused, stale and not found are answers, not exceptions.
   * @throws DependencyUnavailable when nothing was written, or nobody knows whether it was.
   */
  send(caseId: string, command: SentCommand, request: CommandRequest): Promise<Outcome> {
    if (isGrant(command)) return this.grant(caseId, command, request);
    const decide = ({ current, now }: Reading): Stepped[] => {
      const at = occurrence(current as Case, now, request.occurredAt ?? null);
      return [this.stepped(current, { ...command, at } as CaseEvent)];
    };
    return this.runner.run({ caseId, otherIds: [], actor: command.actor, request, decide });
  }

  /** What the customer was granted before is read, and the grant written, under one lock on the customer. */
  private grant(caseId: string, command: GrantCommand, request: CommandRequest): Promise<Outcome> {
    const decideLocked = async ({ now }: Reading, current: Case, run: RunSql): Promise<Stepped> => {
      const { compensation } = this.policies.policiesFor(current.intake.category);
      const grantedMinor = await grantedUnderLock(run, this.now, current, command, compensation);
      const at = occurrence(current, now, null);
      return this.stepped(current, { ...command, grantedMinor, at } as CaseEvent);
    };
    return this.runner.run({ caseId, otherIds: [], actor: command.actor, request, decideLocked });
  }

  /** Merges the case into `command.primaryCaseId`: both are written, or neither is. @throws as `send` */
  merge(secondaryId: string, command: MergeCommand, request: CommandRequest): Promise<Outcome> {
    const { primaryCaseId, actor } = command;
    const decide = async ({ current, now }: Reading): Promise<Stepped[]> => {
      const secondary = current as Case;
      const primary = primaryCaseId === secondaryId ? secondary : await this.read(primaryCaseId);
      // What the actor may not see is, to them, not there.
      if (!primary || !canSee(actor, primary)) {
        const no = refusal('primary-not-open', ['/primaryCaseId']);
        return [{ current, result: { accepted: false, refusal: no } }];
      }
      const at = Math.max(now, secondary.context.lastEventAt, primary.context.lastEventAt);
      const merged = { ...command, caseId: secondaryId, primaryState: primary.state, at };
      const absorbed = { type: 'case.absorb', actor, secondaryCaseId: secondaryId, at } as const;
      const first = this.stepped(secondary, merged);
      return first.result.accepted ? [first, this.stepped(primary, absorbed)] : [first];
    };
    return this.runner.run({ caseId: secondaryId, otherIds: [primaryCaseId], actor, request, decide });
  }

  /**
   * Takes the person out of an ended case and of everything that is kept of it (ADR-0019): both, or nothing. Harmless
   * when it was done before. @throws DependencyUnavailable
   */
  erase(caseId: string, order: Omit<ErasureOrder, 'at'>): Promise<ErasureOutcome> {
    return this.lanes.inTurn([caseId], async () => {
      for (let lost = 0; lost < LOST_RACES_MAX; lost += 1) {
        const { current, now } = await this.look(caseId);
        if (!current) return { kind: 'notFound' };
        if (current.context.erasedAt !== undefined) return { kind: 'erased', records: {} };
        const at = Math.max(now, current.context.lastEventAt);
        const result = eraseCase(
          current,
          { ...order, at },
          this.policies.policiesFor(current.intake.category),
        );
        if (!result.accepted) return { kind: 'refused', refusal: result.refusal };
        const write = toWrite(current, result, order.actor.id, this.outbound);
        let records: ErasedRecords = {};
        const also = async (run: RunSql): Promise<void> => {
          records = await eraseRecords(run, this.now, caseId);
        };
        const outcome = await this.committer.commitDecided(async () => [write], also);
        if (outcome === 'done') return { kind: 'erased', records };
      }
      throw new DependencyUnavailable('the case is changed by others too often');
    });
  }

  /**
   * Lets time act on one case: every deadline that is due now, in order.
   * @returns how many events were written. @throws DependencyUnavailable; Error when the step refuses its own deadline
   */
  fire(caseId: string): Promise<number> {
    return this.lanes.inTurn([caseId], async () => {
      let fired = 0;
      let lost = 0;
      while (fired < DUE_EVENTS_MAX && lost < LOST_RACES_MAX) {
        const { current, now } = await this.look(caseId);
        const write = current && this.dueWrite(current, now);
        if (!write) break;
        if ((await this.committer.commit(write)) === 'done') fired += 1;
        else lost += 1;
      }
      return fired;
    });
  }

  /**
   * The one step that is due for a case at `now`, ready to be written; null when nothing is.
   * @throws Error when the step refuses it: the case would ask for ever.
   */
  dueWrite(current: Case, now: Instant): CaseWrite | null {
    const event = dueEvent(current, now);
    if (!event) return null;
    const { result } = this.stepped(current, event);
    if (!result.accepted) {
      throw new Error(`case ${current.id} refuses its own ${event.type}: ${result.refusal.code}`);
    }
    return toWrite(current, result, null, this.outbound);
  }

  private look(caseId: string): Promise<Reading> {
    return this.reader.read({ caseId, principal: null, key: null, messageId: null });
  }

  private stepped(current: Case | null, event: CaseEvent): Stepped {
    const { category } = current?.intake ?? (event as CaseEvent<'case.open'>).intake;
    return { current, result: step(current, event, this.policies.policiesFor(category)) };
  }
}

/** Never before the case's last event, never in the future; a customer's message counts from when it was sent. */
function occurrence({ context }: Case, now: Instant, occurredAt: Instant | null): Instant {
  const latest = Math.max(now, context.lastEventAt);
  return occurredAt === null ? latest : Math.min(Math.max(occurredAt, context.lastEventAt), latest);
}
