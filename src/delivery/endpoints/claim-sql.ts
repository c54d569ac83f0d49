/**
 * The statements of the endpoint queue: what is due, taking it, and writing down what became of it. Only text and
 * parameters; the order in which they are sent is the queue's (`endpoint-queue.ts`).
 *
 * Order within a case and endpoint: only the first that is pending may be taken. One that must wait is put off until
 * the first one's next instant, and brought forward again when that one ends, so that it is not due for nothing.
 */
import type { NowSql } from '../../store/now.js';
import type { Statement } from '../../store/statement.js';
import { TRIES_MAX } from '../outbound/retry-schedule.js';

/** A claim that nobody finishes is due again after this: six times what one try may take. */
export const LEASE_MS = 60_000;
const LEASE = `interval '${LEASE_MS} ms'`;

export interface DeliveryKey {
  readonly caseId: string;
  readonly seq: number;
  readonly endpointId: string;
}

const nameOf = (statement: string, now: NowSql): string =>
  `endpoints-${statement}-${now === 'now()' ? 'system' : 'manual'}`;

/** For `DeliveryQueue.nextDueSql`. Index endpoint_deliveries_due. */
export const NEXT_DUE_SQL = `(SELECT next_attempt_at FROM endpoint_deliveries WHERE status = 'pending'
  ORDER BY next_attempt_at LIMIT 1)`;

/** How far a claim looks along everything that is due before it goes endpoint by endpoint. */
const LOOK_MAX = 512;

export interface Claim {
  /** Places in use, by endpoint. */
  readonly taken: ReadonlyMap<string, number>;
  /** Places of each endpoint. */
  readonly cap: number;
  readonly limit: number;
}

/**
 * Locks what is due, earliest first, within the free places of each endpoint; rows that another worker holds are its.
 * Looks along index endpoint_deliveries_due for as far as one page of it reaches.
 */
export function lockFirstStatement(now: NowSql, claim: Claim): Statement {
  const due = `
  SELECT d.case_id, d.seq, d.endpoint_id FROM (
    SELECT *, row_number() OVER (PARTITION BY endpoint_id ORDER BY next_attempt_at, case_id, seq) AS place FROM (
      SELECT case_id, seq, endpoint_id, next_attempt_at FROM endpoint_deliveries
      WHERE status = 'pending' AND next_attempt_at <= ${now}
      ORDER BY next_attempt_at, case_id LIMIT ${LOOK_MAX}) AS first) AS d
  LEFT JOIN ${BUSY} USING (endpoint_id)
  WHERE d.place <= $3::integer - coalesce(busy.taken, 0)
  ORDER BY d.next_attempt_at, d.case_id, d.seq LIMIT $4`;
  return lockStatement('lock-first', now, claim, '', due);
}

/**
 * The same where all that is due first belongs to crowded endpoints: endpoint by endpoint along index
 * endpoint_deliveries_waiting, so that a backlog, however long, is never walked. Dearer: a look at each endpoint.
 */
export function lockEachStatement(now: NowSql, claim: Claim): Statement {
  const waiting = `RECURSIVE waiting AS (
  (SELECT endpoint_id FROM endpoint_deliveries WHERE status = 'pending' ORDER BY endpoint_id LIMIT 1)
  UNION ALL
  SELECT (SELECT d.endpoint_id FROM endpoint_deliveries d WHERE d.status = 'pending'
    AND d.endpoint_id > w.endpoint_id ORDER BY d.endpoint_id LIMIT 1)
  FROM waiting w WHERE w.endpoint_id IS NOT NULL
),`;
  const due = `
  SELECT d.case_id, d.seq, d.endpoint_id FROM waiting w LEFT JOIN ${BUSY} USING (endpoint_id)
  CROSS JOIN LATERAL (
    SELECT case_id, seq, endpoint_id, next_attempt_at FROM endpoint_deliveries
    WHERE endpoint_id = w.endpoint_id AND status = 'pending' AND next_attempt_at <= ${now}
    ORDER BY next_attempt_at, case_id, seq LIMIT greatest($3::integer - coalesce(busy.taken, 0), 0)) AS d
  ORDER BY d.next_attempt_at, d.case_id, d.seq LIMIT $4`;
  return lockStatement('lock-each', now, claim, waiting, due);
}

