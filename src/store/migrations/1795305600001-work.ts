/**
 * What follows from a transition and is written with it: tasks, messages to the customer, stored answers. All rows of
 * one case carry its `case_id` first; what must happen later has a due time in its row and nowhere else.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const TASKS = `
CREATE TABLE tasks (
  case_id uuid NOT NULL,
  key text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('handle', 'consult', 'approve', 'callback', 'arbitrate')),
  department text,
  assignee_id text,
  state text NOT NULL CHECK (state IN ('open', 'accepted', 'done', 'cancelled')),
  created_at timestamptz NOT NULL,
  due_at timestamptz,
  updated_at timestamptz NOT NULL,
  closed_at timestamptz,
  priority text NOT NULL,
  PRIMARY KEY (case_id, key),
  CONSTRAINT tasks_closed_when_over CHECK ((state IN ('done', 'cancelled')) = (closed_at IS NOT NULL))
);

COMMENT ON TABLE tasks IS 'Work items in a department''s inbox. Derived from the case by each step.';
COMMENT ON COLUMN tasks.department IS 'Null: a task for managers.';
COMMENT ON COLUMN tasks.priority IS 'The case''s priority when the task last changed.';

-- Inboxes hold unfinished work only, so the index stays small however old the system grows.
CREATE INDEX tasks_inbox ON tasks (department, due_at, case_id, key) WHERE state IN ('open', 'accepted');
CREATE INDEX tasks_assignee ON tasks (assignee_id, due_at, case_id, key)
  WHERE state IN ('open', 'accepted') AND assignee_id IS NOT NULL;
`;

const NOTIFICATIONS = `
CREATE TABLE notifications (
  case_id uuid NOT NULL,
  seq integer NOT NULL,
  channel text NOT NULL,
  key text NOT NULL,
  params jsonb NOT NULL,
  status text NOT NULL CHECK (status IN ('pending', 'delivered', 'suppressed', 'failed', 'covered')),
  reason text,
  covered_by integer,
  dedupe_key text NOT NULL,
  created_at timestamptz NOT NULL,
  next_attempt_at timestamptz,
  finished_at timestamptz,
  attempts integer NOT NULL DEFAULT 0,
  PRIMARY KEY (case_id, seq, channel),
  CONSTRAINT notifications_finished_or_due CHECK (
    (status = 'pending') = (finished_at IS NULL) AND (status = 'pending') = (next_attempt_at IS NOT NULL)
  ),
  CONSTRAINT notifications_covered_by_a_later_one CHECK ((status = 'covered') = (covered_by IS NOT NULL))
);

COMMENT ON TABLE notifications IS 'What the customer is told of a transition, one row per channel, written with it.';
COMMENT ON COLUMN notifications.key IS 'Key of the text in each language''s catalogue.';
COMMENT ON COLUMN notifications.params IS 'Values for the text: nothing but what a customer may read.';
COMMENT ON COLUMN notifications.covered_by IS 'seq of the later message that says this too.';
COMMENT ON COLUMN notifications.dedupe_key IS 'Tells a receiver that a second arrival is the same message.';

-- The delivery loop's claim.
CREATE INDEX notifications_due ON notifications (next_attempt_at, case_id) WHERE status = 'pending';

CREATE TABLE notification_attempts (
  case_id uuid NOT NULL,
  seq integer NOT NULL,
  channel text NOT NULL,
  n integer NOT NULL CHECK (n >= 1),
  started_at timestamptz NOT NULL,
  ended_at timestamptz,
  result text,
  code text,
  PRIMARY KEY (case_id, seq, channel, n)
);

COMMENT ON TABLE notification_attempts IS 'Each try to deliver a notification. Without ended_at: interrupted, so it may have arrived.';
`;

const CLOCKS = `
CREATE TABLE clocks (
  case_id uuid NOT NULL,
  metric text NOT NULL,
  cycle integer NOT NULL,
  attempt integer NOT NULL,
  policy_key text NOT NULL,
  policy_version integer NOT NULL,
  calendar_key text NOT NULL,
  calendar_version integer NOT NULL,
  target_seconds bigint,
  elapsed_seconds bigint NOT NULL,
  started_at timestamptz NOT NULL,
  due_at timestamptz,
  breached_at timestamptz,
  detected_at timestamptz,
  breach_cause text,
  stopped_at timestamptz NOT NULL,
  outcome text CHECK (outcome IN ('met', 'breached', 'cancelled')),
  spans jsonb NOT NULL,
  PRIMARY KEY (case_id, metric, cycle, attempt)
);

COMMENT ON TABLE clocks IS 'Measurements that have ended: written once, never changed. Those that run are in cases.context.';
COMMENT ON COLUMN clocks.target_seconds IS 'Null: measured without a target, and so without an outcome unless cancelled.';
COMMENT ON COLUMN clocks.spans IS 'Half-open running spans, [{fromAt, toAt}] in epoch ms.';
`;

const COMMANDS = `
CREATE TABLE commands (
  principal text NOT NULL,
  idempotency_key text NOT NULL,
  request_hash text NOT NULL,
  status smallint NOT NULL,
  body text NOT NULL,
  headers jsonb NOT NULL,
  case_id uuid,
  seq integer,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (principal, idempotency_key)
);

COMMENT ON TABLE commands IS 'Answers to keyed commands, written in the command''s own statement; kept at least 24 hours.';
COMMENT ON COLUMN commands.seq IS 'Journal entry that the command made; null when it was refused.';

-- The retention sweep deletes the oldest first, a few at a time.
CREATE INDEX commands_recorded ON commands (recorded_at);

CREATE TABLE customer_messages (
  case_id uuid NOT NULL,
  message_id text NOT NULL,
  seq integer NOT NULL,
  PRIMARY KEY (case_id, message_id)
);

COMMENT ON TABLE customer_messages IS 'Ids of inbound messages that were recorded, so that a second delivery changes nothing.';
`;

export class Work1795305600001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TASKS);
    await runner.query(NOTIFICATIONS);
    await runner.query(CLOCKS);
    await runner.query(COMMANDS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP TABLE customer_messages, commands, clocks, notification_attempts, notifications, tasks',
    );
  }
}
