/**
 * Everything about a command but the step itself: its idempotency key, its turn, visibility, revision, the stored
 * answer, compare-and-set and trying again. What is asked of the case comes in as `decide`.
 */
import type pg from 'pg';
import { setTimeout as pause } from 'node:timers/promises';
import type { Actor } from '../domain/actor.js';
import type { Case } from '../domain/case.js';
import { type Refusal, refusal } from '../domain/refusals.js';
import type { Accepted, StepResult } from '../domain/step-result.js';
import { canSee } from '../domain/rights.js';
import { DependencyUnavailable } from '../store/database-errors.js';
import { inTime } from '../store/in-time.js';
import type { NowSql } from '../store/now.js';
import type { RunSql } from '../store/statement.js';
import { type CaseLanes, WAITING_MAX } from './case-lanes.js';
import type { CaseReader, Reading } from './case-reader.js';
import { toWrite, type CaseWrite } from './case-write.js';
import type { Committer } from './commit.js';
import { faultPoint } from './fault-points.js';
import { keepRefusal, KeysInProgress, refusalAnswer } from './idempotency.js';
import type { OutboundRules } from './intents.js';
import { toStoredAnswer, type CommandRequest, type Outcome } from './outcome.js';

/** A step and the case that it was made from (null: opened by it). */
export interface Stepped {
  readonly current: Case | null;
  readonly result: StepResult;
}

export interface Command {
  /** null: a case is to be opened. */
  readonly caseId: string | null;
  /** Further cases that are written with it. */
  readonly otherIds: readonly string[];
  readonly actor: Actor;
  readonly request: CommandRequest;
  /** One step per case, the addressed one first; may be called again after a lost race. Writes nothing. */
  decide(reading: Reading): Stepped[] | Promise<Stepped[]>;
}

/** A command whose step depends on what its customer has in other cases: decided and written under one lock. */
export interface LockingCommand extends Omit<Command, 'caseId' | 'decide'> {
  readonly caseId: string;
  /** @param run of the transaction that writes the step: what it locks stays as it was read. */
  decideLocked(reading: Reading, current: Case, run: RunSql): Promise<Stepped>;
}

/**
 * How long a command may lose to other processes. A count of races would be no bound: every process that writes to a
 * busy case wins a race with each step of its own, and a slow machine loses the more of them.
 */
const RACING_MS = 4_000;
/**
 * A turn, a batch, a row and a standby that does not confirm may each be waited for; the caller has an answer within
 * five seconds all the same. What became of the command is then as unknown as after a lost connection.
 */
const ANSWER_WITHIN_MS = 4_500;
/** Apart enough not to meet again, and no longer: who waits longer than the others loses to them for ever. */
const RETRY_JITTER_MS = 10;

export class CommandRunner {
  private readonly keys = new KeysInProgress();

  constructor(
    private readonly pool: pg.Pool,
    private readonly now: NowSql,
    private readonly reader: CaseReader,
    private readonly committer: Committer,
    private readonly lanes: CaseLanes,
    private readonly outbound: OutboundRules,
  ) {}

  /** @throws CaseBusy, DependencyUnavailable, MachineVersionUnsupported */
  async run(command: Command | LockingCommand): Promise<Outcome> {
    const ids = command.caseId === null ? [] : [command.caseId, ...command.otherIds];
    const work = this.keys.once(command.request, () =>
      this.lanes.inTurn(ids, () => this.untilSettled(command), WAITING_MAX),
    );
    // Late work goes on, and the same key finds it or its answer.
    const outcome = await inTime(work, ANSWER_WITHIN_MS, () => {
      throw new DependencyUnavailable('the database takes too long');
    });
    return outcome ?? { kind: 'keyInProgress' };
  }

  private async untilSettled(command: Command | LockingCommand): Promise<Outcome> {
    const until = performance.now() + RACING_MS;
    do {
      const outcome = await this.attempt(command);
      if (outcome) return outcome;
      await pause(Math.random() * RETRY_JITTER_MS);
    } while (performance.now() < until);
    throw new DependencyUnavailable('the case is changed by others too often');
  }

