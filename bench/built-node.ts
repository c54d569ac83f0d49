/**
 * The built product as processes of their own, and how much of a core each has used. The build lies in a temporary
 * folder, so that it harms nobody who builds meanwhile.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { endWithUs } from '../src/app/end-with-us.js';

export interface BuiltNode {
  readonly pid: number;
  readonly url: string;
  /** From the start of the process until it said that it is ready, milliseconds. */
  readonly readyMs: number;
  /** By the wall clock, epoch ms. */
  readonly startedAt: number;
  stop(): Promise<void>;
}

/** A busy machine takes seconds; beyond this it does not come. */
const READY_WITHIN_MS = 120_000;
const READY_POLL_MS = 10;
/** Linux counts processor time in these. */
const TICKS_PER_SECOND = 100;

/** @returns the folder of the build, and how to remove it. */
export function buildProduct(): { readonly folder: string; discard(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'case-escalation-built-'));
  for (const needed of ['node_modules', 'package.json']) symlinkSync(resolve(needed), join(folder, needed));
  const args = ['src', '--out-dir', join(folder, 'dist'), '--strip-leading-paths', '--quiet'];
  execFileSync(process.execPath, [resolve('node_modules/@swc/cli/bin/swc.js'), ...args]);
  return { folder, discard: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Options of Node that `npm start` gives: what is measured is what people run. */
function startFlags(): string[] {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: { start: string } };
  return scripts.start.split(' ').filter((word) => word.startsWith('--'));
}

/** Resolves when the node is ready. @throws Error with what it printed when it ends before. */
export async function startBuiltNode(
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<BuiltNode> {
  const port = await freePort();
  const startedAt = Date.now();
  const from = performance.now();
  const child = spawn(process.execPath, [...startFlags(), join(folder, 'dist/main.js')], {
    env: {
      PATH: process.env['PATH'] ?? '',
      HOST: '127.0.0.1',
      PORT: String(port),
      LOG_LEVEL: 'warn',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (printed = (printed + text).slice(-2_000)));
  }
  const disarm = child.pid === undefined ? () => undefined : endWithUs(child.pid);
  const stop = async (): Promise<void> => {
    await end(child);
    disarm();
  };
  while (performance.now() - from < READY_WITHIN_MS && child.exitCode === null) {
    if (await isReady(port)) {
      const url = `http://127.0.0.1:${port}`;
      return { pid: child.pid ?? 0, url, readyMs: performance.now() - from, startedAt, stop };
    }
    await pause(READY_POLL_MS);
  }
  await stop();
  throw new Error(`a node did not become ready:\n${printed}`);
}

/** Seconds of processor time that the process and its children have used; null where nobody tells. */
export function processorSeconds(pid: number): number | null {
  if (!existsSync('/proc/self/stat')) return null;
  let ticks = 0;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const fields = statOf(name);
    // parent, then user and system time, and those of children that have ended
    if (name !== String(pid) && fields[1] !== String(pid)) continue;
    ticks += Number(fields[11]) + Number(fields[12]);
    if (name === String(pid)) ticks += Number(fields[13]) + Number(fields[14]);
  }
  return ticks / TICKS_PER_SECOND;
}

/** Seconds of processor time that the whole machine was busy with anything; null where nobody tells. */
export function machineBusySeconds(): number | null {
  if (!existsSync('/proc/stat')) return null;
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = (
    readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? ''
  )
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + softirq) / TICKS_PER_SECOND;
}

/** Mebibytes that the process holds in memory; null where nobody tells. */
export function residentMiB(pid: number): number | null {
  const file = `/proc/${pid}/status`;
  if (!existsSync(file)) return null;
  const kib = /VmRSS:\s+(\d+) kB/.exec(readFileSync(file, 'utf8'))?.[1];
  return kib === undefined ? null : Number(kib) / 1024;
}

/** What follows the program's name, which may hold anything, in `/proc/<pid>/stat`. */
function statOf(pid: string): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

async function isReady(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/health/ready`)).ok;
  } catch {
    return false;
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const probe = createServer();
    probe.once('error', failed);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => done(port));
    });
  });
}
