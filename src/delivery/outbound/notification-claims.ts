/**
 * The rows of the message queue: which messages are due, taking them for one try, and writing down what became of it.
 * A claim is a lease: whoever dies lets go when it ends, and whoever comes back too late finds that another has the
 * message (the number of the attempt is the fence). Knows no channel and no customer.
 */
import type pg from 'pg';
import type { Instant } from '../../domain/actor.js';
import { Batcher } from '../../engine/batcher.js';
import type { ChannelName } from '../../engine/intents.js';
import { toSqlInstantOrNull, type NowSql } from '../../store/now.js';
import { runStatement } from '../../store/statement.js';

/** One message to try once: that of entry `seq`, which tells the entries that it covers too. */
export interface Claim {
  readonly caseId: string;
  readonly seq: number;
  readonly channel: ChannelName;
  /** Its number, from 1: the fence. */
  readonly attempt: number;
  /** Which try this is for the schedule of retries, from 1. */
  readonly tryNumber: number;
  /** Whether an earlier attempt may have arrived. */
  readonly inDoubt: boolean;
  /** Earlier attempts that broke us, or after which nobody was there to write down what became of them. */
  readonly broken: number;
  /** What may be slow together: channel and mail domain. */
  readonly destination: string;
  readonly dedupeKey: string;
  /** `performance.now()` before the claim: the lease is older than this. */
  readonly claimedTicks: number;
}

/** What became of one attempt, and what follows for the message. */
export interface Settlement {
  readonly claim: Claim;
  readonly result:
    'delivered' | 'notArrived' | 'perhapsArrived' | 'refused' | 'suppressed' | 'putOff' | 'broken';
  readonly code: string | null;
  readonly detail: string | null;
  readonly next:
    | { readonly status: 'delivered'; readonly messageId: string | null; readonly address: string }
    | { readonly status: 'suppressed'; readonly reason: string }
    /** `badAddress`: never to be tried again, by any case. */
    | { readonly status: 'failed'; readonly reason: string; readonly badAddress: string | null }
    | { readonly status: 'pending'; readonly waitMs: number }
    /** Nothing was sent; the try does not count. */
    | { readonly status: 'putOff'; readonly untilAt: Instant | null };
}

/** Longer than any send takes with its wait for a place; a dead worker's messages are tried again after it. */
export const LEASE_MS = 90_000;
/** What is put off for no certain instant. */
const SOON_MS = 1_000;
/** Of one claim for one destination: the rest of its backlog waits in the table, not in memory. */
const PER_DESTINATION_MAX = 8;
const BATCH_MAX = 64;
const BATCHES_IN_FLIGHT = 2;

/**
 * CHECKs make `next_attempt_at IS NOT NULL`, `finished_at IS NULL` and `status = 'pending'` say the same. The first fits
 * the index on what is due, the second the one on what a case still has to tell, the third none but the primary key:
 * so each look-up has one way to go, whatever the planner knows when it makes its plan. `CASE` about the channel, because
 * of an expression it believes that half of the rows pass; of a comparison, one in 200, and then it would rather sort.
 *
 * What is under way, or may have arrived, keeps everything else of its case and channel back until its own time. An
 * aggregate, so that it is no join: the table is walked in due order and each row asks for itself by its key.
 */
const isHeldBack = (
  at: string,
): string => `coalesce((SELECT bool_or(b.next_attempt_at > ${at}) FROM notifications b
    WHERE b.case_id = n.case_id AND b.channel = n.channel AND b.seq <> n.seq AND b.finished_at IS NULL
      AND b.in_doubt), false)`;

export class NotificationClaims {
  /** See `DeliveryQueue.nextDueSql`. */
  readonly nextDueSql: string;
  private readonly settling: Batcher<Settlement, boolean>;

