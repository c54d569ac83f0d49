/** What working together asks of the directory: accounts, preferences, skills, shifts, and further configuration. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const PEOPLE = `
ALTER TABLE customers
  ADD COLUMN account text,
  ADD COLUMN preferences jsonb NOT NULL DEFAULT '{}',
  ADD COLUMN merged_into uuid;
COMMENT ON COLUMN customers.account IS 'The organisation that the customer belongs to, by its name in the house.';
COMMENT ON COLUMN customers.preferences IS 'Opt-outs by channel, quiet hours, consent.';
COMMENT ON COLUMN customers.merged_into IS 'The record that goes on, when two were found to be one person.';
CREATE INDEX customers_email ON customers (lower(email)) WHERE email IS NOT NULL;
CREATE INDEX customers_phone ON customers (phone) WHERE phone IS NOT NULL;
CREATE INDEX customers_account ON customers (account, id) WHERE account IS NOT NULL;

ALTER TABLE staff
  ADD COLUMN email text,
  ADD COLUMN skills text[] NOT NULL DEFAULT '{}',
  ADD COLUMN shift_calendar text,
  ADD COLUMN capacity integer CHECK (capacity > 0);
COMMENT ON COLUMN staff.shift_calendar IS 'Key of the calendar that says when this person works; null: the department''s.';
COMMENT ON COLUMN staff.capacity IS 'Tasks at one time; null: no bound.';
`;

/** A check cannot be widened in place. */
const KINDS = `
ALTER TABLE configuration DROP CONSTRAINT configuration_kind_check;
ALTER TABLE configuration ADD CONSTRAINT configuration_kind_known CHECK (kind IN ('department', 'playbook',
  'lifecyclePolicy', 'calendar', 'slaPolicy', 'deliveryPolicy', 'template', 'routingRules', 'compensationPolicy'));
`;

/** What similar cases got (fair treatment): cases with a compensation, by category. */
const COMPENSATED = `
CREATE INDEX cases_compensated ON cases (category, updated_at, id) WHERE context->'compensations' <> '[]';
`;

export class People1795305600005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(PEOPLE);
    await runner.query(KINDS);
    await runner.query(COMPENSATED);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX cases_compensated');
    await runner.query(`ALTER TABLE configuration DROP CONSTRAINT configuration_kind_known;
      ALTER TABLE configuration ADD CONSTRAINT configuration_kind_check CHECK
        (kind IN ('department', 'playbook', 'lifecyclePolicy', 'calendar', 'slaPolicy'))`);
    await runner.query(
      'ALTER TABLE staff DROP COLUMN email, DROP COLUMN skills, DROP COLUMN shift_calendar, DROP COLUMN capacity',
    );
    await runner.query(
      'ALTER TABLE customers DROP COLUMN account, DROP COLUMN preferences, DROP COLUMN merged_into',
    );
  }
}
