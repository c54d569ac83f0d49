/**
 * DBOS, one short workflow a transition with a single step: reads the case, moves it, writes unless somebody else did
 * meanwhile. The case lives in a table, and its service level is a column that nobody waits for. Less than the other
 * contenders do: no timer, and a step that is run again after a crash would not know that it had succeeded.
 */
import { DBOS } from '@dbos-inc/dbos-sdk';
import { type CaseState, type Command, type CommandBody, move } from './case-life.js';
import { type Act, pool, serve, write } from './dbos-app.js';

const READ = 'SELECT state, revision FROM cases WHERE id = $1';

async function transact(id: string, command: Command, body: CommandBody): Promise<CaseState | null> {
  const { rows } = await pool.query<CaseState>({ name: 'read', text: READ, values: [id] });
  const to = move(rows[0] ?? null, command);
  return to && (await write(id, to, command, body)) ? to : null;
}

const act: Act = DBOS.registerWorkflow(
  (id: string, command: Command, body: CommandBody) =>
    DBOS.runStep(() => transact(id, command, body), { name: 'transact' }),
  { name: 'transition' },
);

await serve(act);
