/**
 * What erasing a person asks of the tables: when it was done, what of the journal may be blanked, and the order in which
 * old things are found. The application may not change a journal; the function here may, of a case whose journal says
 * that it was erased, and only from a text to `[erased]`.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const COLUMNS = `
ALTER TABLE customers ADD COLUMN erased_at timestamptz, ADD COLUMN erased_by text;
COMMENT ON COLUMN customers.erased_at IS 'When the person asked to be forgotten: from then on the record is not changed, nor any case opened for it.';
CREATE INDEX customers_erasing ON customers (erased_at) WHERE erased_at IS NOT NULL AND name <> '[erased]';
`;

/**
 * A word stays under a key that holds ids of ours, or where it is a code; everything else that is a text goes, and so do
 * the members of objects whose keys a caller made up. Numbers, truth values, nulls and how many there were stay.
 */
const ERASED_JSON = `
CREATE FUNCTION erased_json(value jsonb, key text) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  word text := value #>> '{}';
BEGIN
  CASE jsonb_typeof(value)
  WHEN 'object' THEN
    IF key NOT IN ('', 'routing', 'actions') THEN RETURN '{}'; END IF;
    RETURN (SELECT coalesce(jsonb_object_agg(m.key, erased_json(m.value, m.key)), '{}') FROM jsonb_each(value) AS m);
  WHEN 'array' THEN
    RETURN (SELECT coalesce(jsonb_agg(erased_json(m.value, key) ORDER BY m.n), '[]')
      FROM jsonb_array_elements(value) WITH ORDINALITY AS m(value, n));
  WHEN 'string' THEN
    IF key IN ('agentId', 'ownerId', 'assigneeId', 'department', 'departments', 'caseId', 'primaryCaseId',
        'secondaryCaseId', 'primaryNumber', 'primaryState', 'task', 'metric', 'flag', 'kind', 'currency', 'impact',
        'urgency', 'grade', 'rule', 'alarmed', 'decision')
        AND word ~ '^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$' AND word !~ '^(mailto|tel):'
        AND (key <> 'decision' OR word IN ('grant', 'alternative', 'refuse'))
      OR key = 'reason' AND word IN ('misrouted', 'missingInfo', 'notJustified', 'answered', 'lowRating',
        'undeliverable', 'followUp', 'salesLead')
      OR key = 'channel' AND word IN ('email', 'sms', 'phone', 'page')
    THEN RETURN value; END IF;
    RETURN '"[erased]"';
  ELSE
    RETURN value;
  END CASE;
END $$;
COMMENT ON FUNCTION erased_json IS 'What stays of a payload once its person is forgotten. Key: the member that holds it; empty at the top.';
`;

/**
 * Not a trigger's work and no right of the application: it is asked for one case, and does nothing unless the journal
 * itself says, for ever and chained, that this case was erased. Keys that are no words (UUIDs) stay, so that a retry
 * of long ago can still be told apart.
 */
const ERASE_CASE = `
CREATE FUNCTION erase_journal(erased_case uuid) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  blanked integer;
BEGIN
  IF NOT EXISTS (SELECT FROM public.journal WHERE case_id = erased_case AND type = 'case.erased') THEN
    RAISE EXCEPTION 'case % was not erased', erased_case USING ERRCODE = 'insufficient_privilege';
  END IF;
  UPDATE public.journal SET
    data = public.erased_json(data, ''),
    actor_id = CASE WHEN actor_kind = 'customer' OR actor_id ~ '^(mailto|tel):|@'
      OR principal = 'inbound' AND actor_id <> principal THEN '[erased]' ELSE actor_id END,
    principal = CASE WHEN principal ~ '^(mailto|tel):|@' THEN '[erased]' ELSE principal END,
    command_key = CASE WHEN command_key ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN command_key END
  WHERE case_id = erased_case AND type <> 'case.erased';
  GET DIAGNOSTICS blanked = ROW_COUNT;
  UPDATE public.escalations SET purpose = '[erased]', expected_outcome = '[erased]' WHERE case_id = erased_case;
  RETURN blanked;
END $$;
REVOKE ALL ON FUNCTION erase_journal(uuid) FROM PUBLIC;
COMMENT ON FUNCTION erase_journal IS 'Blanks the texts in the journal and the escalations of a case that was erased. The only way in which a journal changes.';
`;

/** Each serves one sweep; partial ones cost the rows that they leave out nothing. */
const INDEXES = `
CREATE INDEX cases_ended ON cases (updated_at, id) WHERE terminal AND NOT context ? 'erasedAt';
CREATE INDEX commands_case ON commands (case_id) WHERE seq IS NULL AND case_id IS NOT NULL;
CREATE INDEX inbound_messages_case ON inbound_messages (case_id) WHERE case_id IS NOT NULL;
CREATE INDEX inbound_messages_received ON inbound_messages (received_at);
CREATE INDEX attachments_created ON attachments (created_at);
CREATE INDEX notification_attempts_detailed ON notification_attempts (started_at) WHERE detail IS NOT NULL;
CREATE INDEX endpoint_attempts_answered ON endpoint_attempts (started_at) WHERE response IS NOT NULL;
`;

const KINDS = [
  'department',
  'playbook',
  'lifecyclePolicy',
  'calendar',
  'slaPolicy',
  'deliveryPolicy',
  'template',
  'routingRules',
  'compensationPolicy',
];
const kindIsOneOf = (kinds: readonly string[]): string => `
ALTER TABLE configuration DROP CONSTRAINT configuration_kind_known;
ALTER TABLE configuration ADD CONSTRAINT configuration_kind_known CHECK (kind IN (${kinds.map((kind) => `'${kind}'`).join(', ')}));
`;

export class Privacy1795305600014 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const part of [
      COLUMNS,
      ERASED_JSON,
      ERASE_CASE,
      INDEXES,
      kindIsOneOf([...KINDS, 'retentionPolicy']),
    ]) {
      await runner.query(part);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM configuration WHERE kind = 'retentionPolicy'`);
    await runner.query(kindIsOneOf(KINDS));
    await runner.query(`DROP INDEX cases_ended, commands_case, inbound_messages_case, inbound_messages_received,
      attachments_created, notification_attempts_detailed, endpoint_attempts_answered`);
    await runner.query('DROP FUNCTION erase_journal(uuid), erased_json(jsonb, text)');
    await runner.query('ALTER TABLE customers DROP COLUMN erased_at, DROP COLUMN erased_by');
  }
}