  /** @returns null when the race was lost: read again, decide again. */
  private async attempt(command: Command | LockingCommand): Promise<Outcome | null> {
    const { caseId, request } = command;
    const reading = await this.reader.read({
      caseId,
      principal: request.principal,
      key: request.idempotencyKey,
      messageId: request.messageId ?? null,
    });
    const early = withoutStep(command, reading);
    if (early) return early;

    await faultPoint('before-step');
    if ('decideLocked' in command) return this.writeLocked(command, reading);
    const steps = reading.messageKnown
      ? [
          {
            current: reading.current,
            result: { accepted: false, refusal: refusal('duplicate-message') } as const,
          },
        ]
      : await command.decide(reading);
    const no = steps.find(({ result }) => !result.accepted)?.result;
    if (no && !no.accepted) return this.refuse(command, no.refusal, reading.current);
    return this.write(command, steps as AcceptedStep[]);
  }

  /** In turn per customer, too: who waits for the lock in the database holds a connection. */
  private async writeLocked(command: LockingCommand, reading: Reading): Promise<Outcome | null> {
    const current = reading.current as Case;
    const decided: { refusal?: Refusal; done?: Done } = {};
    const outcome = await this.lanes.inTurn([current.intake.customerId], () =>
      this.committer.commitDecided(async (run) => {
        const { result } = await command.decideLocked(reading, current, run);
        decided.refusal = result.accepted ? undefined : result.refusal;
        if (!result.accepted) return [];
        const { write, done } = this.prepared(command.request, { current, result });
        decided.done = done;
        return [write];
      }),
    );
    if (outcome !== 'done') return null;
    return decided.refusal ? this.refuse(command, decided.refusal, current) : (decided.done ?? null);
  }

  private async refuse(
    { caseId, request }: Pick<Command, 'caseId' | 'request'>,
    reason: Refusal,
    current: Case | null,
  ): Promise<Outcome | null> {
    const answer = refusalAnswer(reason, current, request);
    const kept = await keepRefusal(this.pool, this.now, request, caseId, answer);
    return kept ? { kind: 'refused', refusal: reason, case: current, answer } : null;
  }

  private async write({ request }: Command, steps: readonly AcceptedStep[]): Promise<Outcome | null> {
    const [addressed, ...others] = steps as [AcceptedStep, ...AcceptedStep[]];
    const { write: first, done } = this.prepared(request, addressed);
    const rest = others.map(({ current, result }) =>
      toWrite(current, result, request.principal, this.outbound),
    );
    const outcome =
      rest.length === 0
        ? await this.committer.commit(first)
        : await this.committer.commitAll([first, ...rest]);
    return outcome === 'done' ? done : null;
  }

  /** The write of the addressed case, with the answer that is kept in it and given once it is done. */
  private prepared(
    request: CommandRequest,
    { current, result }: AcceptedStep,
  ): { readonly write: CaseWrite; readonly done: Done } {
    const { principal, idempotencyKey: key, requestHash, messageId } = request;
    const answer = toStoredAnswer(request.render(result.case));
    const write: CaseWrite = {
      ...toWrite(current, result, principal, this.outbound),
      keyed: key === null ? null : { key, requestHash: requestHash ?? '', answer },
      messageId: messageId ?? null,
    };
    return { write, done: { kind: 'done', case: result.case, answer, replayed: false } };
  }
}

type AcceptedStep = Stepped & { readonly result: Accepted };
type Done = Extract<Outcome, { kind: 'done' }>;

/** Answers that need no step. The key comes first: whoever has the answer of then does not care about now. */
function withoutStep(
  { caseId, actor, request }: Pick<Command, 'caseId' | 'actor' | 'request'>,
  { kept, current }: Reading,
): Outcome | null {
  if (kept) {
    return kept.requestHash === (request.requestHash ?? '')
      ? { kind: 'replayed', answer: kept.answer }
      : { kind: 'keyReused' };
  }
  if (caseId === null) return null;
  if (!current || !canSee(actor, current)) return { kind: 'notFound' };
  if (request.ifMatch !== null && request.ifMatch !== current.revision)
    return { kind: 'stale', case: current };
  return null;
}
