/**
 * The checks that a set-based query answers best, over the `audit` views where these show enough. Each query yields
 * one row per violation: `case_id, seq, detail`. Knows nothing of connections; writes nothing.
 */
import type { SqlCheck } from './check.js';
import { MONEY_CHECKS } from './money-checks.js';
import { legalTriples, WAYS_ON } from './published-moves.js';

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const LEGAL_MOVES = legalTriples()
  .map(({ type, from, to }) => `(${[type, from, to].map(quoted).join(', ')})`)
  .join(',\n    ');

const WAY_ON_ROWS = WAYS_ON.map(
  ({ state, task, deadline }) => `(${quoted(state)}, ${quoted(task ?? '')}, ${quoted(deadline ?? '')})`,
).join(',\n    ');

/** Deliveries are tried for at least three days; one that still waits after a week will wait for ever. */
const PENDING_TOO_LONG = `interval '7 days'`;

const LEVELS: SqlCheck[] = [
  {
    promise: 'every level is 0, 1 or 2',
    invariant: 1,
    violations: `
      SELECT case_id, seq, 'journal says level ' || level_after AS detail FROM audit.journal
      WHERE level_after IS NULL OR level_after NOT IN (0, 1, 2)
      UNION ALL
      SELECT case_id, revision, 'the case says level ' || level FROM audit."case"
      WHERE level IS NULL OR level NOT IN (0, 1, 2)`,
  },
  {
    promise: 'one escalation record at most per case and level',
    invariant: 1,
    violations: `
      SELECT case_id, NULL::integer AS seq, count(*) || ' records of level ' || level AS detail
      FROM escalations GROUP BY case_id, level HAVING count(*) > 1 OR level NOT IN (1, 2)
      UNION ALL
      SELECT c.id, c.revision, count(*) || ' records of level ' || (e.value->>'level') || ' in the case'
      FROM cases c, jsonb_array_elements(c.context->'escalations') AS e
      GROUP BY c.id, c.revision, e.value->>'level' HAVING count(*) > 1 OR e.value->>'level' NOT IN ('1', '2')`,
  },
  {
    promise: 'a case has an escalation record of just the levels that its journal reaches',
    invariant: 1,
    violations: `
      WITH reached AS (SELECT case_id, level_after AS level, min(seq) AS seq FROM audit.journal
        WHERE level_after > 0 GROUP BY case_id, level_after),
      recorded AS (SELECT DISTINCT case_id, level FROM escalations),
      kept AS (SELECT DISTINCT c.id AS case_id, (e.value->>'level')::smallint AS level
        FROM cases c, jsonb_array_elements(c.context->'escalations') AS e)
      SELECT case_id, seq, 'level ' || level || ': '
        || concat_ws(', ', CASE WHEN reached.seq IS NULL THEN 'not in the journal' END,
             CASE WHEN recorded.case_id IS NULL THEN 'no record' END, CASE WHEN kept.case_id IS NULL THEN 'not in the case' END)
        AS detail
      FROM reached FULL JOIN (SELECT *, true AS there FROM recorded) recorded USING (case_id, level)
        FULL JOIN kept USING (case_id, level)
      WHERE reached.seq IS NULL OR recorded.there IS NULL OR kept.case_id IS NULL`,
  },
];

