/**
 * The least-privilege role that the running application acts as, and what it may do to each table. The journal,
 * escalations, ended clocks and published configuration may only grow; a case is never deleted.
 */
import type pg from 'pg';

/** Roles belong to the whole server, so the name says whose it is. */
export const APP_ROLE = 'case_escalation_app';

const GRANTS: Readonly<Record<string, string>> = {
  cases: 'SELECT, INSERT, UPDATE',
  escalations: 'SELECT, INSERT',
  journal: 'SELECT, INSERT',
  clocks: 'SELECT, INSERT',
  tasks: 'SELECT, INSERT, UPDATE',
  notifications: 'SELECT, INSERT, UPDATE',
  notification_attempts: 'SELECT, INSERT, UPDATE',
  suppressions: 'SELECT, INSERT, DELETE',
  sent_today: 'SELECT, INSERT, UPDATE',
  endpoints: 'SELECT, INSERT, UPDATE, DELETE',
  endpoint_deliveries: 'SELECT, INSERT, UPDATE',
  endpoint_attempts: 'SELECT, INSERT, UPDATE',
  inbound_messages: 'SELECT, INSERT, UPDATE, DELETE',
  attachments: 'SELECT, INSERT, DELETE',
  // Answers are never changed, only forgotten after their retention.
  commands: 'SELECT, INSERT, DELETE',
  customer_messages: 'SELECT, INSERT, DELETE',
  customers: 'SELECT, INSERT, UPDATE',
  staff: 'SELECT, INSERT, UPDATE',
  api_keys: 'SELECT, INSERT, UPDATE',
  staff_identities: 'SELECT, INSERT, DELETE',
  sessions: 'SELECT, INSERT, UPDATE, DELETE',
  configuration: 'SELECT, INSERT',
  secrets: 'SELECT, INSERT, UPDATE',
  manual_clock: 'SELECT, INSERT, UPDATE',
  request_rates: 'SELECT, INSERT, UPDATE, DELETE',
  request_windows: 'SELECT, INSERT, UPDATE, DELETE',
  schema_migrations: 'SELECT',
  schema_floor: 'SELECT',
  machine_versions: 'SELECT',
};

/** Several databases of one server may be migrated at once; the shared catalogue rows then collide. */
const TRIES = 5;

/** insufficient_privilege */
const NOT_ALLOWED = '42501';

/**
 * Makes the role where it is missing and sets its rights. Repeatable, and safe beside other starts.
 * @returns false when the connected user may not create roles: the application then runs as that user.
 */
export async function grantAppRole(client: pg.ClientBase): Promise<boolean> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await createRole(client);
      return await grant(client);
    } catch (error) {
      if ((error as { code?: string }).code === NOT_ALLOWED) return false;
      if (attempt === TRIES) throw error;
    }
  }
}

async function createRole(client: pg.ClientBase): Promise<void> {
  const found = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [APP_ROLE]);
  if (found.rowCount === 0) await client.query(`CREATE ROLE ${APP_ROLE} NOLOGIN`);
}

async function grant(client: pg.ClientBase): Promise<boolean> {
  const statements = Object.entries(GRANTS).map(
    ([table, rights]) =>
      `REVOKE ALL ON ${table} FROM ${APP_ROLE}; GRANT ${rights} ON ${table} TO ${APP_ROLE};`,
  );
  await client
    .query(
      `BEGIN;
    GRANT USAGE ON SCHEMA public, audit TO ${APP_ROLE};
    ${statements.join('\n')}
    GRANT SELECT ON ALL TABLES IN SCHEMA audit TO ${APP_ROLE};
    GRANT EXECUTE ON FUNCTION erase_journal(uuid) TO ${APP_ROLE};
    COMMIT`,
    )
    .catch(async (error: unknown) => {
      await client.query('ROLLBACK');
      throw error;
    });
  if (!(await mayTakeAppRole(client))) await client.query(`GRANT ${APP_ROLE} TO CURRENT_USER`);
  return true;
}

/** Whether the connected user may act as the role, as far as it was set up. */
export async function mayTakeAppRole(client: pg.ClientBase): Promise<boolean> {
  // Before PostgreSQL 16 whoever is a member may take the role; since then that is a grant of its own.
  const { rows } = await client.query(
    `SELECT pg_has_role(current_user, oid,
       CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END) AS may
     FROM pg_roles WHERE rolname = $1`,
    [APP_ROLE],
  );
  return (rows as { may: boolean }[]).some(({ may }) => may);
}
