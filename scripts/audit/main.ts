/**
 * `npm run audit`: checks a database against the invariants of domain.md §4, by queries over the `audit` views, by
 * folding every journal anew, by recomputing its chain and by working out every clock a second time. Reads only. Exit code 0: all hold; 1:
 * something is broken; 2: it could not be run.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type Progress, startProgress } from '../replay/progress.js';
import { openAuditDatabase } from './audit-database.js';
import { readKeptHeads } from './journal-head.js';
import { runAudit } from './run-audit.js';
import { readSink } from './sink-check.js';
import { auditTable } from './table.js';

const USAGE = `npm run audit [-- options]

  DATABASE_URL      the database to look at; absent: the embedded one under DATA_DIR (.data)
  --sink FILE       also set the mails that a replay's mail server received (sink.jsonl) beside what was recorded
  --expect-head X   a journal head that an earlier audit printed, or a file of them, one a line: the history up to
                    then must still be the same
  --json FILE       write the whole report there`;

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`audit: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      json: { type: 'string' },
      sink: { type: 'string' },
      'expect-head': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const database = await openAuditDatabase(process.env);
  let folding: Progress | null = null;
  let timing: Progress | null = null;
  try {
    const mails = values.sink === undefined ? null : await readSink(values.sink);
    const kept = values['expect-head'] === undefined ? [] : await readKeptHeads(values['expect-head']);
    const report = await runAudit(
      database.client,
      {
        check: (promise) => process.stderr.write(`checking: ${promise}\n`),
        folded: (done, all) => (folding ??= startProgress('folding', 'cases')).update(done, all),
        timed: (done, all) => {
          (folding as Progress | null)?.end();
          (timing ??= startProgress('timing', 'clocks')).update(done, all);
        },
      },
      mails,
      kept,
    );
    (folding as Progress | null)?.end();
    (timing as Progress | null)?.end();
    process.stdout.write(`${auditTable(report, database.where)}\n`);
    if (values.json) await writeFile(values.json, `${JSON.stringify(report, null, 2)}\n`);
    return report.checks.every(({ violations }) => violations === 0) ? 0 : 1;
  } finally {
    await database.close();
  }
}
