/** Who at an issuer is who here, the sessions of those who signed in, and what API keys are narrowed to. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const IDENTITIES = `
CREATE TABLE staff_identities (
  issuer text NOT NULL,
  subject text NOT NULL,
  staff_id text NOT NULL,
  linked_at timestamptz NOT NULL,
  PRIMARY KEY (issuer, subject)
);
COMMENT ON TABLE staff_identities IS 'Which person at an issuer is which member of staff, as administrators say.';
CREATE INDEX staff_identities_staff ON staff_identities (staff_id);
`;

const SESSIONS = `
CREATE TABLE sessions (
  secret_hash bytea PRIMARY KEY,
  staff_id text NOT NULL,
  issuer text NOT NULL,
  subject text NOT NULL,
  began_at timestamptz NOT NULL,
  last_used_at timestamptz NOT NULL
);
COMMENT ON COLUMN sessions.secret_hash IS 'SHA-256 of the cookie, which has 256 random bits; the cookie itself is not kept.';
COMMENT ON COLUMN sessions.last_used_at IS 'To the minute.';
CREATE INDEX sessions_staff ON sessions (staff_id);
`;

const SCOPES = `
ALTER TABLE api_keys ADD COLUMN scopes text[];
COMMENT ON COLUMN api_keys.scopes IS 'What the key is narrowed to; NULL: it may all that its holder may.';
`;

export class Identity1795305600012 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(IDENTITIES);
    await runner.query(SESSIONS);
    await runner.query(SCOPES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE api_keys DROP COLUMN scopes');
    await runner.query('DROP TABLE sessions, staff_identities');
  }
}
