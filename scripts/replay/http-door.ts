/**
 * The one door to a running instance: JSON over kept-alive HTTP, with a bearer token per role. Repeats what the
 * network or a 503 swallowed (with the same Idempotency-Key, so nothing happens twice) and counts what it asked.
 * Knows no case. Plain `node:http`: a third of the CPU of `fetch`, and the replay shares its cores with the product.
 */
import { Agent, request, type IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** What the replay needs of an instance; the tests have one without a network. */
export interface Door {
  /** @throws InstanceUnreachable; a refusal is an answer. */
  send(method: string, path: string, role: string, body?: unknown, key?: string): Promise<Answer>;
}

/** An instance that did not answer for longer than the replay is willing to wait. */
export class InstanceUnreachable extends Error {}

/** After this long without an answer the replay gives up: a restart takes seconds, a minute is a dead service. */
const PATIENCE_MS = 60_000;
/** A single request that hangs longer than this is repeated. */
const REQUEST_TIMEOUT_MS = 20_000;
const PAUSE_MS = 250;

export class HttpDoor implements Door {
  requests = 0;
  repeats = 0;
  private readonly agent: Agent;

  /**
   * @param base URL of the instance, without a path.
   * @param tokens role → bearer token, as in the instance's `tokens.json`.
   */
  constructor(
    private readonly base: URL,
    private readonly tokens: Readonly<Record<string, string>>,
    sockets: number,
  ) {
    this.agent = new Agent({ keepAlive: true, maxSockets: sockets });
  }

  async send(method: string, path: string, role: string, body?: unknown, key?: string): Promise<Answer> {
    const token = this.tokens[role];
    if (token === undefined) throw new Error(`no token for "${role}"`);
    const payload = body === undefined ? null : Buffer.from(JSON.stringify(body));
    const headers: Record<string, string | number> = {
      authorization: `Bearer ${token}`,
      accept: 'application/json',
    };
    if (payload)
      Object.assign(headers, { 'content-type': 'application/json', 'content-length': payload.length });
    if (key !== undefined) headers['idempotency-key'] = key;

    const giveUpAt = performance.now() + PATIENCE_MS;
    for (;;) {
      const answer = await this.once(method, path, headers, payload);
      if (!(answer instanceof Error) && !isTransient(answer)) return answer;
      if (performance.now() > giveUpAt) {
        const why = answer instanceof Error ? answer.message : `status ${answer.status}`;
        throw new InstanceUnreachable(`${method} ${path}: ${why}`);
      }
      this.repeats++;
      await delay(PAUSE_MS);
    }
  }

  close(): void {
    this.agent.destroy();
  }

  /** One attempt; a broken connection is returned, not thrown. */
  private once(
    method: string,
    path: string,
    headers: Record<string, string | number>,
    payload: Buffer | null,
  ): Promise<Answer | Error> {
    this.requests++;
    return new Promise((resolve) => {
      const url = new URL(path, this.base);
      const outgoing = request(
        url,
        { method, headers, agent: this.agent, timeout: REQUEST_TIMEOUT_MS },
        (incoming) => {
          readBody(incoming).then(
            (body) => resolve({ status: incoming.statusCode ?? 0, body }),
            (error: unknown) => resolve(error instanceof Error ? error : new Error(String(error))),
          );
        },
      );
      outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer in ${REQUEST_TIMEOUT_MS} ms`)));
      outgoing.on('error', resolve);
      outgoing.end(payload ?? undefined);
    });
  }
}

async function readBody(incoming: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? null : JSON.parse(text);
}

/** 503: the database is away. 409 `idempotency-key-in-progress`: our own earlier attempt is still at work. */
function isTransient({ status, body }: Answer): boolean {
  if (status === 503) return true;
  const code = typeof body === 'object' && body !== null && 'code' in body ? body.code : null;
  return status === 409 && typeof code === 'string' && code.includes('in-progress');
}
