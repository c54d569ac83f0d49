/**
 * The one door to the installation: a request as the fuzzer wants it on the wire, and what came back, unread. Streams
 * are left after their first words. Never throws: a connection that breaks is an answer too. Judges nothing.
 */
import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { Webhook } from 'standardwebhooks';
import type { FuzzRequest } from './fuzz-request.js';
import { readAnswer } from './read-answer.js';

export interface Answer {
  /** 0: none came. */
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly ms: number;
  /** Why there is no whole answer; null when there is. */
  readonly trouble: 'late' | 'broken' | null;
  readonly detail: string;
}

export interface Door {
  readonly send: (request: FuzzRequest) => Promise<Answer>;
  readonly close: () => void;
}

export interface DoorOptions {
  readonly base: URL;
  /** Role → token. */
  readonly tokens: Readonly<Record<string, string>>;
  /** Shared with the installation, to sign messages of channels; null: they are sent with a signature of nobody. */
  readonly inboundSecret: string | null;
  /** Beyond it an answer does not come. */
  readonly boundMs: (request: FuzzRequest) => number;
  readonly sockets: number;
}

/** Long enough to see that a stream begins. */
const STREAM_GLANCE_MS = 50;
/** A whole request is answered by then; only halves are not. */
const SOCKET_PATIENCE_MS = 500;

const NO_ANSWER = { status: 0, headers: {}, body: Buffer.alloc(0), trouble: null, detail: '' };

export function openDoor(options: DoorOptions): Door {
  const agent = new Agent({ keepAlive: true, maxSockets: options.sockets });
  const send = (request: FuzzRequest): Promise<Answer> => {
    const headers = headersFor(request, options);
    const boundMs = options.boundMs(request);
    return request.wire
      ? overSocket(request.wire(request, { ...headers, connection: 'close' }), options.base, boundMs)
      : overHttp(request, headers, agent, options.base, boundMs);
  };
  return { send, close: () => agent.destroy() };
}

function headersFor(
  request: FuzzRequest,
  { base, tokens, inboundSecret }: DoorOptions,
): Record<string, string> {
  const token = request.role === null ? undefined : tokens[request.role];
  const headers: Record<string, string> = {
    host: base.host,
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...request.headers,
  };
  if (
    inboundSecret !== null &&
    request.operation.id === 'takeMessage' &&
    request.headers['webhook-id']?.length
  ) {
    // Over the bytes as they are sent: what is broken in them must get past the signature to be seen.
    const [id, at] = [`msg_${request.n}_${process.hrtime.bigint()}`, new Date()];
    headers['webhook-id'] = id;
    headers['webhook-timestamp'] = String(Math.floor(at.getTime() / 1_000));
    headers['webhook-signature'] = new Webhook(inboundSecret).sign(
      id,
      at,
      request.body?.toString('utf8') ?? '',
    );
  }
  return headers;
}

function overHttp(
  request: FuzzRequest,
  headers: Record<string, string>,
  agent: Agent,
  base: URL,
  boundMs: number,
): Promise<Answer> {
  const startedAt = performance.now();
  const { method, target: path, body } = request;
  return new Promise((resolve) => {
    const answer = (part: Partial<Answer>): void => {
      clearTimeout(timer);
      resolve({ ...NO_ANSWER, ...part, ms: performance.now() - startedAt });
    };
    const sized = body ? { ...headers, 'content-length': String(body.length) } : headers;
    const outgoing = httpRequest({
      host: base.hostname,
      port: base.port,
      agent,
      method,
      path,
      headers: sized,
    });
    const timer = setTimeout(() => {
      answer({ trouble: 'late', detail: `no answer in ${boundMs} ms` });
      outgoing.destroy();
    }, boundMs);
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = [];
      const { statusCode: status = 0, headers: said } = incoming;
      const whole = (): void => answer({ status, headers: said, body: Buffer.concat(chunks) });
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', whole);
      incoming.on('error', (error) =>
        answer({ status, headers: said, trouble: 'broken', detail: error.message }),
      );
      if (!said['content-type']?.startsWith('text/event-stream')) return;
      setTimeout(() => {
        whole();
        outgoing.destroy();
      }, STREAM_GLANCE_MS);
    });
    outgoing.on('error', (error) => answer({ trouble: 'broken', detail: error.message }));
    outgoing.end(body ?? undefined);
  });
}

/** Says what is to be said, waits for a while, then says that there is nothing more; reads until the other side ends. */
function overSocket(bytes: Buffer, base: URL, boundMs: number): Promise<Answer> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect({ port: Number(base.port), host: base.hostname, allowHalfOpen: true });
    const finish = (trouble: Answer['trouble'], detail: string): void => {
      clearTimeout(timer);
      clearTimeout(patience);
      socket.destroy();
      const read = readAnswer(Buffer.concat(chunks));
      resolve({
        ...read,
        trouble: read.status > 0 ? null : trouble,
        detail,
        ms: performance.now() - startedAt,
      });
    };
    const timer = setTimeout(() => finish('late', `the connection stayed open for ${boundMs} ms`), boundMs);
    // Half a request is waited for by a server, for as long as its own limits say; we have said all.
    const patience = setTimeout(() => socket.end(), SOCKET_PATIENCE_MS);
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('end', () => finish('broken', 'closed without an answer'));
    socket.on('error', (error) => finish('broken', error.message));
    socket.write(bytes);
  });
}
