/**
 * Secrets that every node must share: taken from the settings, or made once and kept in the database. Knows what
 * none of them is for.
 */
import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { runStatement } from '../store/statement.js';

const SECRET_BYTES = 32;

/**
 * The secret that signs customer links.
 * @param configured from the settings; null: the one in the database, made now when there is none.
 */
export async function linkSecret(pool: Pool, configured: string | null): Promise<string> {
  if (configured !== null) return configured;
  // Nodes that start together both insert; the first one's value stands, and both read it.
  await runStatement(pool, {
    text: `INSERT INTO secrets (name, value) VALUES ('link', $1) ON CONFLICT (name) DO NOTHING`,
    values: [randomBytes(SECRET_BYTES).toString('base64url')],
  });
  const text = `SELECT value FROM secrets WHERE name = 'link'`;
  const [kept] = await runStatement<{ value: string }>(pool, { text, values: [] });
  if (kept === undefined) throw new Error('the link secret could not be read back');
  return kept.value;
}
