/**
 * `npm run fuzz`: sends thousands of requests that are made from the OpenAPI document's grammar, and broken in every
 * way that we know of, to an instance of its own, and judges every answer. Exit code 0: nothing found and enough
 * accepted; 1: something is wrong; 2: it could not be run.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type Instance, readTokens, startInstance } from '../replay/own-instance.js';
import { startProgress } from '../replay/progress.js';
import { faultsAfter, figuresOf, lookAfter } from './aftermath.js';
import type { Json } from './contract.js';
import { type Receiver, startReceiver } from './receiver.js';
import { exchangeText, fuzzTable } from './report.js';
import { runFuzz } from './run-fuzz.js';
import { openDoor } from './send.js';
import { boundMs, unreachable } from './exceptions.js';
import { doubtsAbout } from './doubts.js';

const USAGE = `npm run fuzz [-- options]

  --seed N          of all chance; the same seed makes the same requests (20260302)
  --requests N      how many (50000)
  --only N          request N of the seed alone, shown with its answer. What it asks for depends on what is there:
                    where that matters, repeat the run up to it with --requests N+1
  --concurrency N   requests at a time (8)
  --url URL         an instance that runs already, which will be full of rubbish; default: one is started and discarded
  --tokens FILE     tokens.json of that instance, or the folder that holds it; default: .data
                    Its database is audited when DATABASE_URL or DATA_DIR name it; INBOUND_SECRET signs messages
  --document FILE   an OpenAPI document to hold the answers against; default: the instance's own /openapi.json
  --json FILE       write every finding there
  --keep            keep the database of the instance that was started; it is kept anyway when its audit finds a fault`;

const DEFAULT_SEED = 20_260_302;
const REQUESTS = 50_000;
const CLOCK_START = '2026-03-02T09:00:00Z';
/** Of the throw-away instance alone. */
const INBOUND_SECRET = `whsec_${Buffer.from('known to the fuzzer alone').toString('base64')}`;
const EXIT_INTERRUPTED = 130;

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`fuzz: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}

interface Target {
  readonly base: URL;
  readonly tokens: Readonly<Record<string, string>>;
  readonly inboundSecret: string | null;
  readonly auditEnv: NodeJS.ProcessEnv | null;
  /** null: its webhooks may not go to this machine. */
  readonly receiver: Receiver | null;
  readonly instance: Instance | null;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: String(DEFAULT_SEED) },
      requests: { type: 'string', default: String(REQUESTS) },
      only: { type: 'string' },
      concurrency: { type: 'string', default: '8' },
      url: { type: 'string' },
      tokens: { type: 'string', default: '.data' },
      document: { type: 'string' },
      json: { type: 'string' },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const options = {
    seed: wholeNumber('--seed', values.seed),
    requests: wholeNumber('--requests', values.requests),
    only: values.only === undefined ? null : wholeNumber('--only', values.only),
    concurrency: wholeNumber('--concurrency', values.concurrency),
  };
  const target = await targetOf(values.url ?? null, values.tokens);
  const interrupted = (): void => {
    void target.instance?.stop(false).finally(() => process.exit(EXIT_INTERRUPTED));
  };
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  let isWorthKeeping = values.keep;
  try {
    const outcome = await fuzz(target, options, values.document ?? null, values.json ?? null);
    isWorthKeeping ||= outcome.hasBrokenPromises;
    return outcome.code;
  } finally {
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
    await target.instance?.stop(isWorthKeeping);
    await target.receiver?.close();
    if (isWorthKeeping && target.instance)
      process.stderr.write(`The database is kept: DATA_DIR=${target.instance.dataDir}\n`);
  }
}

interface Outcome {
  readonly code: number;
  /** The audit found something, which can only be understood in the database itself. */
  readonly hasBrokenPromises: boolean;
}

async function fuzz(
  { base, tokens, inboundSecret, auditEnv, receiver }: Target,
  options: { seed: number; requests: number; only: number | null; concurrency: number },
  documentFile: string | null,
  jsonFile: string | null,
): Promise<Outcome> {
  const document = await readDocument(base, documentFile);
  const door = openDoor({ base, tokens, inboundSecret, boundMs, sockets: options.concurrency });
  const before = await figuresOf(base);
  const progress = startProgress('fuzzing', 'requests');
  const report = await runFuzz(door, document, {
    ...options,
    ...(receiver ? { receiverUrl: receiver.url } : {}),
    progress: progress.update,
    witness: (exchange) => {
      if (options.only !== null) process.stdout.write(`${exchangeText(exchange)}\n`);
    },
  });
  progress.end();
  door.close();
  if (options.only !== null) return { code: report.findings.length === 0 ? 0 : 1, hasBrokenPromises: false };
  const aftermath = await lookAfter(base, before, auditEnv);
  const excused = unreachable({
    manualClock: await hasManualClock(base, tokens),
    signed: inboundSecret !== null,
  });
  const faults = [...doubtsAbout(report, excused), ...faultsAfter(aftermath)];
  process.stdout.write(`${fuzzTable(report, aftermath, faults)}\n`);
  if (jsonFile !== null) {
    const findings = report.findings.map(({ first, ...rest }) => ({
      ...rest,
      n: first.request.n,
      shown: exchangeText(first),
    }));
    await writeFile(jsonFile, `${JSON.stringify({ seed: options.seed, findings, faults }, null, 2)}\n`);
  }
  const isClean = report.findings.length + faults.length === 0 && report.ended === null;
  return { code: isClean ? 0 : 1, hasBrokenPromises: (aftermath.database?.broken.length ?? 0) > 0 };
}

/** The demo's cases in every state are something to aim at from the first request on. */
async function targetOf(url: string | null, tokensFile: string): Promise<Target> {
  if (url !== null) {
    const { DATABASE_URL, DATA_DIR, INBOUND_SECRET: secret } = process.env;
    return {
      base: new URL(url),
      tokens: await readTokens(tokensFile.replace(/\/?tokens\.json$/, '') || '.'),
      inboundSecret: secret ?? null,
      auditEnv: DATABASE_URL || DATA_DIR ? process.env : null,
      receiver: null,
      instance: null,
    };
  }
  const instance = await startInstance(CLOCK_START, {
    DEMO: '1',
    INBOUND_SECRET,
    PRIVATE_ENDPOINTS: '1',
  });
  const { base, tokens, dataDir } = instance;
  return {
    base,
    tokens,
    inboundSecret: INBOUND_SECRET,
    auditEnv: { DATA_DIR: dataDir },
    receiver: await startReceiver(),
    instance,
  };
}

async function readDocument(base: URL, file: string | null): Promise<Json> {
  if (file === null) return (await (await fetch(new URL('/openapi.json', base))).json()) as Json;
  return JSON.parse(await readFile(file, 'utf8')) as Json;
}

async function hasManualClock(base: URL, tokens: Target['tokens']): Promise<boolean> {
  const answer = await fetch(new URL('/api/v1/clock', base), {
    headers: { authorization: `Bearer ${tokens['admin']}` },
  });
  return answer.ok && ((await answer.json()) as { manual: boolean }).manual;
}

function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0)
    throw new Error(`${option} takes a whole number from 0, not "${text}"`);
  return value;
}
