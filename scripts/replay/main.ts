/**
 * `npm run replay -- <folder>`: lives a real incident log through the HTTP API of a running instance and compares what
 * its journal then says with what the log, or the oracle beside it, says. Exit code 0: no unexplained difference;
 * 1: there is one; 2: it could not be run.
 */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openMailing, settleDeliveries } from './deliveries.js';
import { readExpectations } from './expectations.js';
import { type AttainedCase, attainedCase, attainmentRows, readClocks } from './attainment.js';
import { HttpDoor } from './http-door.js';
import { readMapping, withAttainment } from './mapping.js';
import type { JournalRow } from './measures.js';
import { type Instance, readTokens, startInstance } from './own-instance.js';
import { startProgress } from './progress.js';
import { type Log, readLog } from './read-log.js';
import { configure, runReplay } from './replay-run.js';
import { countSkips, isClean, reportText, type Report } from './report.js';
import { judge } from './verdict.js';

const USAGE = `npm run replay -- <folder> [options]

  <folder>          holds the log that its mapping names (events.csv.gz …)
  --mapping FILE    default: mappings/<name of the folder>.json beside this script
  --url URL         an instance that runs already, with CLOCK=manual; default: start one and stop it afterwards
  --tokens FILE     tokens.json of that instance, or the folder that holds it; default: .data
  --limit N         the first N cases only
  --concurrency N   cases at a time within one instant (8)
  --attainment      with the promises of the mapping's "attainment" section, and how well they were kept
  --deliveries      with a mail server that takes every progress update, and whether everybody was told; with --keep,
                    what it received is in DATA_DIR/sink.jsonl, for the audit
  --json FILE       write the whole report there
  --keep            keep the database of the instance that was started`;

const SECOND_MS = 1000;
/** What shells expect of a program that was interrupted. */
const EXIT_INTERRUPTED = 130;

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`replay: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      mapping: { type: 'string' },
      url: { type: 'string' },
      tokens: { type: 'string', default: '.data' },
      limit: { type: 'string' },
      concurrency: { type: 'string', default: '8' },
      json: { type: 'string' },
      keep: { type: 'boolean', default: false },
      attainment: { type: 'boolean', default: false },
      deliveries: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const [folder] = positionals;
  if (values.help || folder === undefined) {
    process.stdout.write(`${USAGE}\n`);
    return values.help ? 0 : 2;
  }
  if (!existsSync(folder)) {
    throw new Error(
      `${folder} does not exist. The logs are not part of this repository: see scripts/replay/README.md.`,
    );
  }
  const report = await replay(folder, {
    mapping: values.mapping ?? new URL(`mappings/${basename(resolve(folder))}.json`, import.meta.url),
    url: values.url ?? null,
    tokens: values.tokens,
    limit: values.limit === undefined ? null : wholeNumber('--limit', values.limit),
    concurrency: wholeNumber('--concurrency', values.concurrency),
    keep: values.keep,
    attainment: values.attainment,
    deliveries: values.deliveries,
  });
  process.stdout.write(`${reportText(report)}\n`);
  if (values.json) await writeFile(values.json, `${JSON.stringify(report, null, 2)}\n`);
  return isClean(report) ? 0 : 1;
}

interface Options {
  readonly mapping: string | URL;
  readonly url: string | null;
  readonly tokens: string;
  readonly limit: number | null;
  readonly concurrency: number;
  readonly keep: boolean;
  readonly attainment: boolean;
  readonly deliveries: boolean;
}

async function replay(folder: string, options: Options): Promise<Report> {
  const startedAt = performance.now();
  const plain = await readMapping(options.mapping);
  const mapping = options.attainment ? withAttainment(plain) : plain;
  const log = limited(await readLog(folder, mapping), options.limit);
  const expectations = await readExpectations(folder, mapping, log);
  const { instance, door, mailing } = await connect(options, log);
  const interrupted = (): void => {
    void endInstance(instance, false).finally(() => process.exit(EXIT_INTERRUPTED));
  };
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    await configure(door, mapping);
    const driving = startProgress(mapping.name, 'events');
    const runStartedAt = performance.now();
    const requestsBefore = door.requests;
    const run = await runReplay(door, mapping, log.cases, {
      concurrency: options.concurrency,
      keyPrefix: `replay:${mapping.name}${options.attainment ? ':attainment' : ''}`,
      progress: driving.update,
    });
    const runSeconds = (performance.now() - runStartedAt) / SECOND_MS;
    const requestsDriving = door.requests - requestsBefore;
    const deliveries =
      mailing === null
        ? null
        : await settleDeliveries(door, mailing.sink, [...run.ids.values()], options.concurrency, runSeconds);
    driving.end();
    const reading = startProgress('comparing', 'cases');
    const ids = log.cases.map(({ id }) => id);
    const attained: AttainedCase[] = [];
    const witness = async (id: string, journal: readonly JournalRow[]): Promise<void> => {
      if (!options.attainment) return;
      const one = attainedCase(journal, await readClocks(door, id));
      if (one) attained.push(one);
    };
    const verdict = await judge(door, run, expectations, ids, options.concurrency, reading.update, witness);
    reading.end();
    return {
      log: mapping.name,
      expectedFrom: expectations.source,
      cases: log.cases.length + log.skipped.length,
      events: log.cases.reduce((sum, { events }) => sum + events.length, 0),
      equal: verdict.equal,
      skipped: countSkips(log),
      mismatches: verdict.mismatches,
      disputed: expectations.disputed,
      commands: run.commands,
      clockMoves: run.clockMoves,
      journalRows: verdict.journalRows,
      requests: door.requests,
      repeats: door.repeats,
      runSeconds,
      wholeSeconds: (performance.now() - startedAt) / SECOND_MS,
      requestsPerSecond: requestsDriving / runSeconds,
      deliveries,
      attainment: options.attainment ? attainmentRows(attained) : null,
    };
  } finally {
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
    door.close();
    await endInstance(instance, options.keep);
    await mailing?.close(options.keep ? (instance?.dataDir ?? null) : null);
  }
}

async function endInstance(instance: Instance | null, keep: boolean): Promise<void> {
  if (!instance) return;
  await instance.stop(keep);
  if (keep) process.stderr.write(`The database is kept: DATA_DIR=${instance.dataDir}\n`);
}

/** The instance to drive, started here unless it runs already, and its mail server where mails are wanted. */
async function connect(options: Options, log: Log) {
  if (options.deliveries && options.url !== null) {
    throw new Error('--deliveries needs an instance of its own');
  }
  const mailing = options.deliveries ? await openMailing() : null;
  const instance = options.url === null ? await startInstance(justBefore(log), mailing?.env) : null;
  const base = instance?.base ?? new URL(options.url ?? '');
  const tokens =
    instance?.tokens ?? (await readTokens(options.tokens.replace(/\/?tokens\.json$/, '') || '.'));
  return { instance, mailing, door: new HttpDoor(base, tokens, options.concurrency) };
}

function limited(log: Log, limit: number | null): Log {
  return limit === null ? log : { ...log, cases: log.cases.slice(0, limit) };
}

/** One second before the first event, so that the clock has somewhere to go. */
function justBefore(log: Log): string {
  const first = log.cases.reduce((least, { events }) => Math.min(least, events[0]?.at ?? least), Infinity);
  if (first === Infinity) throw new Error('the log has no case that can be followed');
  return new Date(first - SECOND_MS).toISOString();
}

function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`${option} takes a whole number from 1, not "${text}"`);
  return value;
}
