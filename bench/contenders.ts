/**
 * The other ways to build the same: which there are, what each needs beside the product's own packages, and how each
 * is started on the benchmark's PostgreSQL or with a server of its own. Measures nothing itself.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import pg from 'pg';
import { freePort } from '../scripts/replay/own-instance.js';
import {
  accepts,
  answers,
  type Contender,
  driveLives,
  type ServerProcess,
  startServerProcess,
} from './contender.js';

export const CONTENDERS = ['dbos-case', 'dbos-transition', 'restate', 'typeorm'] as const;
export type ContenderName = (typeof CONTENDERS)[number];

const FOLDER = fileURLToPath(new URL('contenders', import.meta.url));
const LOADER = pathToFileURL(fileURLToPath(new URL('../scripts/typescript.mjs', import.meta.url))).href;
/** Uses nothing but what the product itself has installed. */
const NEEDS_NOTHING: readonly string[] = ['typeorm'] satisfies ContenderName[];

/**
 * One after the other; those already started are stopped when one fails. Idle ones still poll and use the shared
 * server a little (some hundredths of a core): whoever wants the last percent starts one at a time.
 * @param database what they share; each makes a database of its own on that server
 * @throws Error when a package cannot be installed or a process does not start.
 */
export async function startContenders(
  names: readonly ContenderName[],
  database: { readonly url: string },
): Promise<Contender[]> {
  if (names.some((name) => !NEEDS_NOTHING.includes(name))) installPackages();
  const started: Contender[] = [];
  try {
    for (const name of names) {
      started.push(name === 'restate' ? await startRestate() : await startOnPostgres(name, database.url));
    }
    return started;
  } catch (error) {
    for (const contender of started) await contender.stop();
    throw error;
  }
}

/** Into the contenders' own folder, by their own lock; nothing to do when that was done since the lock was written. */
function installPackages(): void {
  const writtenAt = (file: string): number =>
    statSync(join(FOLDER, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (writtenAt('node_modules/.package-lock.json') >= writtenAt('package-lock.json')) return;
  process.stderr.write('Installing the packages of the contenders (250 MB)…\n');
  const how = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel', 'error'];
  execFileSync('npm', ['ci', '--prefix', FOLDER, ...how], { stdio: ['ignore', 'inherit', 'inherit'] });
}

async function startOnPostgres(name: ContenderName, serverUrl: string): Promise<Contender> {
  const database = `contender_${name.replace('-', '_')}`;
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  const drop = (): Promise<void> => run(serverUrl, `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
  await drop();
  await run(serverUrl, `CREATE DATABASE ${database}`);
  try {
    const server = await startProgram(name, { DATABASE_URL: url.href });
    const stop = async (): Promise<void> => {
      await server.stop();
      await drop();
    };
    return contender(name, server.base, { application: server.pid, server: null }, stop);
  } catch (error) {
    await drop();
    throw error;
  }
}

/** Its server keeps what it is told in a temporary folder, fsync included, with the settings that it comes with. */
async function startRestate(): Promise<Contender> {
  const folder = mkdtempSync(join(tmpdir(), 'case-escalation-restate-'));
  const running: ServerProcess[] = [];
  const stop = async (): Promise<void> => {
    for (const each of running.reverse()) await each.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const application = await startProgram('restate', {});
    running.push(application);
    const [node, ingress, admin] = [await freePort(), await freePort(), await freePort()];
    const binary = `node_modules/@restatedev/restate-server-${process.platform}-${process.arch}/bin/restate-server`;
    const at = (port: number): string => `127.0.0.1:${port}`;
    const server = await startServerProcess(
      join(FOLDER, binary),
      ['--no-logo', '--listen-mode', 'tcp', '--base-dir', folder],
      {
        RESTATE_BIND_ADDRESS: at(node),
        RESTATE_INGRESS__BIND_ADDRESS: at(ingress),
        RESTATE_ADMIN__BIND_ADDRESS: at(admin),
        RESTATE_DISABLE_TELEMETRY: 'true',
        RESTATE_LOG_FILTER: 'warn',
      },
      () => answers(`http://${at(ingress)}/restate/health`),
    );
    running.push(server);
    await register(`http://${at(admin)}/deployments`, application.base.href);
    const pids = { application: application.pid, server: server.pid };
    return contender('restate', new URL(`http://${at(ingress)}`), pids, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

/** @throws Error with the server's answer when it cannot reach the application. */
async function register(admin: string, uri: string): Promise<void> {
  const answer = await fetch(admin, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ uri }),
  });
  if (!answer.ok) throw new Error(`restate: ${answer.status} ${(await answer.text()).slice(0, 300)}`);
}

async function startProgram(
  name: ContenderName,
  env: Readonly<Record<string, string>>,
): Promise<ServerProcess & { readonly base: URL }> {
  const port = await freePort();
  const base = new URL(`http://127.0.0.1:${port}`);
  const args = ['--import', LOADER, join(FOLDER, `${name}.ts`)];
  const given = { NODE_ENV: 'production', PORT: String(port), ...env };
  const server = await startServerProcess(process.execPath, args, given, () => accepts(port));
  return { ...server, base };
}

function contender(
  name: ContenderName,
  base: URL,
  pids: ReturnType<Contender['pids']>,
  stop: () => Promise<void>,
): Contender {
  return { name, drive: (clients, seconds) => driveLives(base, clients, seconds), pids: () => pids, stop };
}

async function run(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
