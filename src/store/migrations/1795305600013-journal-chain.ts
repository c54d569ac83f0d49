/**
 * Tamper evidence: every entry of the journal carries a digest of what concerns people and a link over the rest and the
 * link before it. The two functions are the only definition of both; whoever writes and whoever checks calls them.
 * Their text depends on no session setting, so the same row gives the same bytes for ever.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a text is made of, as bytes. `convert_to` does the same, but counts as depending on the session: no inlining. */
const bytes = (text: string): string => `decode(replace(${text}, '\\', '\\\\'), 'escape')`;

/**
 * `quote_nullable` keeps neighbours apart whatever they contain; the send functions have a fixed width: times are
 * microseconds since 2000-01-01 UTC in eight bytes. Expressions of immutable functions are inlined where they are
 * called, which costs 3 µs an entry for both; as calls they would cost 10.
 */
const FUNCTIONS = `
CREATE FUNCTION journal_digest(salt bytea, actor_id text, principal text, command_key text, data jsonb) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN sha256(coalesce(salt, ''::bytea) || ${bytes(`quote_nullable(actor_id) || ',' || quote_nullable(principal)
  || ',' || quote_nullable(command_key) || ',' || data::text`)});

CREATE FUNCTION journal_link(previous bytea, case_id uuid, seq integer, type text, from_state text, to_state text,
  level_after smallint, actor_kind text, actor_department text, occurred_at timestamptz, recorded_at timestamptz,
  machine_version integer, customer_visible boolean, silence text, digest bytea) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN sha256(coalesce(previous, ''::bytea) || uuid_send(case_id) || int4send(seq) || int2send(level_after)
  || timestamptz_send(occurred_at) || timestamptz_send(recorded_at) || int4send(machine_version)
  || boolsend(customer_visible) || digest || ${bytes(`quote_nullable(type) || ',' || quote_nullable(from_state)
  || ',' || quote_nullable(to_state) || ',' || quote_nullable(actor_kind) || ',' || quote_nullable(actor_department)
  || ',' || quote_nullable(silence)`)});

COMMENT ON FUNCTION journal_digest IS 'What an entry says of people, under the salt of its case: nobody can guess it once the salt is gone.';
COMMENT ON FUNCTION journal_link IS 'What holds an entry in its place: all but the personal part, its digest, and the link before it.';
`;

/** The volatile default gives each case that is there a salt of its own; new ones get theirs from the statement that opens them. */
const COLUMNS = `
ALTER TABLE cases ADD COLUMN salt bytea DEFAULT uuid_send(gen_random_uuid());
ALTER TABLE cases ALTER COLUMN salt DROP DEFAULT;
ALTER TABLE journal ADD COLUMN digest bytea, ADD COLUMN link bytea;
COMMENT ON COLUMN cases.salt IS 'Hides what the digests of the journal were made of; null once the case is erased.';
COMMENT ON COLUMN journal.digest IS 'journal_digest of actor, principal, command key and data, as they were written.';
COMMENT ON COLUMN journal.link IS 'journal_link of this entry and the one before it.';
`;

/** Cases a statement. */
const BATCH = 5_000;

/** The end of the next batch after $1; null when nothing is left. */
const NEXT = `
SELECT max(id::text)::uuid AS last, count(*)::integer AS cases
FROM (SELECT DISTINCT case_id AS id FROM journal WHERE $1::uuid IS NULL OR case_id > $1 ORDER BY 1 LIMIT ${BATCH}) AS few`;

/** From entry to entry by the key; an entry that is missing already is stepped over, for the audit to name. */
const CHAIN = `
WITH RECURSIVE chain AS (
  SELECT j.case_id, j.seq, d.digest, journal_link(NULL, j.case_id, j.seq, j.type, j.from_state, j.to_state, j.level_after,
    j.actor_kind, j.actor_department, j.occurred_at, j.recorded_at, j.machine_version, j.customer_visible, j.silence,
    d.digest) AS link
  FROM (SELECT case_id, min(seq) AS seq FROM journal WHERE ($1::uuid IS NULL OR case_id > $1) AND case_id <= $2
    GROUP BY case_id) AS first
  JOIN journal j USING (case_id, seq) LEFT JOIN cases c ON c.id = j.case_id
  CROSS JOIN LATERAL (SELECT journal_digest(c.salt, j.actor_id, j.principal, j.command_key, j.data) AS digest) AS d
  UNION ALL
  SELECT j.case_id, j.seq, d.digest, journal_link(p.link, j.case_id, j.seq, j.type, j.from_state, j.to_state,
    j.level_after, j.actor_kind, j.actor_department, j.occurred_at, j.recorded_at, j.machine_version,
    j.customer_visible, j.silence, d.digest)
  FROM chain p
  CROSS JOIN LATERAL (SELECT * FROM journal j WHERE j.case_id = p.case_id AND j.seq > p.seq ORDER BY j.seq LIMIT 1) AS j
  LEFT JOIN cases c ON c.id = j.case_id
  CROSS JOIN LATERAL (SELECT journal_digest(c.salt, j.actor_id, j.principal, j.command_key, j.data) AS digest) AS d
)
UPDATE journal j SET digest = chain.digest, link = chain.link
FROM chain WHERE j.case_id = chain.case_id AND j.seq = chain.seq`;

export class JournalChain1795305600013 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // A table that has grown for years takes longer than a request may.
    await runner.query('SET LOCAL statement_timeout = 0');
    await runner.query(FUNCTIONS);
    await runner.query(COLUMNS);
    await chainWhatIsThere(runner);
    await runner.query(
      'ALTER TABLE journal ALTER COLUMN digest SET NOT NULL, ALTER COLUMN link SET NOT NULL',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE journal DROP COLUMN digest, DROP COLUMN link');
    await runner.query('ALTER TABLE cases DROP COLUMN salt');
    await runner.query('DROP FUNCTION journal_link, journal_digest');
  }
}

/** Notes in the server's log how far it has come: whoever waits for a start looks there. */
async function chainWhatIsThere(runner: QueryRunner): Promise<void> {
  let done = 0;
  for (let after: string | null = null; ;) {
    const [batch] = (await runner.query(NEXT, [after])) as { last: string | null; cases: number }[];
    if (!batch?.last) return;
    await runner.query(CHAIN, [after, batch.last]);
    after = batch.last;
    done += batch.cases;
    await runner.query(`DO $$ BEGIN RAISE LOG 'journal chain: ${done} cases are linked'; END $$`);
  }
}