const JOURNAL: SqlCheck[] = [
  {
    promise: 'every case has a journal, and every journal a case',
    invariant: 2,
    violations: `
      SELECT case_id, NULL::integer AS seq, 'the case has no journal' AS detail FROM audit."case" c
      WHERE NOT EXISTS (SELECT FROM audit.journal j WHERE j.case_id = c.case_id)
      UNION ALL
      SELECT j.case_id, min(j.seq), 'the journal has no case' FROM audit.journal j
      WHERE NOT EXISTS (SELECT FROM audit."case" c WHERE c.case_id = j.case_id) GROUP BY j.case_id`,
  },
  {
    promise: 'seq runs 1, 2, 3, … to the revision, without a gap',
    invariant: 2,
    violations: `
      SELECT c.case_id, j.highest AS seq,
        j.entries || ' entries from ' || j.lowest || ' to ' || j.highest || ', revision ' || c.revision AS detail
      FROM audit."case" c
      JOIN (SELECT case_id, count(*) AS entries, min(seq) AS lowest, max(seq) AS highest FROM audit.journal
        GROUP BY case_id) j USING (case_id)
      WHERE j.lowest <> 1 OR j.entries <> j.highest OR j.highest <> c.revision`,
  },
  {
    promise: 'recorded_at never goes back within a case, nor does occurred_at',
    invariant: 2,
    violations: `
      SELECT case_id, seq, concat_ws(', ', CASE WHEN recorded_at < recorded_before THEN 'recorded_at ' || recorded_at || ' after ' || recorded_before END,
        CASE WHEN occurred_at < occurred_before THEN 'occurred_at ' || occurred_at || ' after ' || occurred_before END) AS detail
      FROM (SELECT case_id, seq, recorded_at, lag(recorded_at) OVER w AS recorded_before, occurred_at,
          lag(occurred_at) OVER w AS occurred_before
        FROM audit.journal WINDOW w AS (PARTITION BY case_id ORDER BY seq)) steps
      WHERE recorded_at < recorded_before OR occurred_at < occurred_before`,
  },
  {
    promise: 'every entry begins in the state in which the one before it ended',
    invariant: 2,
    violations: `
      SELECT case_id, seq, 'from ' || coalesce(from_state, 'nothing') || ' after ' || coalesce(before, 'nothing') AS detail
      FROM (SELECT case_id, seq, from_state, lag(to_state) OVER (PARTITION BY case_id ORDER BY seq) AS before
        FROM audit.journal) steps
      WHERE from_state IS DISTINCT FROM before`,
  },
  {
    promise: 'every move (type, from, to) is in the published table',
    invariant: 2,
    violations: `
      SELECT j.case_id, j.seq, j.type || ' from ' || coalesce(j.from_state, 'nothing') || ' to ' || j.to_state AS detail
      FROM audit.journal j LEFT JOIN (VALUES
    ${LEGAL_MOVES}) AS legal (type, from_state, to_state)
        ON legal.type = j.type AND legal.from_state = coalesce(j.from_state, '') AND legal.to_state = j.to_state
      WHERE legal.type IS NULL`,
  },
  {
    promise: 'a case stands where its last entry left it',
    invariant: 2,
    violations: `
      SELECT c.case_id, j.seq, 'the case says ' || c.state || ' at level ' || c.level || ', its journal '
        || j.to_state || ' at level ' || j.level_after AS detail
      FROM audit."case" c JOIN audit.journal j ON j.case_id = c.case_id AND j.seq = c.revision
      WHERE c.state <> j.to_state OR c.level <> j.level_after`,
  },
];

const NOTIFICATIONS: SqlCheck[] = [
  {
    promise: 'every customer-visible entry has exactly one notification per channel, every other none',
    invariant: 3,
    violations: `
      SELECT case_id, seq, coalesce(type, 'no entry') || ': ' || coalesce(notices, 0) || ' notifications' AS detail
      FROM audit.journal FULL JOIN (
        SELECT case_id, seq, count(*) AS notices, count(DISTINCT channel) AS channels FROM audit.notification
        GROUP BY case_id, seq) n USING (case_id, seq)
      WHERE CASE WHEN customer_visible THEN notices IS NULL OR notices <> channels ELSE notices IS NOT NULL END`,
  },
  {
    promise:
      'every notification ends delivered, suppressed for a reason, failed after trying, or covered by a later one',
    invariant: 3,
    violations: `
      SELECT n.case_id, n.seq, n.status || coalesce(': ' || n.reason, '') AS detail FROM audit.notification n
      WHERE CASE n.status
        WHEN 'delivered' THEN n.finished_at IS NULL
        WHEN 'suppressed' THEN n.finished_at IS NULL OR coalesce(n.reason, '') = ''
        WHEN 'failed' THEN n.finished_at IS NULL OR n.attempts < 1
        WHEN 'covered' THEN n.covered_by IS NULL OR n.covered_by <= n.seq OR NOT EXISTS (
          SELECT FROM audit.notification later
          WHERE later.case_id = n.case_id AND later.seq = n.covered_by AND later.channel = n.channel)
        WHEN 'pending' THEN n.created_at < (SELECT max(recorded_at) FROM audit.journal) - ${PENDING_TOO_LONG}
        ELSE true END`,
  },
];

const CLOCKS: SqlCheck[] = [
  {
    // Whether waiting pauses the first response, too, is for the SLA policy to say.
    promise: 'no clock but that of a promise runs in an ended, resolved or waiting case',
    invariant: 5,
    violations: `
      SELECT c.case_id, c.revision AS seq, s.metric || ' runs in ' || c.state AS detail
      FROM audit.clock_span s JOIN audit."case" c USING (case_id)
      WHERE s.to_at IS NULL AND (c.terminal OR s.metric <> 'promise')
        AND (c.state IN ('resolved', 'closed', 'withdrawn', 'merged')
          OR (c.state = 'waiting' AND s.metric <> 'firstResponse'))`,
  },
];

