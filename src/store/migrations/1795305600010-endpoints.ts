/** What sending to endpoints needs beyond 0004: a language, robots without a secret, and claims by endpoint. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const ENDPOINTS = `
ALTER TABLE endpoints ADD COLUMN locale text NOT NULL DEFAULT 'en' CHECK (locale IN ('en', 'zh-CN', 'zh-TW'));
ALTER TABLE endpoints ALTER COLUMN secret DROP NOT NULL;
COMMENT ON COLUMN endpoints.secret IS 'Null: a chat robot that checks none.';
`;

const DELIVERIES = `
ALTER TABLE endpoint_deliveries ADD COLUMN attempts_before integer NOT NULL DEFAULT 0;
COMMENT ON COLUMN endpoint_deliveries.attempts_before IS 'Attempts up to the last resend by hand: the schedule of retries counts from there.';
COMMENT ON COLUMN endpoint_deliveries.next_attempt_at IS 'When to try next; while an attempt is under way, when its lease ends.';
ALTER TABLE endpoint_attempts ADD COLUMN latency_ms integer;
COMMENT ON COLUMN endpoint_attempts.latency_ms IS 'By a clock that runs even where the business clock is moved by hand.';

-- A claim goes endpoint by endpoint, so that the backlog of one costs the others nothing.
CREATE INDEX endpoint_deliveries_waiting ON endpoint_deliveries (endpoint_id, next_attempt_at, case_id, seq)
  WHERE status = 'pending';
`;

export class Endpoints1795305600010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(ENDPOINTS);
    await runner.query(DELIVERIES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX endpoint_deliveries_waiting');
    await runner.query('ALTER TABLE endpoint_attempts DROP COLUMN latency_ms');
    await runner.query('ALTER TABLE endpoint_deliveries DROP COLUMN attempts_before');
    await runner.query(`UPDATE endpoints SET secret = '' WHERE secret IS NULL`);
    await runner.query('ALTER TABLE endpoints ALTER COLUMN secret SET NOT NULL');
    await runner.query('ALTER TABLE endpoints DROP COLUMN locale');
  }
}
