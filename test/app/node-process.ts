// The built product as a process of its own, with an environment that holds nothing but what a test says.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export interface NodeProcess {
  /** Resolves with the node's address when it serves; rejects when it ends before. */
  readonly serving: Promise<string>;
  /** Resolves with the exit code; null after a signal that nobody handled. */
  readonly ended: Promise<number | null>;
  /** Lines so far. */
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
  /** Resolves when a line of the log holds this text. */
  logs(text: string): Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

/** Of this test file: none of them may outlive it. */
const started: { kill(signal: NodeJS.Signals): unknown }[] = [];
let built: string | null = null;

/** The product as `npm run build` makes it, in a directory of its own, so that a build beside the test harms nobody. */
export function buildProduct(): void {
  built = mkdtempSync(join(tmpdir(), 'case-escalation-built-'));
  for (const needed of ['node_modules', 'package.json']) symlinkSync(resolve(needed), join(built, needed));
  const args = ['src', '--out-dir', join(built, 'dist'), '--strip-leading-paths', '--quiet'];
  execFileSync(process.execPath, [resolve('node_modules/@swc/cli/bin/swc.js'), ...args]);
}

/** Ends every process that is still there, and removes the build. */
export function discardProduct(): void {
  for (const child of started) child.kill('SIGKILL');
  if (built !== null) rmSync(built, { recursive: true, force: true });
}

export function startNodeProcess(env: Readonly<Record<string, string>>): NodeProcess {
  if (built === null) throw new Error('buildProduct was not called');
  const child = spawn(process.execPath, ['--enable-source-maps', join(built, 'dist/main.js')], {
    env: { PATH: process.env['PATH'] ?? '', HOST: '127.0.0.1', PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  const [stdout, stderr]: [string[], string[]] = [[], []];
  const watchers = new Set<(line: string) => void>();
  collect(child.stdout, (line) => {
    stdout.push(line);
    for (const watch of watchers) watch(line);
  });
  collect(child.stderr, (line) => void stderr.push(line));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const logs = (text: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const seen = stdout.find((line) => line.includes(text));
      if (seen !== undefined) return resolve(seen);
      watchers.add((line) => line.includes(text) && resolve(line));
      void ended.then((code) =>
        reject(new Error(`ended with ${code} before "${text}": ${stderr.join('\n')}`)),
      );
    });
  const serving = logs('"Serving"').then((line) => {
    const { port } = JSON.parse(line) as { port: number };
    return `http://127.0.0.1:${port}`;
  });
  // A test that does not expect the node to serve need not listen.
  serving.catch(() => undefined);
  return {
    serving,
    ended,
    stdout,
    stderr,
    logs: async (text) => void (await logs(text)),
    kill: (signal) => void child.kill(signal),
  };
}

function collect(stream: NodeJS.ReadableStream, onLine: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(onLine);
  });
  stream.on('end', () => rest !== '' && onLine(rest));
}
