/**
 * What a receiver of webhooks heard beside what the database says that it was to hear: each entry under one id, signed,
 * in order, and again only where nobody could know better. Each query yields one text per violation. Knows no connection.
 */
import type { DatabaseCheck } from './database-checks.js';

/** The id is made of what the message is about, so each arrival can be traced back; made again here, not trusted. */
const HEARD = `heard AS MATERIALIZED (
  SELECT h.id, h."caseId" AS case_id, h.seq, h.signed, h.place
  FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS (id text, "caseId" uuid, seq integer, signed boolean))
    WITH ORDINALITY AS h (id, "caseId", seq, signed, place)
), owed AS MATERIALIZED (
  SELECT d.*, 'msg_' || left(translate(encode(sha256(convert_to(d.case_id || '.' || d.seq || '.' || d.endpoint_id,
    'UTF8')), 'base64'), '+/', '-_'), 32) AS id
  FROM endpoint_deliveries d
)`;

/** Every node follows a new endpoint within five seconds; a machine that is busy, a little later. */
const KNOWN_AFTER = `interval '20 seconds'`;

export const WEBHOOK_CHECKS: readonly DatabaseCheck[] = [
  {
    invariant: 'I7',
    promise: 'no webhook comes that was never to be sent, nor under another id',
    needs: 'hooks',
    violations: `WITH ${HEARD} SELECT h.id || ' of ' || h.case_id || '.' || h.seq FROM heard h
      WHERE NOT EXISTS (SELECT FROM owed o WHERE o.id = h.id AND o.case_id = h.case_id AND o.seq = h.seq)`,
  },
  {
    invariant: 'I7',
    promise: 'every webhook is signed',
    needs: 'hooks',
    violations: `WITH ${HEARD} SELECT id || ' of ' || case_id || '.' || seq FROM heard WHERE NOT signed`,
  },
  {
    invariant: 'I7',
    promise: 'a webhook comes again only after an attempt that may have arrived',
    needs: 'hooks',
    violations: `WITH ${HEARD}, arrived AS (SELECT id, count(*) AS times FROM heard GROUP BY id)
      SELECT o.case_id || '.' || o.seq || ' came ' || a.times || ' times: '
        || coalesce(string_agg(coalesce(t.result || ' ' || t.code, 'interrupted'), ', ' ORDER BY t.n), 'no attempt')
      FROM arrived a JOIN owed o USING (id)
      LEFT JOIN endpoint_attempts t ON t.case_id = o.case_id AND t.seq = o.seq AND t.endpoint_id = o.endpoint_id
      GROUP BY o.case_id, o.seq, a.times
      HAVING a.times > count(*) FILTER (WHERE t.ended_at IS NULL OR t.result = 'delivered' OR t.code !~ '^[0-9]+$')
        OR count(*) FILTER (WHERE t.result = 'delivered') > 1`,
  },
  {
    invariant: 'I7',
    promise: 'a webhook that counts as delivered has come',
    needs: 'hooks',
    violations: `WITH ${HEARD} SELECT o.case_id || '.' || o.seq FROM owed o
      WHERE $1::jsonb <> '[]' AND o.status = 'delivered' AND NOT EXISTS (SELECT FROM heard h WHERE h.id = o.id)`,
  },
  {
    invariant: 'I7',
    promise: 'every entry is to be told to every endpoint that asks for its type',
    needs: null,
    violations: `SELECT j.case_id || '.' || j.seq || ' ' || j.type FROM journal j
      JOIN endpoints e ON e.active AND (e.events = '{}' OR j.type = ANY (e.events)) AND j.recorded_at > e.created_at + ${KNOWN_AFTER}
      WHERE NOT EXISTS (SELECT FROM endpoint_deliveries d
        WHERE d.case_id = j.case_id AND d.seq = j.seq AND d.endpoint_id = e.id)`,
  },
  {
    invariant: 'I8',
    promise: 'webhooks of one case come in the order of its history',
    needs: 'hooks',
    violations: `WITH ${HEARD}, ordered AS (
        SELECT case_id, seq, max(seq) OVER (PARTITION BY case_id ORDER BY place
          ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before FROM heard)
      SELECT case_id || ': webhook of ' || seq || ' after that of ' || before FROM ordered WHERE seq < before`,
  },
  {
    invariant: 'I10',
    promise: 'no webhook waits that is past its time',
    needs: 'restedAt',
    violations: `SELECT case_id || '.' || seq || ' was to be sent ' || next_attempt_at FROM endpoint_deliveries
      WHERE status = 'pending' AND next_attempt_at < $1::timestamptz - interval '20 seconds'`,
  },
];
