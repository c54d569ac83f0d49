// The product as a process of its own, from its source, with an environment that holds nothing but what a test says.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

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

export function startNodeProcess(env: Readonly<Record<string, string>>): NodeProcess {
  const child = spawn(
    process.execPath,
    ['--import', './test/support/typescript.js', '--enable-source-maps', 'src/main.ts'],
    {
      env: { PATH: process.env['PATH'] ?? '', HOST: '127.0.0.1', PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
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
