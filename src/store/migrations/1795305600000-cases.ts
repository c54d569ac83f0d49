/**
 * The case, its escalations and its journal. Every per-case table has `case_id` first in its key, no unique index and
 * no foreign key crosses cases, and there is no trigger: the case is the unit of distribution (design.md).
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const CASES = `
CREATE TABLE cases (
  id uuid PRIMARY KEY,
  number text NOT NULL,
  machine_version integer NOT NULL CHECK (machine_version >= 1),
  revision integer NOT NULL CHECK (revision >= 1),
  state text NOT NULL,
  level smallint NOT NULL CONSTRAINT cases_two_levels_at_most CHECK (level IN (0, 1, 2)),
  max_level smallint NOT NULL,
  owner_id text,
  department text,
  member_id text,
  departments text[] NOT NULL,
  priority text NOT NULL CHECK (priority IN ('P1', 'P2', 'P3', 'P4')),
  grade text NOT NULL CHECK (grade IN ('standard', 'key', 'vip')),
  impact text NOT NULL CHECK (impact IN ('high', 'medium', 'low')),
  urgency text NOT NULL CHECK (urgency IN ('high', 'medium', 'low')),
  cycle integer NOT NULL CHECK (cycle >= 1),
  flags text[] NOT NULL,
  breached boolean NOT NULL,
  terminal boolean NOT NULL,
  subject text NOT NULL,
  description text NOT NULL,
  expected_outcome text NOT NULL,
  category text NOT NULL,
  channel text NOT NULL,
  order_ref text,
  customer_id uuid NOT NULL,
  previous_case_id uuid,
  received_at timestamptz NOT NULL,
  opened_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  next_update_due_at timestamptz,
  resolution_due_at timestamptz,
  next_due_at timestamptz,
  deadlines jsonb NOT NULL,
  context jsonb NOT NULL,
  CONSTRAINT cases_state_known CHECK (state IN (
    'received', 'frontline.working', 'frontline.returned', 'level1.dispatched', 'level1.working',
    'level2.dispatched', 'level2.working', 'arbitration', 'waiting', 'resolved', 'closed', 'withdrawn', 'merged'
  )),
  CONSTRAINT cases_level_fits_state CHECK (
    (state NOT LIKE 'level1.%' OR level = 1) AND (state NOT LIKE 'level2.%' OR level = 2)
  ),
  CONSTRAINT cases_max_level_never_below CHECK (max_level IN (0, 1, 2) AND max_level >= level),
  CONSTRAINT cases_nothing_due_when_ended CHECK (NOT terminal OR next_due_at IS NULL)
);

COMMENT ON TABLE cases IS 'One customer issue: its present state. Written by the engine alone, by compare-and-set on revision.';
COMMENT ON COLUMN cases.number IS 'What people call the case; derived from the id, so no sequence is needed.';
COMMENT ON COLUMN cases.machine_version IS 'Version of the state machine that wrote this row; a node that knows only older ones leaves it alone.';
COMMENT ON COLUMN cases.revision IS 'Number of the last journal entry; every write compares it.';
COMMENT ON COLUMN cases.level IS 'Present depth. The fourth net under the limit of two levels.';
COMMENT ON COLUMN cases.department IS 'Department of the present handler; null while the case lies with its owner.';
COMMENT ON COLUMN cases.departments IS 'Every department that has or ever had the case; decides which members may see it.';
COMMENT ON COLUMN cases.flags IS 'What is marked on the case now, for lists; the truth is in context.';
COMMENT ON COLUMN cases.terminal IS 'Nothing moves this case any more.';
COMMENT ON COLUMN cases.received_at IS 'When the channel received the issue; the customer''s clocks start here.';
COMMENT ON COLUMN cases.updated_at IS 'When the last journal entry occurred.';
COMMENT ON COLUMN cases.recorded_at IS 'When the last journal entry was written; keeps that time from going back across a fail-over.';
COMMENT ON COLUMN cases.next_due_at IS 'Earliest of deadlines; the only thing the due loop looks at.';
COMMENT ON COLUMN cases.deadlines IS 'All deadlines that now stand, derived from context: [{kind, metric, dueAt in epoch ms}].';
COMMENT ON COLUMN cases.context IS 'Everything that can change, as the machine keeps it; instants in epoch ms.';

-- The due loop's claim. Partial, so that ended cases leave it.
CREATE INDEX cases_due ON cases (next_due_at, id) WHERE next_due_at IS NOT NULL;
-- Lists page by keyset over (updated_at, id), alone or within one owner, customer or present department.
CREATE INDEX cases_updated ON cases (updated_at, id);
CREATE INDEX cases_owner ON cases (owner_id, updated_at, id);
CREATE INDEX cases_customer ON cases (customer_id, updated_at, id);
CREATE INDEX cases_department ON cases (department, updated_at, id) WHERE department IS NOT NULL;
-- What a member may see: every case that the department ever had.
CREATE INDEX cases_departments ON cases USING gin (departments);
CREATE INDEX cases_number ON cases (number);
`;

const ESCALATIONS = `
CREATE TABLE escalations (
  case_id uuid NOT NULL,
  level smallint NOT NULL CONSTRAINT escalations_two_levels_at_most CHECK (level IN (1, 2)),
  department text NOT NULL,
  purpose text NOT NULL,
  expected_outcome text NOT NULL,
  by text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (case_id, level)
);

COMMENT ON TABLE escalations IS 'The record of each climb: at most one per case and level, whatever the code above believes.';
`;

const JOURNAL = `
CREATE TABLE journal (
  case_id uuid NOT NULL,
  seq integer NOT NULL CHECK (seq >= 1),
  type text NOT NULL,
  from_state text,
  to_state text NOT NULL,
  level_after smallint NOT NULL CHECK (level_after IN (0, 1, 2)),
  actor_kind text NOT NULL,
  actor_id text NOT NULL,
  actor_department text,
  principal text,
  command_key text,
  occurred_at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  machine_version integer NOT NULL,
  customer_visible boolean NOT NULL,
  silence text,
  data jsonb NOT NULL,
  PRIMARY KEY (case_id, seq),
  CONSTRAINT journal_begins_at_one CHECK ((seq = 1) = (from_state IS NULL)),
  CONSTRAINT journal_silence_has_a_reason CHECK (customer_visible = (silence IS NULL))
);

COMMENT ON TABLE journal IS 'Append-only record of accepted events. The application''s role may insert and read, nothing else.';
COMMENT ON COLUMN journal.seq IS '1, 2, 3, … without gaps within a case; the case''s revision after the event.';
COMMENT ON COLUMN journal.principal IS 'Who authenticated, where that is not the actor alone; null when time acted.';
COMMENT ON COLUMN journal.command_key IS 'Idempotency key of the command; on one entry at most.';
COMMENT ON COLUMN journal.occurred_at IS 'When it happened: the database''s clock, or the message time of a customer''s reply.';
COMMENT ON COLUMN journal.recorded_at IS 'When it was written; never goes back within a case.';
COMMENT ON COLUMN journal.silence IS 'Why the customer is not told of this entry.';
COMMENT ON COLUMN journal.data IS 'The event''s payload: enough to fold the case again. Internal.';
`;

export class Cases1795305600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CASES);
    await runner.query(ESCALATIONS);
    await runner.query(JOURNAL);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE journal, escalations, cases');
  }
}
