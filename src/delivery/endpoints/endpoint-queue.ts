/**
 * Tells endpoints of journal entries: claims what is due, sends it, writes down what became of it, and tries again
 * for days. At least once, in order within one case and endpoint; few at a time to any one endpoint, so that a slow one
 * keeps nobody waiting. Knows no form of a message (`endpoint-post.ts`) and no meaning of an answer (`verdict.ts`).
 */
import pLimit from 'p-limit';
import type pg from 'pg';
import type { ActorKind } from '../../domain/actor.js';
import type { Level, Priority, StatePath } from '../../domain/case.js';
import type { JournalType } from '../../domain/events.js';
import { Batcher } from '../../engine/batcher.js';
import { faultPoint } from '../../engine/fault-points.js';
import { secretsAt, type EndpointRow } from '../../store/endpoint-rows.js';
import { inTime } from '../../store/in-time.js';
import type { NowSql } from '../../store/now.js';
import { inTransaction, runStatement } from '../../store/statement.js';
import { displayText } from '../display-text.js';
import type { DeliveryQueue } from '../outbound/delivery-queue.js';
import { afterRetryAfter, retryDelayMs } from '../outbound/retry-schedule.js';
import type { CaseNews } from './case-news.js';
import {
  lockEachStatement,
  lockFirstStatement,
  NEXT_DUE_SQL,
  recordStatement,
  switchOffStatement,
  takeStatement,
  type DeliveryKey,
  type TryResult,
} from './claim-sql.js';
import { newsPost, type EndpointTarget } from './endpoint-post.js';
import type { Posted, Poster } from './poster.js';
import type { RobotNames } from './robot-message.js';
import { verdictOn, type Verdict } from './verdict.js';

export interface EndpointQueueOptions {
  readonly pool: pg.Pool;
  readonly now: NowSql;
  readonly poster: Pick<Poster, 'post'>;
  readonly names: RobotNames;
  /** Told when an endpoint was switched off, so that nothing more is written for it. Must not throw. */
  readonly onSwitchedOff?: () => void;
  /** Told of a delivery whose outcome could not be written; it is sent again when its lease ends. */
  readonly report?: (error: unknown) => void;
  /** Replaced in tests. */
  readonly random?: () => number;
}

/** Sends under way to one endpoint, by this process. */
export const PER_ENDPOINT = 4;
/** In all; each is a socket and at most 80 KiB. A hundred endpoints that time out leave room for the rest. */
const AT_ONCE = 500;
/** A round that lasts longer goes on by itself: what is slow must not keep the loop from the next round. */
const PATIENCE_MS = 100;
/** A node that stops has other things to end; what is cut short is sent again. */
const STOP_GRACE_MS = 2_000;
const RECORDS_MAX = 100;
const RECORDS_IN_FLIGHT = 2;
/** What is kept of an answer, of up to 64 KiB. */
const SNIPPET_MAX = 1_000;

interface Taken extends Omit<
  EndpointRow,
  'id' | 'events' | 'active' | 'disabled_reason' | 'created_at' | 'updated_at'
> {
  now: number;
  case_id: string;
  seq: number;
  endpoint_id: string;
  attempts: number;
  attempts_before: number;
  type: JournalType;
  n: number | null;
  from_state: StatePath | null;
  to_state: StatePath;
  level_after: Level;
  customer_visible: boolean;
  occurred_at: number;
  actor_kind: ActorKind;
  number: string;
  revision: number;
  department: string | null;
  priority: Priority;
}

export class EndpointQueue implements DeliveryQueue {
  readonly name = 'endpoints';
  readonly nextDueSql = NEXT_DUE_SQL;
  private readonly underWay = new Set<Promise<void>>();
  private readonly takenBy = new Map<string, number>();
  /** Two claims at once would both find the same places free. */
  private readonly claims = pLimit(1);
  /** What ends together is written together: the pool is there for requests first. */
  private readonly records: Batcher<TryResult, void>;
  private off = new AbortController();
  private readonly random: () => number;

  constructor(private readonly options: EndpointQueueOptions) {
    this.random = options.random ?? Math.random;
    this.records = new Batcher({
      run: async (tries) => {
        await runStatement(options.pool, recordStatement(options.now, tries));
        return tries.map(() => undefined);
      },
      keyOf: ({ caseId, endpointId }) => `${caseId}.${endpointId}`,
      sizeMax: RECORDS_MAX,
      inFlightMax: RECORDS_IN_FLIGHT,
    });
  }

  /** Sends under way in this process. */
  get sending(): number {
    return this.underWay.size;
  }

  /** While the clock is moved by hand, resolves when all have ended; else, what is slow goes on behind. */
  async runDue(limit: number, onClaimed?: (count: number) => void): Promise<number> {
    const begun = await this.claims(async () => {
      while (this.underWay.size >= AT_ONCE) await Promise.race(this.underWay);
      const taken = await this.claim(Math.min(limit, AT_ONCE - this.underWay.size));
      return taken.map((each) => this.begin(each));
    });
    onClaimed?.(begun.length);
    if (this.options.now !== 'now()') await Promise.all(begun);
    else await inTime(Promise.all(begun), PATIENCE_MS, () => undefined);
    return begun.length;
  }

