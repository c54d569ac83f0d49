/**
 * What both DBOS contenders share: the tables, the one statement that writes a transition, the launch, and the HTTP
 * server. A transition is an ordinary step: cheaper than a transaction of DBOS's datasources, which write a
 * checkpoint of their own besides, and enough, for the statement does nothing when it is run again.
 */
import { DBOS } from '@dbos-inc/dbos-sdk';
import Fastify from 'fastify';
import pg from 'pg';
import { type CaseState, type Command, type CommandBody, COMMANDS } from './case-life.js';

const url = process.env['DATABASE_URL'] ?? '';

const TABLES = `
  CREATE TABLE cases (
    id text PRIMARY KEY, state text NOT NULL, level smallint NOT NULL, revision integer NOT NULL,
    due_at timestamptz, updated_at timestamptz NOT NULL);
  CREATE INDEX ON cases (due_at) WHERE due_at IS NOT NULL;
  CREATE TABLE events (
    case_id text, revision integer, type text NOT NULL, data jsonb NOT NULL, at timestamptz NOT NULL,
    PRIMARY KEY (case_id, revision));
  CREATE TABLE notifications (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, case_id text NOT NULL, revision integer NOT NULL,
    key text NOT NULL, sent_at timestamptz)`;

/** The case, its event and its notification; nothing unless the case is one revision behind. */
const WRITE = `
  WITH moved AS (
    INSERT INTO cases VALUES ($1, $2, $3, $4, now() + $5::float8 * interval '1 ms', now())
    ON CONFLICT (id) DO UPDATE SET state = excluded.state, level = excluded.level,
      revision = excluded.revision, due_at = excluded.due_at, updated_at = excluded.updated_at
    WHERE cases.revision = excluded.revision - 1
    RETURNING id, revision
  ), written AS (
    INSERT INTO events SELECT id, revision, $6, $7, now() FROM moved
  )
  INSERT INTO notifications (case_id, revision, key) SELECT id, revision, 'case.' || $6 FROM moved`;

export const pool = new pg.Pool({ connectionString: url });

/** @returns false when it had been written before, by this step or by somebody else */
export async function write(
  id: string,
  to: CaseState,
  command: Command,
  body: CommandBody,
): Promise<boolean> {
  const values = [id, to.state, to.level, to.revision, to.dueInMs, command, JSON.stringify(body)];
  const { rowCount } = await pool.query({ name: 'write', text: WRITE, values });
  return rowCount === 1;
}

/** How a contender does one command. @returns null when it is not allowed there */
export type Act = (id: string, command: Command, body: CommandBody) => Promise<CaseState | null>;

/** Makes the tables, launches DBOS, and answers `POST /cases/<id>/<command>`. Workflows are registered before. */
export async function serve(act: Act): Promise<void> {
  await pool.query(TABLES);
  DBOS.setConfig({ name: 'contender', systemDatabaseUrl: url, logLevel: 'error' });
  await DBOS.launch();

  const server = Fastify();
  server.post<{ Params: { id: string; command: string }; Body: CommandBody }>(
    '/cases/:id/:command',
    async ({ params, body }, reply) => {
      const command = COMMANDS.find((each) => each === params.command);
      const found = command && (await act(params.id, command, body));
      if (!found) return reply.code(409).send({ refused: params.command });
      return reply.code(201).send({ id: params.id, ...found });
    },
  );
  await server.listen({ host: '127.0.0.1', port: Number(process.env['PORT']) });
}
