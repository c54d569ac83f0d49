/** A dead man's switch: what we started never outlives this process, however this one ends. Knows no purpose. */
import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';

/** @returns disarms it; to be called once the other has ended, for its number will be somebody else's */
export function endWithUs(pid: number, signal: 'INT' | 'KILL' = 'KILL'): () => void {
  return onceWeEnd(`kill -${signal} "$0"`, String(pid));
}

/**
 * A shell waits on a pipe that closes when this process ends, even by SIGKILL, and then runs the command. In a session
 * of its own, so that Ctrl-C does not reach it.
 * @param argument the command's `$0`
 * @returns disarms it
 */
export function onceWeEnd(command: string, argument: string): () => void {
  if (process.platform === 'win32') return () => undefined;
  const watcher = spawn('sh', ['-c', `read -r _; ${command}`, argument], {
    detached: true,
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watcher.unref();
  (watcher.stdin as Socket | null)?.unref();
  return () => watcher.kill('SIGKILL');
}
