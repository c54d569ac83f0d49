/**
 * Writes the database schema to test/golden/schema.sql, so that a change of it is seen in review:
 * `npm run schema`.
 */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedDatabase } from '../src/app/embedded-database.js';
import { migrate } from '../src/store/migrate.js';
import { dumpSchema } from '../test/support/schema-dump.js';

const dataDir = mkdtempSync(join(tmpdir(), 'case-escalation-schema-'));
// Under root the database's own user must reach it.
chmodSync(dataDir, 0o755);
const database = await startEmbeddedDatabase({ dataDir, durable: false });
try {
  await migrate(database.url);
  writeFileSync('test/golden/schema.sql', await dumpSchema(database.url));
} finally {
  await database.stop();
  rmSync(database.directory, { recursive: true, force: true });
  rmSync(dataDir, { recursive: true, force: true });
}