  /** Nothing to begin: the loop drives it. */
  start(): void {}

  /** Lets what is under way end, cuts short what does not, and resolves when nothing is left. */
  async stop(): Promise<void> {
    const timer = setTimeout(() => this.off.abort(), STOP_GRACE_MS);
    while (this.underWay.size > 0) await Promise.all(this.underWay);
    clearTimeout(timer);
    this.off = new AbortController();
  }

  private async claim(limit: number): Promise<Taken[]> {
    const { pool, now } = this.options;
    const asked = { taken: this.takenBy, cap: PER_ENDPOINT, limit };
    for (;;) {
      const { locked, taken } = await inTransaction(pool, async (run) => {
        let keys = await run<DeliveryKey>(lockFirstStatement(now, asked));
        if (keys.length === 0) keys = await run<DeliveryKey>(lockEachStatement(now, asked));
        return {
          locked: keys.length,
          taken: keys.length > 0 ? await run<Taken>(takeStatement(now, keys)) : [],
        };
      });
      // Nobody's turn: all of them were put off, and others may lie behind them.
      if (taken.length > 0 || locked === 0) return taken;
    }
  }

  private begin(taken: Taken): Promise<void> {
    const { endpoint_id: id } = taken;
    this.takenBy.set(id, (this.takenBy.get(id) ?? 0) + 1);
    const sent = this.send(taken)
      .catch((error: unknown) => this.options.report?.(error))
      .finally(() => {
        const left = (this.takenBy.get(id) ?? 1) - 1;
        if (left > 0) this.takenBy.set(id, left);
        else this.takenBy.delete(id);
        this.underWay.delete(sent);
      });
    this.underWay.add(sent);
    return sent;
  }

  private async send(taken: Taken): Promise<void> {
    await faultPoint('before-send');
    const posted = await this.post(taken);
    await faultPoint('after-send');
    // Receivers go by their own clocks, so what they are shown, and what they say, is the time of day.
    const verdict = verdictOn(taken.kind, posted, Date.now());
    await this.record(taken, posted, verdict);
  }

  private async post(taken: Taken): Promise<Posted> {
    try {
      return await this.options.poster.post(
        newsPost(targetOf(taken), newsOf(taken), this.options.names, Date.now()),
        this.off.signal,
      );
    } catch (error) {
      // A secret that is none, say: its endpoint fails, and no neighbour.
      const detail = error instanceof Error ? error.message : String(error);
      return { kind: 'unanswered', code: 'unsendable', detail, latencyMs: 0 };
    }
  }

  private async record(taken: Taken, posted: Posted, verdict: Verdict): Promise<void> {
    if (verdict.kind === 'gone') await this.switchOff(taken);
    await this.records.submit({
      caseId: taken.case_id,
      seq: taken.seq,
      endpointId: taken.endpoint_id,
      n: taken.attempts,
      result: verdict.kind === 'delivered' ? 'delivered' : 'failed',
      code: verdict.code,
      // Cut before it is made safe: a cut may halve a letter.
      response: displayText((posted.kind === 'answered' ? posted.text : posted.detail).slice(0, SNIPPET_MAX)),
      latencyMs: posted.latencyMs,
      retryInMs: this.retryInMs(taken, verdict),
    });
  }

  private async switchOff({ endpoint_id: id, url }: Taken): Promise<void> {
    const { pool, now, onSwitchedOff } = this.options;
    await runStatement(pool, switchOffStatement(now, id, url));
    onSwitchedOff?.();
  }

  /** Of one that is gone too: where the endpoint has a new address by now, it was not switched off. */
  private retryInMs({ attempts, attempts_before: before }: Taken, verdict: Verdict): number | null {
    if (verdict.kind === 'delivered') return null;
    const delayMs = retryDelayMs(attempts - before, this.random());
    const retryAfterMs = verdict.kind === 'failed' ? verdict.retryAfterMs : undefined;
    return delayMs === null ? null : afterRetryAfter(delayMs, retryAfterMs);
  }
}

function targetOf(taken: Taken): EndpointTarget {
  const { endpoint_id: id, name, kind, url, locale } = taken;
  return { id, name, kind, url, locale, secrets: secretsAt(taken, taken.now) };
}

function newsOf(taken: Taken): CaseNews {
  return {
    caseId: taken.case_id,
    number: taken.number,
    seq: taken.seq,
    type: taken.type,
    n: taken.n,
    fromState: taken.from_state,
    state: taken.to_state,
    level: taken.level_after,
    customerVisible: taken.customer_visible,
    occurredAt: taken.occurred_at,
    actorKind: taken.actor_kind,
    revision: taken.revision,
    department: taken.department,
    priority: taken.priority,
  };
}
