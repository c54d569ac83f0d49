/**
 * Processes of the run's own: started as another user, with their output in a file, and ended by number, together with
 * those that they started. Knows no program in particular.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { openSync, closeSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { onceWeEnd } from '../../../src/app/end-with-us.js';
import type { ServerUser } from './prerequisites.js';

export interface ServerOptions {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly user: ServerUser;
  readonly cwd: string;
  readonly logFile: string;
  /** Gets the number of the process, for whoever must end it after us. */
  readonly pidFile: string;
}

/** A server that is asked to end and does not is made to. */
const END_WITHIN_MS = 15_000;
const POLL_MS = 20;

/** In a session of its own: a Ctrl-C of the terminal is ours to pass on, in order. */
export function startServer(options: ServerOptions): ChildProcess {
  const log = openSync(options.logFile, 'a');
  const child = spawn(options.program, options.args, {
    ...options.user,
    cwd: options.cwd,
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C.UTF-8', ...options.env },
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  child.on('error', () => undefined);
  writeFileSync(options.pidFile, String(child.pid ?? ''));
  return child;
}

/** SIGTERM, and SIGKILL when that is not enough. Resolves when it is gone. */
export async function endServer(child: ChildProcess | null): Promise<void> {
  if (!child?.pid || !isAlive(child.pid)) return;
  signal([child.pid], 'SIGCONT');
  signal([child.pid], 'SIGTERM');
  if (await isGoneWithin(child.pid, END_WITHIN_MS)) return;
  signal([child.pid], 'SIGKILL');
  await isGoneWithin(child.pid, END_WITHIN_MS);
}

/** Those that are gone already are passed over. */
export function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // It ended in between.
    }
  }
}

/** Alive, and not merely waiting for somebody to ask how it ended. */
export function isAlive(pid: number): boolean {
  return statOf(pid)?.state !== undefined && statOf(pid)?.state !== 'Z';
}

export async function isGoneWithin(pid: number, ms: number): Promise<boolean> {
  const giveUpAt = performance.now() + ms;
  while (isAlive(pid)) {
    if (performance.now() > giveUpAt) return false;
    await pause(POLL_MS);
  }
  return true;
}

/** Processes that this one started and that live. */
export function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((each) => statOf(each)?.parent === pid);
}

/** What a process calls itself: PostgreSQL says there what each of its own does. */
export function titleOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

/** Ends with this process whatever the pid files of the folder name. A postmaster's children end with it. */
export function endAllWithUs(folder: string): () => void {
  return onceWeEnd(
    'cd "$0" && for f in *.pid */data/postmaster.pid; do [ -f "$f" ] && kill -9 "$(head -n 1 "$f")"; done',
    folder,
  );
}

function statOf(pid: number): { readonly state: string; readonly parent: number } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state = '', parent = ''] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state, parent: Number(parent) };
  } catch {
    return null;
  }
}