/**
 * With one that is due, all of its case are locked that are: at most one of them is taken, so no more than there are
 * places, and the others are put off together. One by one they would fill every claim for as long as a backlog of few
 * cases lasts.
 */
const PER_CASE_MAX = 100;

const BUSY = 'unnest($1::uuid[], $2::integer[]) AS busy(endpoint_id, taken)';

function lockStatement(
  name: string,
  now: NowSql,
  { taken, cap, limit }: Claim,
  before: string,
  due: string,
): Statement {
  return {
    name: nameOf(name, now),
    text: `
WITH ${before} due AS MATERIALIZED (${due})
SELECT locked.* FROM (SELECT DISTINCT case_id, endpoint_id FROM due) AS one CROSS JOIN LATERAL (
  SELECT case_id AS "caseId", seq, endpoint_id AS "endpointId" FROM endpoint_deliveries
  WHERE case_id = one.case_id AND endpoint_id = one.endpoint_id
    AND status = 'pending' AND next_attempt_at <= ${now}
  ORDER BY seq LIMIT ${PER_CASE_MAX} FOR UPDATE SKIP LOCKED) AS locked`,
    values: [[...taken.keys()], [...taken.values()], cap, limit],
  };
}

/**
 * Takes those of the locked rows whose turn it is, under a lease, and returns them with everything that their message
 * is made of. A statement of its own, so that it sees what ended while the first one locked.
 */
export function takeStatement(now: NowSql, keys: readonly DeliveryKey[]): Statement {
  return {
    name: nameOf('take', now),
    text: `
WITH locked AS MATERIALIZED (
  SELECT l.*, first.seq = l.seq AS turn, first.next_attempt_at AS first_at,
    CASE WHEN e.active IS NOT TRUE THEN 'endpoint-inactive' WHEN d.attempts - d.attempts_before >= ${TRIES_MAX}
      THEN 'never-finished' END AS over
  FROM (SELECT * FROM unnest($1::uuid[], $2::integer[], $3::uuid[]) AS keys(case_id, seq, endpoint_id) LIMIT $4) AS l
  JOIN endpoint_deliveries d USING (case_id, seq, endpoint_id)
  LEFT JOIN endpoints e ON e.id = l.endpoint_id
  CROSS JOIN LATERAL (
    SELECT seq, next_attempt_at FROM endpoint_deliveries
    WHERE case_id = l.case_id AND endpoint_id = l.endpoint_id AND status = 'pending' ORDER BY seq LIMIT 1) AS first
), moved AS (
  UPDATE endpoint_deliveries d SET
    status = CASE l.over WHEN 'endpoint-inactive' THEN 'cancelled' WHEN 'never-finished' THEN 'failed'
      ELSE 'pending' END,
    reason = coalesce(l.over, d.reason),
    finished_at = CASE WHEN l.over IS NOT NULL THEN ${now} END,
    attempts = d.attempts + (l.over IS NULL AND l.turn)::integer,
    next_attempt_at = CASE WHEN l.over IS NULL THEN
      CASE WHEN l.turn OR l.first_at <= ${now} THEN ${now} + ${LEASE} ELSE l.first_at END END
  FROM locked l WHERE d.case_id = l.case_id AND d.seq = l.seq AND d.endpoint_id = l.endpoint_id
  RETURNING d.case_id, d.seq, d.endpoint_id, d.attempts, d.attempts_before, l.over IS NULL AND l.turn AS taken
), begun AS (
  INSERT INTO endpoint_attempts (case_id, seq, endpoint_id, n, started_at)
  SELECT case_id, seq, endpoint_id, attempts, ${now} FROM moved WHERE taken
)
SELECT ${now} AS now, t.case_id, t.seq, t.endpoint_id, t.attempts, t.attempts_before,
  e.name, e.kind, e.url, e.locale, e.secret, e.previous_secret, e.previous_secret_until_at,
  j.type, CASE jsonb_typeof(j.data->'n') WHEN 'number' THEN (j.data->>'n')::integer END AS n, j.from_state, j.to_state, j.level_after, j.customer_visible, j.occurred_at, j.actor_kind,
  c.number, c.revision, c.department, c.priority
FROM moved t JOIN endpoints e ON e.id = t.endpoint_id
CROSS JOIN LATERAL (SELECT * FROM journal WHERE case_id = t.case_id AND seq = t.seq LIMIT 1) AS j
CROSS JOIN LATERAL (SELECT * FROM cases WHERE id = t.case_id LIMIT 1) AS c
WHERE t.taken`,
    values: [
      keys.map((key) => key.caseId),
      keys.map((key) => key.seq),
      keys.map((key) => key.endpointId),
      keys.length,
    ],
  };
}