const WAYS: SqlCheck[] = [
  {
    promise: 'every open case is in a published state, with the task or deadline that leads on from there',
    invariant: 8,
    violations: `
      WITH published (state, task, deadline) AS (VALUES
    ${WAY_ON_ROWS},
    ('waiting', NULL, 'waitingExpiry'))
      SELECT c.case_id, c.revision AS seq, CASE
          WHEN p.state IS NULL THEN 'no way on is known from ' || c.state
          WHEN p.task IS DISTINCT FROM coalesce(t.kinds, '') AND p.task IS NOT NULL
            THEN c.state || ' wants task "' || p.task || '", unfinished: "' || coalesce(t.kinds, '') || '"'
          ELSE c.state || ' wants deadline ' || p.deadline END AS detail
      FROM audit."case" c
      LEFT JOIN published p ON p.state = c.state
      LEFT JOIN (SELECT case_id, string_agg(kind, ',') AS kinds FROM tasks
        WHERE state IN ('open', 'accepted') AND kind IN ('handle', 'arbitrate') GROUP BY case_id) t ON t.case_id = c.case_id
      WHERE NOT c.terminal AND (p.state IS NULL
        OR (p.task IS NOT NULL AND p.task <> coalesce(t.kinds, ''))
        OR (p.deadline <> '' AND NOT EXISTS (SELECT FROM audit.deadline d
          WHERE d.case_id = c.case_id AND d.fired_at IS NULL AND d.kind = p.deadline)))`,
  },
  {
    promise: 'an ended case has neither deadline nor unfinished task',
    invariant: 8,
    violations: `
      SELECT c.case_id, c.revision AS seq, 'deadline ' || d.kind AS detail FROM audit."case" c
      JOIN audit.deadline d ON d.case_id = c.case_id AND d.fired_at IS NULL WHERE c.terminal
      UNION ALL
      SELECT c.case_id, c.revision, 'task ' || t.key FROM audit."case" c
      JOIN tasks t ON t.case_id = c.case_id AND t.state IN ('open', 'accepted') WHERE c.terminal`,
  },
  {
    promise: 'the due loop looks at the earliest deadline of every case',
    invariant: 8,
    violations: `
      SELECT c.id AS case_id, c.revision AS seq, 'next_due_at ' || coalesce(c.next_due_at::text, 'none')
        || ', earliest deadline ' || coalesce(d.earliest::text, 'none') AS detail
      FROM cases c LEFT JOIN (SELECT case_id, min(due_at) AS earliest FROM audit.deadline WHERE fired_at IS NULL
        GROUP BY case_id) d ON d.case_id = c.id
      WHERE c.next_due_at IS DISTINCT FROM d.earliest`,
  },
];

const COMMANDS: SqlCheck[] = [
  {
    promise: 'one stored answer per principal and idempotency key',
    invariant: 9,
    violations: `
      SELECT min(case_id::text)::uuid AS case_id, NULL::integer AS seq,
        principal || ' used ' || idempotency_key || ' for ' || count(*) || ' answers' AS detail
      FROM audit.command GROUP BY principal, idempotency_key HAVING count(*) > 1`,
  },
  {
    promise: 'every accepted command on a case has its one journal entry, every refused one none',
    invariant: 9,
    violations: `
      SELECT k.case_id, min(j.seq) AS seq,
        k.idempotency_key || ' answered ' || k.status || ' with ' || count(j.seq) || ' entries' AS detail
      FROM commands k LEFT JOIN journal j
        ON j.case_id = k.case_id AND j.command_key = k.idempotency_key AND j.principal = k.principal
      WHERE k.case_id IS NOT NULL
      GROUP BY k.principal, k.idempotency_key, k.case_id, k.status
      HAVING count(j.seq) <> CASE WHEN k.status < 300 THEN 1 ELSE 0 END`,
  },
  {
    promise: 'one journal entry at most per case, principal and command key',
    invariant: 9,
    violations: `
      SELECT case_id, max(seq) AS seq, command_key || ' made ' || count(*) || ' entries' AS detail
      FROM journal WHERE command_key IS NOT NULL GROUP BY case_id, principal, command_key HAVING count(*) > 1`,
  },
];

export const SQL_CHECKS: readonly SqlCheck[] = [
  ...LEVELS,
  ...JOURNAL,
  ...NOTIFICATIONS,
  ...CLOCKS,
  ...WAYS,
  ...COMMANDS,
  ...MONEY_CHECKS,
];