  /** @param channels those that this node can send by; rows of others are left to nodes that can */
  constructor(
    private readonly pool: pg.Pool,
    private readonly now: NowSql,
    private readonly channels: readonly ChannelName[],
  ) {
    const names = channels.map((name) => `'${name}'`).join(', ');
    this.nextDueSql =
      channels.length === 0
        ? '(NULL::timestamptz)'
        : `(SELECT n.next_attempt_at FROM notifications n
      WHERE n.next_attempt_at IS NOT NULL AND CASE WHEN n.channel IN (${names}) THEN true ELSE false END
        AND NOT ${isHeldBack('n.next_attempt_at')}
      ORDER BY n.next_attempt_at, n.case_id LIMIT 1)`;
    this.settling = new Batcher<Settlement, boolean>({
      run: (settlements) => this.write(settlements),
      keyOf: ({ claim }) => claim.dedupeKey,
      sizeMax: BATCH_MAX,
      inFlightMax: BATCHES_IN_FLIGHT,
    });
  }

  /**
   * Takes what is due, earliest first, one message per case and channel: the newest carries, the older ones that
   * certainly did not arrive are covered by it. What may have arrived goes alone.
   * @param crowded destinations to pass over. @throws DependencyUnavailable
   */
  async claim(limit: number, crowded: readonly string[]): Promise<Claim[]> {
    if (this.channels.length === 0) return [];
    const claimedTicks = performance.now();
    const rows = await runStatement<ClaimRow>(this.pool, {
      name: `claim-notifications-${this.now === 'now()' ? 'system' : 'manual'}`,
      text: claimText(this.now),
      values: [this.channels, crowded, limit],
    });
    return rows.map(({ attempts, waived, ...row }) => ({
      ...row,
      attempt: attempts,
      tryNumber: attempts - waived,
      claimedTicks,
    }));
  }

  /**
   * @returns false when the lease was lost: another has the message, and only the attempt's own end was noted.
   * @throws DependencyUnavailable: noted or not, nobody knows; the lease ends either way.
   */
  settle(settlement: Settlement): Promise<boolean> {
    return this.settling.submit(settlement);
  }

  /** Age of the oldest message that is still to be told of, in seconds; 0 when there is none. */
  async oldestPendingSeconds(): Promise<number> {
    const [row] = await runStatement<{ seconds: number }>(this.pool, {
      text: `SELECT coalesce(extract(epoch FROM ${this.now} - min(created_at)), 0)::double precision AS seconds
        FROM notifications WHERE next_attempt_at IS NOT NULL AND channel = ANY ($1::text[])`,
      values: [this.channels],
    });
    return row?.seconds ?? 0;
  }

  private async write(settlements: readonly Settlement[]): Promise<boolean[]> {
    const rows = await runStatement<{ dedupe_key: string }>(this.pool, {
      name: `settle-notifications-${this.now === 'now()' ? 'system' : 'manual'}`,
      text: settleText(this.now),
      values: [JSON.stringify(settlements.map(settlementColumns)), settlements.length],
    });
    const settled = new Set(rows.map((row) => row.dedupe_key));
    return settlements.map(({ claim }) => settled.has(claim.dedupeKey));
  }
}

interface ClaimRow extends Omit<Claim, 'attempt' | 'tryNumber' | 'claimedTicks'> {
  attempts: number;
  waived: number;
}

/**
 * 1. `due` walks the due rows; several of one case and channel are one group, and no destination gets more than its
 *    share of a claim.
 * 2. `picked` looks at all that a group still has to tell. 3. `locked` takes the group by its oldest row: whoever
 *    claims a group locks that one, so two workers never take parts of one group.
 *    A second LIMIT by parameter tells the planner to expect one row, so that it walks primary keys from here on.
 * 4. The carrier gets its attempt and its lease, unless another has claimed it or the oldest since the look; the older ones, and what those had covered, are covered by it.
 */
