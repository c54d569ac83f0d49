/**
 * Prism as a proxy before the live node: it holds every request and every answer against the document, and answers a
 * violation itself (`--errors`). Behind it: the README's example, a use of each operation, each command.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort, type Instance } from '../replay/own-instance.js';
import { startProgress } from '../replay/progress.js';
import { closed, operationFinder, operationsOf, readDocument } from './document.js';
import { drive } from './drive.js';
import { QUIET_ENV, run, type Tool, tool } from './tool.js';

const READY_WITHIN_MS = 30_000;
/** A proxy that holds answers until they are whole can carry no stream; test/http/live.spec.ts has them. */
const STREAMS: ReadonlySet<string> = new Set(['caseEvents', 'statusEvents']);

export const prism = (instance: Instance, inboundSecret: string, workDir: string): Tool => ({
  name: 'prism proxy',
  async run() {
    const document = await readDocument();
    const operations = operationsOf(document).filter(({ id }) => !STREAMS.has(id));
    const operationOf = operationFinder(operations);
    const exampleOf = (method: string, path: string) => operationOf(method, path)?.example;
    const strict = join(workDir, 'closed.json');
    await writeFile(strict, JSON.stringify(closed(document)));
    const proxy = await startProxy(strict, instance.base.origin);
    const progress = startProgress('prism proxy', 'requests');
    try {
      const example = await run('bash', ['scripts/example.sh'], {
        env: { BASE: proxy.base, TOKENS: join(instance.dataDir, 'tokens.json') },
      });
      const findings = example.code === 0 ? [] : [`the README's example: ${example.stdout}${example.stderr}`];
      const { tokens } = instance;
      findings.push(
        ...(await drive({
          base: proxy.base,
          directBase: instance.base.origin,
          tokens,
          inboundSecret,
          exampleOf,
          tick: progress.update,
        })),
      );
      const { requests, violations } = readLog(proxy.log());
      findings.push(...violations);
      const used = new Set(requests.map(({ method, path }) => operationOf(method, path)?.id));
      const unused = operations.filter(({ id }) => !used.has(id)).map(({ id }) => id);
      findings.push(...unused.map((id) => `no request was for ${id}`));
      const note = `${requests.length} requests, ${operations.length - unused.length} of ${operations.length} operations; not streams: ${[...STREAMS].join(', ')}`;
      return { findings, note };
    } finally {
      progress.end();
      await proxy.stop();
    }
  },
});

interface Proxy {
  readonly base: string;
  log(): string;
  stop(): Promise<void>;
}

/** @throws Error with its log when it does not answer in time. */
async function startProxy(document: string, upstream: string): Promise<Proxy> {
  const port = await freePort();
  const args = ['proxy', document, upstream, '--errors', '-h', '127.0.0.1', '-p', String(port)];
  const child = spawn(tool('prism'), args, { env: { ...process.env, ...QUIET_ENV }, stdio: 'pipe' });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += String(chunk)));
  const base = `http://127.0.0.1:${port}`;
  const proxy = { base, log: () => text, stop: () => stop(child) };
  const giveUpAt = performance.now() + READY_WITHIN_MS;
  while (!text.includes('Prism is listening')) {
    if (child.exitCode !== null || performance.now() > giveUpAt) {
      await proxy.stop();
      throw new Error(`Prism did not start:\n${text.slice(-2000)}`);
    }
    await delay(100);
  }
  return proxy;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  await gone;
}

/** What the proxy says of each request, and what it found wrong. */
function readLog(log: string) {
  const lines = log.split('\n');
  const requests = lines.flatMap((line) => {
    const [, method, path] = /Forwarding "(\w+)" request to https?:\/\/[^/]+(\/[^\s?]*)/.exec(line) ?? [];
    return method && path ? [{ method: method.toUpperCase(), path: path.replace(/\.\.\.$/, '') }] : [];
  });
  const violations = lines.filter((line) => /Violation:|✖/.test(line));
  return { requests, violations };
}
