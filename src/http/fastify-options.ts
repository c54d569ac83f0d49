/**
 * The limits of the HTTP server itself, before any route is known (reliability.md §4, limits). Each constant names
 * what it keeps out. Errors that arise before routing are answered here, in the same form as all others.
 */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify';
import { answerProblem, problemBytes } from './problems/answer-problem.js';
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
/** Whole request, body included. */
const REQUEST_TIMEOUT_MS = 30_000;
/** Longer than the idle time of common load balancers (60 s), so that they close first, not we under their feet. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;

/** Options of the Fastify instance beneath Nest. */
export function fastifyOptions(): FastifyServerOptions {
  return {
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    // While stopping, `install-hooks.ts` answers, as a problem document; Fastify's own answer would be none.
    return503OnClosing: false,
    // Never from a header: a client must not choose what stands in our log beside another's request.
    requestIdHeader: false,
    genReqId: traceIdOf,
    routerOptions: { maxParamLength: SEGMENT_LENGTH_MAX },
    http: { maxHeaderSize: HEADER_BYTES_MAX, headersTimeout: HEADERS_TIMEOUT_MS },
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) =>
      answerProblem(new Problem(problemCodeOf(error.statusCode ?? 400)), request, reply),
    clientErrorHandler: answerBrokenRequest,
  } as FastifyServerOptions;
}

/** The caller's W3C trace id when it sends one, else a new one of the same form. */
function traceIdOf(request: { headers: IncomingMessage['headers'] }): string {
  const header = request.headers['traceparent'];
  const given = typeof header === 'string' ? /^00-([0-9a-f]{32})-[0-9a-f]{16}-/.exec(header)?.[1] : undefined;
  return given && !/^0+$/.test(given) ? given : randomBytes(16).toString('hex');
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
    socket.write(problemBytes(problem, randomBytes(16).toString('hex')));
  }
  socket.destroySoon();
}