function claimText(now: NowSql): string {
  return `
WITH due AS MATERIALIZED (
  SELECT * FROM (
    SELECT n.case_id, n.channel, n.next_attempt_at, n.channel || ':' || coalesce((
      SELECT CASE n.channel WHEN 'email' THEN lower(split_part(u.email, '@', 2)) END
      FROM cases c JOIN customers f ON f.id = c.customer_id JOIN customers u ON u.id = coalesce(f.merged_into, f.id)
      WHERE c.id = n.case_id), '') AS destination
    FROM notifications n
    WHERE n.next_attempt_at <= ${now} AND CASE WHEN n.channel = ANY ($1::text[]) THEN true ELSE false END
      AND NOT ${isHeldBack(now)}
    ORDER BY n.next_attempt_at, n.case_id OFFSET 0) d
  WHERE d.destination <> ALL ($2::text[]) LIMIT $3::integer * 4
), picked AS MATERIALIZED (
  SELECT g.*, w.* FROM (
    SELECT case_id, channel, destination, min(next_attempt_at) AS due_at,
      row_number() OVER (PARTITION BY destination ORDER BY min(next_attempt_at), case_id) AS place
    FROM due GROUP BY case_id, channel, destination) g
  CROSS JOIN LATERAL (
    SELECT min(m.seq) AS oldest, coalesce(min(m.seq) FILTER (WHERE m.in_doubt), max(m.seq)) AS carrier,
      bool_or(m.in_doubt) AS in_doubt, jsonb_object_agg(m.seq, m.attempts) AS attempts
    FROM notifications m WHERE m.case_id = g.case_id AND m.channel = g.channel AND m.finished_at IS NULL) w
  WHERE g.place <= ${PER_DESTINATION_MAX} ORDER BY g.due_at, g.case_id LIMIT $3
), locked AS MATERIALIZED (
  SELECT p.*, o.status AS status_now, o.attempts AS attempts_now FROM (SELECT * FROM picked LIMIT $3) p JOIN notifications o
    ON o.case_id = p.case_id AND o.seq = p.oldest AND o.channel = p.channel
  FOR UPDATE OF o SKIP LOCKED
), carried AS (
  UPDATE notifications n SET attempts = n.attempts + 1, in_doubt = true,
    next_attempt_at = ${now} + ${LEASE_MS} * interval '1 ms'
  FROM locked l
  WHERE n.case_id = l.case_id AND n.seq = l.carrier AND n.channel = l.channel AND n.status = 'pending'
    AND l.status_now = 'pending'
    AND n.attempts = (l.attempts->>(l.carrier::text))::integer
    AND l.attempts_now = (l.attempts->>(l.oldest::text))::integer
  RETURNING n.case_id, n.seq, n.channel, n.attempts, n.waived, n.dedupe_key, l.in_doubt AS doubted, l.destination, l.due_at
), covered AS (
  UPDATE notifications n SET status = 'covered', covered_by = c.seq, next_attempt_at = NULL,
    finished_at = coalesce(n.finished_at, ${now})
  FROM carried c
  WHERE n.case_id = c.case_id AND n.channel = c.channel AND n.seq < c.seq AND NOT c.doubted
    AND (n.status = 'pending' OR n.status = 'covered' AND EXISTS (
      SELECT FROM notifications p
      WHERE p.case_id = n.case_id AND p.seq = n.covered_by AND p.channel = n.channel AND p.finished_at IS NULL
        AND p.seq < c.seq))
), begun AS (
  INSERT INTO notification_attempts (case_id, seq, channel, n, started_at)
  SELECT case_id, seq, channel, attempts, ${now} FROM carried
)
SELECT case_id AS "caseId", seq, channel, attempts, waived, doubted AS "inDoubt", destination,
  dedupe_key AS "dedupeKey", (SELECT count(*)::integer FROM notification_attempts a
    WHERE a.case_id = k.case_id AND a.seq = k.seq AND a.channel = k.channel AND a.n BETWEEN k.waived + 1 AND k.attempts - 1
      AND (a.ended_at IS NULL OR a.result = 'broken')) AS broken
FROM carried k ORDER BY due_at, case_id`;
}

