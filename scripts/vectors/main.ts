/**
 * `npm run vectors -- <file>`: asks a running instance every deadline question of a file and compares the answers.
 * Exit code 0: all as expected, read one way throughout; 1: a miss or a mixture; 2: it could not be run.
 */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { startProgress } from '../replay/progress.js';
import { earliestOf, readVectors, VECTORS_FORMAT } from './read-vectors.js';
import { isClean, reportText, type VectorReport } from './report.js';
import { runVectors } from './run-vectors.js';
import { withDoor } from './with-door.js';

const USAGE = `npm run vectors -- <file> [options]

  <file>            of the format ${VECTORS_FORMAT}, such as scripts/vectors/examples/worked.json
  --url URL         an instance that runs already; default: start one and stop it afterwards
  --tokens FILE     tokens.json of that instance, or the folder that holds it; default: .data
  --json FILE       write every answer there
  --keep            keep the database of the instance that was started`;

const SECOND_MS = 1000;
/** The instance that answers shares its cores with us. */
const CONCURRENCY = 4;

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`vectors: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
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
  const file = await readVectors(path);
  const { url = null, tokens, keep } = values;
  const clockStartAt = earliestOf(file.vectors);
  const report = await withDoor(
    { url, tokens, keep, clockStartAt, sockets: CONCURRENCY },
    async (door): Promise<VectorReport> => {
      const startedAt = performance.now();
      const progress = startProgress('asking', 'vectors');
      const results = await runVectors(door, file, CONCURRENCY, progress.update);
      progress.end();
      const seconds = (performance.now() - startedAt) / SECOND_MS;
      return { file: path, results, requests: door.requests, seconds };
    },
  );
  process.stdout.write(`${reportText(report)}\n`);
  if (values.json) await writeFile(values.json, `${JSON.stringify(report, null, 2)}\n`);
  return isClean(report) ? 0 : 1;
}
