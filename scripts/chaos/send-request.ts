/**
 * One attempt of one request over kept-alive HTTP, with an end to every wait: an answer, or none. Repeats nothing and
 * never throws. Knows no case; what an answer means is said elsewhere (`history.ts`).
 */
import { Agent, request, type IncomingMessage } from 'node:http';

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly token: string;
  readonly body: unknown;
  /** Empty: none. */
  readonly key: string;
  readonly ifMatch: number | null;
}

export interface Answered {
  /** null: no answer, or one that broke off. */
  readonly status: number | null;
  readonly text: string;
  /** The parsed body; null when it is no object. */
  readonly body: Readonly<Record<string, unknown>> | null;
  readonly retryAfterMs: number | null;
}

const NO_ANSWER: Answered = { status: null, text: '', body: null, retryAfterMs: null };
/** The product answers within five seconds, whatever fails; a node that is stopped never does. */
const ANSWER_WITHIN_MS = 8_000;

export class RequestSender {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 64 });

  send(base: string, asked: Request): Promise<Answered> {
    const payload = asked.body === undefined ? null : Buffer.from(JSON.stringify(asked.body));
    const headers: Record<string, string | number> = {
      authorization: `Bearer ${asked.token}`,
      accept: 'application/json',
    };
    if (payload)
      Object.assign(headers, { 'content-type': 'application/json', 'content-length': payload.length });
    if (asked.key !== '') headers['idempotency-key'] = asked.key;
    if (asked.ifMatch !== null) headers['if-match'] = `"${asked.ifMatch}"`;
    return new Promise((resolve) => {
      const outgoing = request(
        new URL(asked.path, base),
        { method: asked.method, headers, agent: this.agent },
        (incoming) => void readAnswer(incoming).then(resolve, () => resolve(NO_ANSWER)),
      );
      const patience = setTimeout(() => outgoing.destroy(new Error('no answer')), ANSWER_WITHIN_MS);
      outgoing.on('error', () => resolve(NO_ANSWER));
      outgoing.on('close', () => clearTimeout(patience));
      outgoing.end(payload ?? undefined);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}

async function readAnswer(incoming: IncomingMessage): Promise<Answered> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  // A body that broke off is no answer, whatever its head said.
  if (!incoming.complete) return NO_ANSWER;
  const text = Buffer.concat(chunks).toString('utf8');
  const seconds = Number(incoming.headers['retry-after'] ?? Number.NaN);
  const retryAfterMs = Number.isFinite(seconds) ? seconds * 1000 : null;
  return { status: incoming.statusCode ?? null, text, body: objectOf(text), retryAfterMs };
}

function objectOf(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
