/**
 * How messages leave and come back: addresses that bounce, endpoints that want to know, every attempt, and what was
 * received. Rows that must be acted on later carry `next_attempt_at` and nothing else says so.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const NOTIFICATIONS = `
ALTER TABLE notifications
  ADD COLUMN message_id text,
  ADD COLUMN in_doubt boolean NOT NULL DEFAULT false,
  ADD COLUMN waived integer NOT NULL DEFAULT 0,
  ADD COLUMN resent_at timestamptz[] NOT NULL DEFAULT '{}';
ALTER TABLE notification_attempts ADD COLUMN detail text;
COMMENT ON COLUMN notifications.next_attempt_at IS 'When to try next; while an attempt is under way, when its lease ends.';
COMMENT ON COLUMN notifications.message_id IS 'What the channel calls the message that was sent, e.g. the Message-ID of a mail.';
COMMENT ON COLUMN notifications.in_doubt IS 'Under way, or its last attempt may have arrived: it goes again, alone, before anything newer of its case.';
COMMENT ON COLUMN notifications.waived IS 'Attempts that the schedule of retries does not count: put off before sending, or before a resend by hand.';

-- CHECKs make these two conditions and status = 'pending' say the same; each look-up names the one of its own index, so
-- that it has one way to go. Of status the planner, before it has statistics, believes that one row in 200 has it, and
-- would rather sort than walk what is due in order.
DROP INDEX notifications_due;
CREATE INDEX notifications_due ON notifications (next_attempt_at, case_id) WHERE next_attempt_at IS NOT NULL;
-- What one case still has to tell on one channel.
CREATE INDEX notifications_waiting ON notifications (case_id, channel, seq) WHERE finished_at IS NULL;
-- Dead letters, newest first.
CREATE INDEX notifications_failed ON notifications (finished_at, case_id, seq, channel) WHERE status = 'failed';

-- What was told of lately; entries come in the order of their time, so this index costs next to nothing.
CREATE INDEX journal_recorded ON journal USING brin (recorded_at) WITH (autosummarize = on);

CREATE TABLE sent_today (
  channel text NOT NULL,
  address_hash bytea NOT NULL,
  day date NOT NULL,
  sent integer NOT NULL,
  PRIMARY KEY (channel, address_hash)
);
COMMENT ON TABLE sent_today IS 'Messages that an address got on its latest day (UTC), so that a fault cannot flood anybody.';

CREATE TABLE suppressions (
  channel text NOT NULL,
  address text NOT NULL,
  reason text NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (channel, address)
);
COMMENT ON TABLE suppressions IS 'Addresses that a channel must not try any more: hard bounces and complaints.';
`;

const ENDPOINTS = `
CREATE TABLE endpoints (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('webhook', 'slack', 'feishu', 'dingtalk', 'wecom')),
  url text NOT NULL,
  events text[] NOT NULL,
  active boolean NOT NULL,
  disabled_reason text,
  secret text NOT NULL,
  previous_secret text,
  previous_secret_until_at timestamptz,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
COMMENT ON TABLE endpoints IS 'Systems and chat rooms of the house that are told of case events.';
COMMENT ON COLUMN endpoints.events IS 'Journal types; empty: all.';
COMMENT ON COLUMN endpoints.previous_secret IS 'Signs beside the new one until its end, so that a receiver can rotate in peace.';

CREATE TABLE endpoint_deliveries (
  case_id uuid NOT NULL,
  seq integer NOT NULL,
  endpoint_id uuid NOT NULL,
  type text NOT NULL,
  status text NOT NULL CHECK (status IN ('pending', 'delivered', 'failed', 'cancelled')),
  reason text,
  attempts integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL,
  next_attempt_at timestamptz,
  finished_at timestamptz,
  PRIMARY KEY (case_id, seq, endpoint_id),
  CONSTRAINT endpoint_deliveries_finished_or_due CHECK (
    (status = 'pending') = (finished_at IS NULL) AND (status = 'pending') = (next_attempt_at IS NOT NULL)
  )
);
COMMENT ON TABLE endpoint_deliveries IS 'A journal entry that an endpoint is to hear of, written with the entry.';
CREATE INDEX endpoint_deliveries_due ON endpoint_deliveries (next_attempt_at, case_id) WHERE status = 'pending';
CREATE INDEX endpoint_deliveries_log ON endpoint_deliveries (endpoint_id, created_at, case_id, seq);

CREATE TABLE endpoint_attempts (
  case_id uuid NOT NULL,
  seq integer NOT NULL,
  endpoint_id uuid NOT NULL,
  n integer NOT NULL CHECK (n >= 1),
  started_at timestamptz NOT NULL,
  ended_at timestamptz,
  result text,
  code text,
  response text,
  PRIMARY KEY (case_id, seq, endpoint_id, n)
);
`;

const INBOUND = `
CREATE TABLE inbound_messages (
  message_id text PRIMARY KEY,
  channel text NOT NULL,
  case_id uuid,
  outcome text NOT NULL,
  received_at timestamptz NOT NULL
);
COMMENT ON TABLE inbound_messages IS 'Ids of messages that came in and what became of each, so that a second arrival changes nothing.';

CREATE TABLE attachments (
  case_id uuid NOT NULL,
  id uuid NOT NULL,
  message_id text,
  name text NOT NULL,
  media_type text NOT NULL,
  size integer NOT NULL CHECK (size >= 0),
  content bytea NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (case_id, id)
);
COMMENT ON COLUMN attachments.media_type IS 'As its first bytes say, not as the sender did.';
`;

export class Delivery1795305600004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(NOTIFICATIONS);
    await runner.query(ENDPOINTS);
    await runner.query(INBOUND);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP TABLE attachments, inbound_messages, endpoint_attempts, endpoint_deliveries, endpoints',
    );
    await runner.query('DROP TABLE suppressions, sent_today');
    await runner.query(`DROP INDEX notifications_due;
      CREATE INDEX notifications_due ON notifications (next_attempt_at, case_id) WHERE status = 'pending'`);
    await runner.query('DROP INDEX notifications_waiting, notifications_failed, journal_recorded');
    await runner.query(`ALTER TABLE notifications DROP COLUMN message_id, DROP COLUMN in_doubt, DROP COLUMN waived,
      DROP COLUMN resent_at`);
    await runner.query('ALTER TABLE notification_attempts DROP COLUMN detail');
  }
}
