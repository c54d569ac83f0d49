/** What every check of the contract is, and how the programs that some of them need are run. Knows no single check. */
import { spawn } from 'node:child_process';

/** What a tool found. */
export interface Verdict {
  /** One line each; none: passed. */
  readonly findings: readonly string[];
  /** What was looked at, for the line of the tool. */
  readonly note: string;
}

export interface Tool {
  readonly name: string;
  run(): Promise<Verdict>;
}

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program that takes longer hangs. */
const RUN_WITHIN_MS = 300_000;

/** No tool may ask a foreign host, be it for updates or to tell of its use. */
export const QUIET_ENV: Readonly<Record<string, string>> = {
  REDOCLY_TELEMETRY: 'off',
  REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true',
  SCARF_ANALYTICS: 'false',
  DO_NOT_TRACK: '1',
  NO_UPDATE_NOTIFIER: '1',
  NO_COLOR: '1',
  FORCE_COLOR: '0',
};

/** Runs a program to its end. @throws Error when it cannot be run, or does not end in time. */
export function run(
  program: string,
  args: readonly string[],
  { cwd, env }: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...QUIET_ENV, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: RUN_WITHIN_MS,
      killSignal: 'SIGKILL',
    });
    const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (signal !== null)
        reject(new Error(`${program} ${args[0] ?? ''} was ended by ${signal}:\n${stderr()}`));
      else resolve({ code, stdout: stdout(), stderr: stderr() });
    });
  });
}

/** A tool of node_modules. */
export const tool = (name: string): string => `node_modules/.bin/${name}`;

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString('utf8');
}
