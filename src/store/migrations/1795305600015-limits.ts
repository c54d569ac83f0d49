/**
 * What callers used of their budgets, as far as nodes tell each other. Unlogged: after a crash the tables are empty,
 * and every caller begins with a whole budget, which is what a restart of all nodes would give too.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = `
CREATE UNLOGGED TABLE request_rates (
  key text PRIMARY KEY,
  free_at timestamptz NOT NULL
);
COMMENT ON TABLE request_rates IS 'Callers who use a good part of their rate. The key is a hash: nobody is named.';
COMMENT ON COLUMN request_rates.free_at IS 'When all that was used will have grown back, by the system''s clock.';

CREATE UNLOGGED TABLE request_windows (
  key text PRIMARY KEY,
  uses timestamptz[] NOT NULL,
  is_full boolean NOT NULL DEFAULT false,
  forget_at timestamptz NOT NULL
);
COMMENT ON TABLE request_windows IS 'Latest uses of what may be used so often in a span of time, oldest first.';
COMMENT ON COLUMN request_windows.is_full IS 'Whether the latest use was refused, and so is not among them.';
`;

export class Limits1795305600015 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE request_rates, request_windows');
  }
}
