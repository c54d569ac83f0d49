/**
 * What a build finds out about the builds that were here before it or are here beside it: which schema is the oldest
 * that they may run on, and which versions of the machine have written cases. Small enough to be asked at every start.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const FLOOR = `
CREATE TABLE schema_floor (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  migration text NOT NULL
);
COMMENT ON TABLE schema_floor IS 'The newest migration that a build must know to run on this schema; later ones only added what it can do without.';
`;

/** Both versions that were ever in use knew these states. */
const MACHINES = `
CREATE TABLE machine_versions (
  version integer PRIMARY KEY CHECK (version >= 1),
  states text[] NOT NULL,
  first_started_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE machine_versions IS 'Versions of the state machine that may have written cases here, and the states that each knows.';
INSERT INTO machine_versions (version, states)
SELECT version, ARRAY['received', 'frontline.working', 'frontline.returned', 'level1.dispatched', 'level1.working',
  'level2.dispatched', 'level2.working', 'arbitration', 'waiting', 'resolved', 'closed', 'withdrawn', 'merged']
FROM generate_series(1, 2) AS version;
`;

export class Compatibility1795305600016 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(FLOOR);
    await runner.query(MACHINES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE machine_versions, schema_floor');
  }
}
