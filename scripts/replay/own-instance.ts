/**
 * Starts the built product as a child process with its own empty database and a clock that stands still, and ends it
 * again. Everything it leaves behind is one temporary folder. Knows the product's settings and `tokens.json`; knows
 * no log.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';

export interface Instance {
  readonly base: URL;
  readonly dataDir: string;
  readonly tokens: Readonly<Record<string, string>>;
  /** Ends the process, then removes its data unless told to keep them. */
  stop(keep: boolean): Promise<void>;
}

const PROGRAM = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
/** initdb, migrations and seed on a busy machine; beyond it something is wrong. */
const READY_WITHIN_MS = 90_000;
const POLL_MS = 100;
/** The instance drains requests and stops its database; then it is killed. */
const STOP_WITHIN_MS = 30_000;

/**
 * @param clockStart RFC 3339; time before which the log knows nothing.
 * @param env further settings
 * @throws Error with the tail of what the instance printed when it does not become ready.
 */
export async function startInstance(
  clockStart: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Instance> {
  if (!existsSync(PROGRAM)) throw new Error('the product is not built: npm run build');
  const dataDir = await mkdtemp(`${tmpdir()}/case-replay-`);
  // The database may run as another user, who must be able to reach it.
  await chmod(dataDir, 0o755);
  const port = await freePort();
  const child = spawn(process.execPath, ['--enable-source-maps', PROGRAM], {
    env: {
      ...withoutOwnSettings(process.env),
      CLOCK: 'manual',
      CLOCK_START: clockStart,
      DATA_DIR: dataDir,
      PORT: String(port),
      HOST: '127.0.0.1',
      LOG_LEVEL: 'warn',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const tail = keepTail(child);
  const base = new URL(`http://127.0.0.1:${port}`);
  try {
    await untilReady(base, child, tail);
    const tokens = await readTokens(dataDir);
    return { base, dataDir, tokens, stop: (keep) => stop(child, dataDir, keep) };
  } catch (error) {
    await stop(child, dataDir, false);
    throw error;
  }
}

/** @throws Error when the file is absent: the instance was started without its demo directory. */
export async function readTokens(dataDir: string): Promise<Record<string, string>> {
  return JSON.parse(await readFile(`${dataDir}/tokens.json`, 'utf8')) as Record<string, string>;
}

/** A database or a production mode of the caller's shell is not ours to use. */
function withoutOwnSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { DATABASE_URL: _url, NODE_ENV: _mode, ROLE: _role, DEMO: _demo, SMTP_URL: _mail, ...rest } = env;
  return rest;
}

async function untilReady(base: URL, child: ChildProcess, tail: () => string): Promise<void> {
  const giveUpAt = performance.now() + READY_WITHIN_MS;
  while (performance.now() < giveUpAt) {
    if (child.exitCode !== null) throw new Error(`the instance ended with ${child.exitCode}:\n${tail()}`);
    const ready = await fetch(new URL('/health/ready', base)).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return;
    await delay(POLL_MS);
  }
  throw new Error(`the instance was not ready in ${READY_WITHIN_MS / 1000} s:\n${tail()}`);
}

async function stop(child: ChildProcess, dataDir: string, keep: boolean): Promise<void> {
  if (child.exitCode === null) {
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    const killer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
    await gone;
    clearTimeout(killer);
  }
  if (!keep) await rm(dataDir, { recursive: true, force: true });
}

/** The last lines that the child printed, for the error that may follow. */
function keepTail(child: ChildProcess): () => string {
  const KEPT_CHARACTERS = 4000;
  let text = '';
  const keep = (chunk: Buffer): void => {
    text = (text + chunk.toString('utf8')).slice(-KEPT_CHARACTERS);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  return () => text;
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
