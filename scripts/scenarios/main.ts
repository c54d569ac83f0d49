/**
 * `npm run scenarios -- <file>`: lives every scenario of a file through the HTTP API of an instance and compares what
 * its clocks show. Exit code 0: no unexplained difference; 1: there is one; 2: it could not be run.
 */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { startProgress } from '../replay/progress.js';
import { withDoor } from '../vectors/with-door.js';
import { earliestOf, readScenarios, SCENARIOS_FORMAT } from './read-scenarios.js';
import { reportText, type ScenarioReport } from './report.js';
import { runScenarios } from './run-scenarios.js';
import { isClean } from './verdict.js';

const USAGE = `npm run scenarios -- <file> [options]

  <file>            of the format ${SCENARIOS_FORMAT}, such as scripts/scenarios/examples/worked.json
  --only ID         one scenario; may be given more than once
  --url URL         an instance with CLOCK=manual and a clock before the first event; default: start one and stop it
  --tokens FILE     tokens.json of that instance, or the folder that holds it; default: .data
  --json FILE       write every comparison there
  --keep            keep the database of the instance that was started`;

const SECOND_MS = 1000;
/** The instance that answers shares its cores with us. */
const CONCURRENCY = 4;

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`scenarios: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      only: { type: 'string', multiple: true },
      url: { type: 'string' },
      tokens: { type: 'string', default: '.data' },
      json: { type: 'string' },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const [path] = positionals;
  if (values.help || path === undefined) {
    process.stdout.write(`${USAGE}\n`);
    return values.help ? 0 : 2;
  }
  if (!existsSync(path)) throw new Error(`${path} does not exist`);
  const whole = await readScenarios(path);
  const scenarios = whole.scenarios.filter(({ id }) => !values.only || values.only.includes(id));
  if (scenarios.length === 0) throw new Error('there is no such scenario in the file');
  const { url = null, tokens, keep } = values;
  // One second before the first event, so that the clock has somewhere to go.
  const clockStartAt = earliestOf(scenarios) - SECOND_MS;
  const report = await withDoor(
    { url, tokens, keep, clockStartAt, sockets: CONCURRENCY },
    async (door): Promise<ScenarioReport> => {
      const startedAt = performance.now();
      const progress = startProgress('living', 'instants');
      const results = await runScenarios(door, { ...whole, scenarios }, CONCURRENCY, progress.update);
      progress.end();
      const seconds = (performance.now() - startedAt) / SECOND_MS;
      return { file: path, results, requests: door.requests, seconds };
    },
  );
  process.stdout.write(`${reportText(report)}\n`);
  if (values.json) await writeFile(values.json, `${JSON.stringify(report, null, 2)}\n`);
  return isClean(report.results) ? 0 : 1;
}
