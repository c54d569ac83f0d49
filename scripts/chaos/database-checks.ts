/**
 * What a run's database must hold when everything has come to rest, beyond what the audit checks of any database: times
 * of deadlines, mails one by one, nothing that waits for nobody. Each query yields one text per violation. Knows no
 * connection.
 */

export interface DatabaseCheck {
  readonly invariant: string;
  readonly promise: string;
  /**
   * What $1 is: Message-IDs, or webhooks as JSON, as they arrived; a number; the instant until which nodes ran. null: no
   * parameter.
   */
  readonly needs: 'mails' | 'hooks' | 'lateMaxMs' | 'restedAt' | null;
  readonly violations: string;
}

/** A mail's id is made of the key under which a receiver could tell its second arrival; so each can be traced back. */
const SUNK = `sunk AS MATERIALIZED (
  SELECT substring(m.id FROM '^<?([0-9a-f]{40})@') AS digest, m.id, m.place
  FROM unnest($1::text[]) WITH ORDINALITY AS m (id, place)
), mail AS MATERIALIZED (
  SELECT n.*, left(encode(sha256(convert_to(n.dedupe_key, 'UTF8')), 'hex'), 40) AS digest
  FROM audit.notification n WHERE n.channel = 'email'
)`;

export const DATABASE_CHECKS: readonly DatabaseCheck[] = [
  {
    invariant: 'I7',
    promise: 'no mail comes that was never to be sent',
    needs: 'mails',
    violations: `WITH ${SUNK} SELECT s.id FROM sunk s WHERE NOT EXISTS (SELECT FROM mail m WHERE m.digest = s.digest)`,
  },
  {
    invariant: 'I7',
    promise: 'a mail comes again only after an attempt that may have arrived',
    needs: 'mails',
    violations: `WITH ${SUNK}, arrived AS (SELECT digest, count(*) AS times FROM sunk GROUP BY digest)
      SELECT m.id || ' came ' || a.times || ' times: ' || coalesce(string_agg(coalesce(t.result, 'interrupted'), ', ' ORDER BY t.n), 'no attempt')
      FROM arrived a JOIN mail m USING (digest) LEFT JOIN audit.attempt t ON t.notification_id = m.id
      GROUP BY m.id, a.times
      HAVING a.times > count(*) FILTER (WHERE t.ended_at IS NULL OR t.result IN ('delivered', 'perhapsArrived'))
        OR count(*) FILTER (WHERE t.result = 'delivered') > 1`,
  },
  {
    invariant: 'I7',
    promise: 'every entry that the customer may know of has a mail of its own, or a reason why not',
    needs: 'mails',
    violations: `SELECT j.case_id || '.' || j.seq || ' ' || j.type FROM journal j
      WHERE cardinality($1::text[]) > 0 AND j.customer_visible
        AND NOT EXISTS (SELECT FROM notifications n WHERE n.case_id = j.case_id AND n.seq = j.seq AND n.channel = 'email')`,
  },
  {
    invariant: 'I7',
    promise: 'an entry of which the customer hears nothing says why',
    needs: null,
    violations: `SELECT case_id || '.' || seq || ' ' || type FROM journal WHERE customer_visible = (silence IS NOT NULL)`,
  },
  {
    invariant: 'I8',
    promise: 'mails of one case come in the order of its history',
    needs: 'mails',
    violations: `WITH ${SUNK}, ordered AS (
        SELECT m.case_id, m.seq, s.place, max(m.seq) OVER (PARTITION BY m.case_id ORDER BY s.place
          ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
        FROM sunk s JOIN mail m USING (digest))
      SELECT case_id || ': mail of ' || seq || ' after that of ' || before FROM ordered WHERE seq < before`,
  },
  {
    invariant: 'I9',
    promise: 'no deadline fires before it is due',
    needs: null,
    violations: `SELECT case_id || '.' || fired_seq || ' ' || kind || ' ' || (due_at - fired_at) || ' early'
      FROM audit.deadline WHERE fired_at < due_at`,
  },
  {
    invariant: 'I9',
    promise: 'no deadline fires twice',
    needs: null,
    // Of the journal itself: the view leaves out which of several consults, promises, callbacks or warnings it was.
    violations: `SELECT case_id || ' ' || type || concat_ws(' ', '', metric, attempt, percent) || ' due ' || due || ' fired ' || count(*) || ' times'
      FROM (SELECT case_id, type, data->>'dueAt' AS due, data->>'metric' AS metric, coalesce(data->>'attempt', data->>'n') AS attempt,
        data->>'percent' AS percent FROM journal WHERE actor_kind = 'system' AND data ? 'dueAt') AS fired
      GROUP BY case_id, type, metric, attempt, percent, due HAVING count(*) > 1`,
  },
  {
    invariant: 'I9',
    promise: 'no deadline fires later than the longest outage explains',
    needs: 'lateMaxMs',
    violations: `SELECT case_id || '.' || fired_seq || ' ' || kind || ' ' || (fired_at - due_at) || ' late'
      FROM audit.deadline WHERE fired_at > due_at + $1::double precision * interval '1 ms'`,
  },
  {
    invariant: 'I10',
    promise: 'no deadline stands that is past',
    needs: 'restedAt',
    violations: `SELECT case_id || ' ' || kind || ' was due ' || due_at FROM audit.deadline
      WHERE fired_at IS NULL AND due_at < $1::timestamptz - interval '10 seconds'`,
  },
  {
    invariant: 'I10',
    promise: 'no message waits that is past its time',
    needs: 'restedAt',
    // What may have arrived keeps the others of its case back until its own time.
    violations: `SELECT case_id || '.' || seq || ' ' || channel || ' was to be sent ' || next_attempt_at FROM notifications n
      WHERE status = 'pending' AND next_attempt_at < $1::timestamptz - interval '20 seconds'
        AND NOT EXISTS (SELECT FROM notifications b WHERE b.case_id = n.case_id AND b.channel = n.channel
          AND b.in_doubt AND b.status = 'pending' AND b.next_attempt_at > $1::timestamptz - interval '20 seconds')`,
  },
  {
    invariant: 'I12',
    promise:
      'a breach is stamped with its due time, is found after it, and never on a clock that stopped in time',
    needs: null,
    violations: `SELECT case_id || ' ' || metric || ' due ' || due_at || ', breached ' || breached_at || ', found ' || coalesce(detected_at::text, 'never')
      FROM audit.clock WHERE breached_at IS NOT NULL
        AND (breached_at <> due_at OR detected_at IS NULL OR detected_at < breached_at OR stopped_at <= due_at AND stopped_at < detected_at)`,
  },
  {
    invariant: 'I24',
    promise: 'every case is of one machine version that its last entry knows',
    needs: null,
    violations: `SELECT c.case_id || ' is of version ' || c.machine_version FROM audit."case" c
      JOIN audit.journal j ON j.case_id = c.case_id AND j.seq = c.revision WHERE j.machine_version <> c.machine_version`,
  },
];
