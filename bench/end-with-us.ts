/** A dead man's switch: a process that we started never outlives this one, however this one ends. Knows no purpose. */
import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';

/**
 * A shell waits on a pipe that closes when this process ends, even by SIGKILL, and then kills the other. In a session
 * of its own, so that Ctrl-C does not reach it.
 * @returns disarms it; to be called once the other has ended, for its number will be somebody else's
 */
export function endWithUs(pid: number): () => void {
  if (process.platform === 'win32') return () => undefined;
  const watcher = spawn('sh', ['-c', 'read -r _; kill -KILL "$0"', String(pid)], {
    detached: true,
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watcher.unref();
  (watcher.stdin as Socket | null)?.unref();
  return () => watcher.kill('SIGKILL');
}
