/** Customers, staff, keys, versioned configuration, secrets, and the clock that tests may move. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const PEOPLE = `
CREATE TABLE customers (
  id uuid PRIMARY KEY,
  external_id text UNIQUE,
  name text NOT NULL,
  email text,
  phone text,
  locale text,
  time_zone text,
  grade text NOT NULL CHECK (grade IN ('standard', 'key', 'vip')),
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);

COMMENT ON COLUMN customers.external_id IS 'Id of the customer in the system that they come from.';

CREATE TABLE staff (
  id text PRIMARY KEY,
  name text NOT NULL,
  role text NOT NULL CHECK (role IN ('agent', 'member', 'lead', 'manager', 'admin', 'service')),
  department text,
  active boolean NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT staff_department_for_members_and_leads CHECK ((role IN ('member', 'lead')) = (department IS NOT NULL))
);

CREATE TABLE api_keys (
  id uuid PRIMARY KEY,
  staff_id text NOT NULL,
  prefix text NOT NULL,
  secret_hash bytea NOT NULL UNIQUE,
  name text NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz
);

COMMENT ON COLUMN api_keys.prefix IS 'The readable beginning, to recognise a key by.';
COMMENT ON COLUMN api_keys.secret_hash IS 'SHA-256 of the whole key, which has 256 random bits; the key itself is not kept.';
CREATE INDEX api_keys_staff ON api_keys (staff_id);
`;

const CONFIGURATION = `
CREATE TABLE configuration (
  kind text NOT NULL CHECK (kind IN ('department', 'playbook', 'lifecyclePolicy', 'calendar', 'slaPolicy')),
  key text NOT NULL,
  version integer NOT NULL CHECK (version >= 1),
  body jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text NOT NULL,
  PRIMARY KEY (kind, key, version)
);

COMMENT ON TABLE configuration IS 'Every version of every policy. A change adds a version; what runs keeps its own.';

CREATE TABLE secrets (
  name text PRIMARY KEY,
  value text NOT NULL
);

CREATE TABLE manual_clock (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  now_at timestamptz NOT NULL
);

COMMENT ON TABLE manual_clock IS 'The present instant when CLOCK=manual; at most one row.';
`;

export class Directory1795305600002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(PEOPLE);
    await runner.query(CONFIGURATION);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE manual_clock, secrets, configuration, api_keys, staff, customers');
  }
}
