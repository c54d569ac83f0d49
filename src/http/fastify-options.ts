/**
 * The limits of the HTTP server itself, before any route is known (reliability.md §4, limits). Each constant names
 * what it keeps out. Errors that arise before routing are answered here, in the same form as all others.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify';
import { answerEarly, problemBytes } from './problems/answer-problem.js';
import { Problem } from './problems/problem.js';
import { problemCodeOf, type ProblemCode } from './problems/problem-types.js';

/** The largest body of this API is a case with long texts: about 90 KiB of four-byte characters. */
export const BODY_BYTES_MAX = 256 * 1024;
/** No address of this API comes near; longer ones are attacks or mistakes. */
export const URL_BYTES_MAX = 8 * 1024;
/** Node counts the request line among the headers: 16 KiB of headers and the longest address. */
const HEADER_BYTES_MAX = 16 * 1024 + URL_BYTES_MAX;
/** Longest segment of a path: ids and tokens have less than 100 characters. */
const SEGMENT_LENGTH_MAX = 512;
/** A client that sends its headers this slowly holds the socket on purpose. */
const HEADERS_TIMEOUT_MS = 10_000;
/** Whole request, body included; with the round below that finds it, within 30 s. */
const REQUEST_TIMEOUT_MS = 29_000;
/** How often slow clients are looked for. Node's own half a minute would let each of them have that much more. */
const LOOK_EVERY_MS = 1_000;
/** Longer than the idle time of common load balancers (60 s), so that they close first, not we under their feet. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;

export interface ServerOptions {
  /** Proxies whose `X-Forwarded-For` is believed: addresses or networks. Of anybody else it counts for nothing. */
  readonly trustedProxies?: readonly string[] | null;
  /** How long slow clients are borne, in milliseconds; shorter in tests. */
  readonly patience?: Partial<Patience>;
}

export interface Patience {
  readonly headersMs: number;
  readonly requestMs: number;
  readonly idleMs: number;
  readonly lookEveryMs: number;
}

const PATIENCE: Patience = {
  headersMs: HEADERS_TIMEOUT_MS,
  requestMs: REQUEST_TIMEOUT_MS,
  idleMs: KEEP_ALIVE_TIMEOUT_MS,
  lookEveryMs: LOOK_EVERY_MS,
};

/** Options of the Fastify instance beneath Nest. */
export function fastifyOptions({ trustedProxies, patience }: ServerOptions = {}): FastifyServerOptions {
  const { headersMs, requestMs, idleMs, lookEveryMs } = { ...PATIENCE, ...patience };
  return {
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: requestMs,
    keepAliveTimeout: idleMs,
    trustProxy: trustedProxies ? [...trustedProxies] : false,
    // While stopping, `install-hooks.ts` answers, as a problem document; Fastify's own answer would be none.
    return503OnClosing: false,
    // Never from a header: a client must not choose what stands in our log beside another's request.
    requestIdHeader: false,
    genReqId: traceIdOf,
    routerOptions: { maxParamLength: SEGMENT_LENGTH_MAX },
    http: {
      maxHeaderSize: HEADER_BYTES_MAX,
      // `install-hooks.ts` answers those, as a problem document; Node's own answer would be empty.
      requireHostHeader: false,
      headersTimeout: headersMs,
      connectionsCheckingInterval: lookEveryMs,
    },
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) =>
      answerEarly(new Problem(problemCodeOf(error.statusCode ?? 400)), request, reply),
    clientErrorHandler: answerBrokenRequest,
  } as FastifyServerOptions;
}

/** The caller's W3C trace id when it sends one, else a new one of the same form. */
function traceIdOf(request: { headers: IncomingMessage['headers'] }): string {
  const header = request.headers['traceparent'];
  const given = typeof header === 'string' ? /^00-([0-9a-f]{32})-[0-9a-f]{16}-/.exec(header)?.[1] : undefined;
  return given && !/^0+$/.test(given) ? given : newTraceId();
}

/** Of a UUID, for Node draws those ahead by the hundred: bytes of their own cost each request 10 µs. */
function newTraceId(): string {
  return randomUUID().replaceAll('-', '');
}

const CLIENT_ERRORS: Readonly<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
};

/** What is no HTTP request at all: answered on the bare socket, which is then closed. Must not throw. */
function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (socket.writable && socket.bytesWritten === 0) {
    const problem = new Problem(CLIENT_ERRORS[error.code ?? ''] ?? 'bad-request');
    socket.write(problemBytes(problem, newTraceId()));
  }
  socket.destroySoon();
}
