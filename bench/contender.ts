/**
 * What the benchmark may ask of a contender, and what they share: a server process of their own that ends with this
 * one, and clients in a closed loop who live one case after the other over HTTP. Knows no engine.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type CaseState, LIFE } from './contenders/case-life.js';
import { endWithUs } from '../src/app/end-with-us.js';
import type { Measured } from './floor.js';

export interface Contender {
  readonly name: string;
  /** Every answer is a transition that is safe on disk. @throws Error naming the first answer that is wrong. */
  drive(clients: number, seconds: number): Promise<Measured>;
  /** Whose processor time counts: the application's, and its own server's where it brings one. */
  pids(): { readonly application: number; readonly server: number | null };
  /** Ends its processes and removes what they left. */
  stop(): Promise<void>;
}

export interface ServerProcess {
  readonly pid: number;
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 60_000;
const READY_POLL_MS = 50;
/** Then it is killed: nothing that it holds is needed any more. */
const STOP_WITHIN_MS = 5_000;

/**
 * @param isReady asked again and again
 * @throws Error with what it printed when it ends before, or is not ready in a minute.
 */
export async function startServerProcess(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  isReady: () => Promise<boolean>,
): Promise<ServerProcess> {
  const child = spawn(command, args, {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const disarm = child.pid === undefined ? () => undefined : endWithUs(child.pid);
  let printed = '';
  child.once('error', (error) => (printed += error.message));
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (printed = (printed + text).slice(-2_000)));
  }
  const stop = async (): Promise<void> => {
    await end(child);
    disarm();
  };
  const giveUpAt = performance.now() + READY_WITHIN_MS;
  while (performance.now() < giveUpAt && child.exitCode === null && child.pid !== undefined) {
    if (await isReady()) return { pid: child.pid, stop };
    await pause(READY_POLL_MS);
  }
  await stop();
  throw new Error(`${command} ${args.join(' ')} did not become ready:\n${printed}`);
}

/** Whether somebody accepts connections at a port of this machine. */
export function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const tell = (accepted: boolean): void => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once('connect', () => tell(true)).once('error', () => tell(false));
  });
}

/** Whether a GET is answered with 2xx. */
export function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await ended;
  clearTimeout(killer);
}

/**
 * Each client lives one case after the other, `POST /cases/<id>/<command>` seven times, until the time is over.
 * @throws Error naming the first answer that is not the state and revision that the step leads to.
 */
export async function driveLives(base: URL, clients: number, seconds: number): Promise<Measured> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const latencies: number[] = [];
  const startedAt = performance.now();
  const until = startedAt + seconds * 1000;
  const live = async (): Promise<void> => {
    const id = randomUUID();
    for (const [n, { command, body, state }] of LIFE.entries()) {
      const from = performance.now();
      if (from >= until) return;
      const url = new URL(`/cases/${id}/${command}`, base);
      const { status, text } = await post(agent, url, JSON.stringify(body));
      latencies.push(performance.now() - from);
      const answer = status < 300 ? (JSON.parse(text) as CaseState) : null;
      if (answer?.state !== state || answer.revision !== n + 1) {
        throw new Error(`POST ${url.href}: ${status} ${text.slice(0, 300)}`);
      }
    }
  };
  const client = async (): Promise<void> => {
    while (performance.now() < until) await live();
  };
  try {
    await Promise.all(Array.from({ length: clients }, client));
    return { perSecond: latencies.length / ((performance.now() - startedAt) / 1000), latencies };
  } finally {
    agent.destroy();
  }
}

function post(agent: Agent, url: URL, body: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const asked = request(url, { agent, method: 'POST', headers }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8') }),
      );
      answer.on('error', reject);
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