/** Members are named as the statement's record definition names them. */
function settlementColumns({ claim, result, code, detail, next }: Settlement) {
  const isPutOff = next.status === 'putOff';
  const isPending = isPutOff || next.status === 'pending';
  return {
    case_id: claim.caseId,
    seq: claim.seq,
    channel: claim.channel,
    attempt: claim.attempt,
    result,
    code,
    detail,
    status: isPending ? 'pending' : next.status,
    reason: 'reason' in next ? next.reason : null,
    // What may have arrived once stays so, whatever becomes of later attempts: covered by a newer message, the
    // customer would read it twice under two names.
    in_doubt: isPending && (claim.inDoubt || result === 'perhapsArrived'),
    waived: isPutOff ? 1 : 0,
    until_at: isPutOff ? toSqlInstantOrNull(next.untilAt) : null,
    wait_ms: next.status === 'pending' ? next.waitMs : SOON_MS,
    message_id: next.status === 'delivered' ? next.messageId : null,
    sent_to: next.status === 'delivered' ? next.address : null,
    bad_address: next.status === 'failed' ? next.badAddress : null,
  };
}

/**
 * The end of an attempt is noted even when the lease was lost: it did happen. Nothing else is. Two LIMITs by parameter
 * tell the planner to expect one row, so that it walks primary keys: see the engine's commit.
 */
function settleText(now: NowSql): string {
  return `
WITH told AS MATERIALIZED (
  SELECT * FROM (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS t(case_id uuid, seq integer, channel text, attempt integer,
      result text, code text, detail text, status text, reason text, in_doubt boolean, waived integer,
      until_at timestamptz, wait_ms double precision, message_id text, sent_to text, bad_address text)
    LIMIT $2) AS few
  LIMIT $2
), ended AS (
  UPDATE notification_attempts a SET ended_at = ${now}, result = t.result, code = t.code, detail = t.detail
  FROM told t
  WHERE a.case_id = t.case_id AND a.seq = t.seq AND a.channel = t.channel AND a.n = t.attempt AND a.ended_at IS NULL
), settled AS (
  UPDATE notifications n SET status = t.status, reason = t.reason, in_doubt = t.in_doubt,
    waived = n.waived + t.waived, message_id = coalesce(t.message_id, n.message_id),
    next_attempt_at = CASE t.status WHEN 'pending' THEN coalesce(t.until_at, ${now} + t.wait_ms * interval '1 ms') END,
    finished_at = CASE WHEN t.status <> 'pending' THEN ${now} END
  FROM told t
  WHERE n.case_id = t.case_id AND n.seq = t.seq AND n.channel = t.channel AND n.status = 'pending'
    AND n.attempts = t.attempt
  RETURNING n.dedupe_key, n.channel, t.sent_to, t.bad_address
), counted AS (
  INSERT INTO sent_today (channel, address_hash, day, sent)
  SELECT channel, sha256(convert_to(sent_to, 'UTF8')) AS hash, (${now} AT TIME ZONE 'UTC')::date, count(*)
  FROM settled WHERE sent_to IS NOT NULL GROUP BY channel, hash ORDER BY channel, hash
  ON CONFLICT (channel, address_hash) DO UPDATE SET day = EXCLUDED.day,
    sent = EXCLUDED.sent + CASE WHEN sent_today.day = EXCLUDED.day THEN sent_today.sent ELSE 0 END
), barred AS (
  INSERT INTO suppressions (channel, address, reason, created_at)
  SELECT DISTINCT channel, bad_address, 'hardBounce', ${now} FROM settled WHERE bad_address IS NOT NULL
  ON CONFLICT DO NOTHING
)
SELECT dedupe_key FROM settled`;
}