/** What became of one try. */
export interface TryResult extends DeliveryKey {
  /** Number of the try: a worker that comes back from the dead after its lease changes nothing. */
  readonly n: number;
  readonly result: 'delivered' | 'failed';
  readonly code: string;
  readonly response: string | null;
  readonly latencyMs: number;
  /** null: it is not tried again. */
  readonly retryInMs: number | null;
}

/**
 * Writes them down, and tells whoever waits behind one when their turn may come. At most one of each case and
 * endpoint. Two limits by parameter tell the planner that few are meant: see `commit-sql.ts`.
 */
export function recordStatement(now: NowSql, tries: readonly TryResult[]): Statement {
  return {
    name: nameOf('record', now),
    text: `
WITH tried AS MATERIALIZED (
  SELECT * FROM (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS t("caseId" uuid, seq integer, "endpointId" uuid, n integer,
      result text, code text, response text, "latencyMs" integer, "retryInMs" double precision)
    LIMIT $2) AS few
  LIMIT $2
), noted AS (
  UPDATE endpoint_attempts a SET ended_at = ${now}, result = t.result, code = t.code, response = t.response,
    latency_ms = t."latencyMs"
  FROM tried t WHERE a.case_id = t."caseId" AND a.seq = t.seq AND a.endpoint_id = t."endpointId" AND a.n = t.n
), mine AS (
  UPDATE endpoint_deliveries d SET
    status = CASE WHEN t."retryInMs" IS NULL THEN t.result ELSE 'pending' END,
    reason = CASE t.result WHEN 'failed' THEN t.code END,
    finished_at = CASE WHEN t."retryInMs" IS NULL THEN ${now} END,
    next_attempt_at = ${now} + t."retryInMs" * interval '1 ms'
  FROM tried t WHERE d.case_id = t."caseId" AND d.seq = t.seq AND d.endpoint_id = t."endpointId"
    AND d.attempts = t.n AND d.status = 'pending'
  RETURNING d.case_id, d.seq, d.endpoint_id, d.next_attempt_at
), put_off AS (
  UPDATE endpoint_deliveries d SET next_attempt_at = m.next_attempt_at FROM mine m
  WHERE d.case_id = m.case_id AND d.endpoint_id = m.endpoint_id AND d.status = 'pending' AND d.seq > m.seq
    AND d.next_attempt_at < m.next_attempt_at
)
UPDATE endpoint_deliveries d SET next_attempt_at = ${now}
FROM mine m CROSS JOIN LATERAL (
  SELECT seq FROM endpoint_deliveries
  WHERE case_id = m.case_id AND endpoint_id = m.endpoint_id AND status = 'pending' AND seq > m.seq
  ORDER BY seq LIMIT 1) AS next
WHERE m.next_attempt_at IS NULL
  AND d.case_id = m.case_id AND d.seq = next.seq AND d.endpoint_id = m.endpoint_id AND d.status = 'pending'`,
    values: [JSON.stringify(tries), tries.length],
  };
}

/** Switches an endpoint off that says it wants nothing more, unless it has moved to another address meanwhile. */
export function switchOffStatement(now: NowSql, endpointId: string, url: string): Statement {
  return {
    text: `WITH off AS (
        UPDATE endpoints SET active = false, disabled_reason = 'gone', updated_at = ${now}
        WHERE id = $1 AND url = $2 AND active RETURNING id)
      UPDATE endpoint_deliveries SET status = 'cancelled', reason = 'endpoint-gone', next_attempt_at = NULL,
        finished_at = ${now}
      WHERE endpoint_id IN (SELECT id FROM off) AND status = 'pending'`,
    values: [endpointId, url],
  };
}
