/**
 * What stands before several nodes: hands each request to one that is ready, and to the next one when it could not
 * take it. As HAProxy would with `retry-on conn-failure 503` (docs/operating.md). Knows no path and no build.
 */
import {
  Agent,
  createServer,
  request,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';

interface Backend {
  readonly name: string;
  readonly url: string;
  ready: boolean;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** How soon a node that is no longer ready is passed over; each look is a write. */
const LOOK_MS = 500;
/** A machine that is busy answers late, and is not gone for that. */
const LOOK_WITHIN_MS = 10_000;
/** A request that comes while nobody is ready waits a moment. */
const NOBODY_MS = 2_000;
const NOBODY: Answer = {
  status: 503,
  headers: { 'retry-after': '1' },
  body: Buffer.from('{"code":"nobody-is-ready"}'),
};
/** A client that waits for a node to come back has its own patience. */
const ROUNDS = 2;

export class Balancer {
  /** Answers of 5xx that reached a client, by code. */
  readonly failures = new Map<string, number>();
  /** Requests that a node refused because a newer build had been at the case, and that another one took. */
  handedOn = 0;
  private readonly backends: Backend[] = [];
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 64 });
  private turn = 0;
  private closed = false;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Balancer> {
    const server = createServer((asked, answer) => void balancer.serve(asked, answer));
    const balancer = new Balancer(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return balancer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Takes part as soon as it is ready. */
  async add(name: string, url: string): Promise<void> {
    const backend = { name, url, ready: false };
    this.backends.push(backend);
    await look(backend);
    void this.keepLooking(backend);
  }

  async close(): Promise<void> {
    this.closed = true;
    this.agent.destroy();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async keepLooking(backend: Backend): Promise<void> {
    while (!this.closed) {
      await pause(LOOK_MS);
      await look(backend);
    }
  }

  private async serve(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    try {
      const body = await buffer(asked);
      const given = await this.ask(asked, body);
      if (given === null) {
        answer.destroy();
        return;
      }
      if (given.status >= 500) this.count(given);
      const { 'transfer-encoding': _chunked, connection: _hop, ...headers } = given.headers;
      answer.writeHead(given.status, { ...headers, 'content-length': given.body.length }).end(given.body);
    } catch {
      answer.destroy();
    }
  }

  /** null: whoever was asked hung up in the middle. */
  private async ask(asked: IncomingMessage, body: Buffer): Promise<Answer | null> {
    const ready = await this.readyOnes();
    let last = NOBODY;
    // Others ask meanwhile: each request counts for itself, or it might meet the same node each time.
    const first = this.turn++;
    for (let n = 0; n < ready.length * ROUNDS; n += 1) {
      const backend = ready[(first + n) % ready.length] as Backend;
      const given = await this.send(backend, asked, body);
      if (given === 'unsent') {
        backend.ready = false;
        continue;
      }
      // Cut off in the middle: whoever asked repeats it under its key.
      if (given === 'cut') return null;
      if (given.status !== 503) return given;
      last = given;
      if (codeOf(given) === 'machine-version-unsupported') this.handedOn += 1;
    }
    return last;
  }

  private async readyOnes(): Promise<Backend[]> {
    const giveUpAt = performance.now() + NOBODY_MS;
    for (;;) {
      const ready = this.backends.filter((backend) => backend.ready);
      if (ready.length > 0 || performance.now() > giveUpAt) return ready;
      await pause(LOOK_MS / 10);
    }
  }

  private send(backend: Backend, asked: IncomingMessage, body: Buffer): Promise<Answer | 'unsent' | 'cut'> {
    return new Promise((resolve) => {
      const { connection: _hop, 'transfer-encoding': _chunked, ...headers } = asked.headers;
      const options = { method: asked.method, headers, agent: this.agent };
      const outgoing = request(new URL(asked.url ?? '/', backend.url), options, (incoming) => {
        buffer(incoming).then(
          (text) => resolve({ status: incoming.statusCode ?? 502, headers: incoming.headers, body: text }),
          () => resolve('cut'),
        );
      });
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        // On a connection that was kept the node may have hung up before; the key makes asking again safe.
        resolve(error.code === 'ECONNREFUSED' || outgoing.reusedSocket ? 'unsent' : 'cut');
      });
      outgoing.end(body);
    });
  }

  private count(given: Answer): void {
    const code = `${given.status} ${codeOf(given)}`;
    this.failures.set(code, (this.failures.get(code) ?? 0) + 1);
  }
}

async function look(backend: Backend): Promise<void> {
  const asked = fetch(new URL('/health/ready', backend.url), { signal: AbortSignal.timeout(LOOK_WITHIN_MS) });
  backend.ready = await asked.then(
    async (response) => (await response.arrayBuffer(), response.ok),
    () => false,
  );
}

function codeOf({ body }: Answer): string {
  return /"code":"([^"]+)"/.exec(body.toString('utf8'))?.[1] ?? '';
}
