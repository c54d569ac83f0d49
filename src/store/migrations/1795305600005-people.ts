/** What working together asks of the directory: accounts, preferences, skills, shifts, and further configuration. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const PEOPLE = `
ALTER TABLE customers
  ADD COLUMN account text,
  ADD COLUMN preferences jsonb NOT NULL DEFAULT '{}',
  ADD COLUMN merged_into uuid,
  ADD COLUMN merged_at timestamptz,
  ADD COLUMN merged_by text,
  ADD COLUMN merge_reason text,
  ADD CONSTRAINT customers_merged_into_another CHECK (merged_into <> id),
  ADD CONSTRAINT customers_merge_is_on_record CHECK (
    (merged_into IS NULL) = (merged_at IS NULL)
    AND (merged_into IS NULL) = (merged_by IS NULL)
    AND (merged_into IS NULL) = (merge_reason IS NULL)
  );
COMMENT ON COLUMN customers.account IS 'The organisation that the customer belongs to, by its name in the house.';
COMMENT ON COLUMN customers.preferences IS 'Opt-outs by channel, quiet hours, consent.';
COMMENT ON COLUMN customers.merged_into IS 'The record that goes on, when two were found to be one person. Never itself merged.';
CREATE INDEX customers_merged ON customers (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX customers_email ON customers (lower(email)) WHERE email IS NOT NULL;
-- However it is written: the same number is the same telephone.
CREATE INDEX customers_phone ON customers (translate(phone, ' ()./-', '')) WHERE phone IS NOT NULL;
CREATE INDEX customers_account ON customers (account, id) WHERE account IS NOT NULL;

ALTER TABLE staff
  ADD COLUMN email text,
  ADD COLUMN skills text[] NOT NULL DEFAULT '{}',
  ADD COLUMN shift_calendar text,
  ADD COLUMN capacity integer CHECK (capacity > 0),
  ADD COLUMN changed_at timestamptz,
  ADD COLUMN changed_by text;
COMMENT ON COLUMN staff.shift_calendar IS 'Key of the calendar that says when this person works; null: the department''s.';
COMMENT ON COLUMN staff.capacity IS 'Tasks at one time; null: no bound.';
`;

/** A check cannot be widened in place. */
const KINDS = `
ALTER TABLE configuration DROP CONSTRAINT configuration_kind_check;
ALTER TABLE configuration ADD CONSTRAINT configuration_kind_known CHECK (kind IN ('department', 'playbook',
  'lifecyclePolicy', 'calendar', 'slaPolicy', 'deliveryPolicy', 'template', 'routingRules', 'compensationPolicy'));
`;

/** How much an agent has in hand, counted up to a bound. */
const OWNED = `
CREATE INDEX cases_owned ON cases (owner_id)
  WHERE owner_id IS NOT NULL AND state NOT IN ('resolved', 'closed', 'withdrawn', 'merged');
`;

/** What similar cases got (fair treatment): cases with a compensation, by category. */
const COMPENSATED = `
CREATE INDEX cases_compensated ON cases (category, updated_at, id) WHERE context->'compensations' <> '[]';
`;

export class People1795305600005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(PEOPLE);
    await runner.query(KINDS);
    await runner.query(OWNED);
    await runner.query(COMPENSATED);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX cases_compensated, cases_owned');
    await runner.query(`ALTER TABLE configuration DROP CONSTRAINT configuration_kind_known;
      ALTER TABLE configuration ADD CONSTRAINT configuration_kind_check CHECK
        (kind IN ('department', 'playbook', 'lifecyclePolicy', 'calendar', 'slaPolicy'))`);
    await runner.query(
      `ALTER TABLE staff DROP COLUMN email, DROP COLUMN skills, DROP COLUMN shift_calendar, DROP COLUMN capacity,
         DROP COLUMN changed_at, DROP COLUMN changed_by`,
    );
    await runner.query(
      `ALTER TABLE customers DROP COLUMN account, DROP COLUMN preferences, DROP COLUMN merged_into,
         DROP COLUMN merged_at, DROP COLUMN merged_by, DROP COLUMN merge_reason`,
    );
  }
}
