/**
 * `npm run audit`: checks a database against the invariants of domain.md §4, by queries over the `audit` views, by
 * folding every journal anew and by working out every clock a second time. Reads only. Exit code 0: all hold; 1:
 * something is broken; 2: it could not be run.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type Progress, startProgress } from '../replay/progress.js';
import { openAuditDatabase } from './audit-database.js';
import { runAudit } from './run-audit.js';
import { auditTable } from './table.js';

const USAGE = `npm run audit [-- options]

  DATABASE_URL      the database to look at; absent: the embedded one under DATA_DIR (.data)
  --json FILE       write the whole report there`;

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`audit: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { json: { type: 'string' }, help: { type: 'boolean', default: false } },
  });
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const database = await openAuditDatabase(process.env);
  let folding: Progress | null = null;
  let timing: Progress | null = null;
  try {
    const report = await runAudit(database.client, {
      check: (promise) => process.stderr.write(`checking: ${promise}\n`),
      folded: (done, all) => (folding ??= startProgress('folding', 'cases')).update(done, all),
      timed: (done, all) => {
        (folding as Progress | null)?.end();
        (timing ??= startProgress('timing', 'clocks')).update(done, all);
      },
    });
    (folding as Progress | null)?.end();
    (timing as Progress | null)?.end();
    process.stdout.write(`${auditTable(report, database.where)}\n`);
    if (values.json) await writeFile(values.json, `${JSON.stringify(report, null, 2)}\n`);
    return report.checks.every(({ violations }) => violations === 0) ? 0 : 1;
  } finally {
    await database.close();
  }
}
