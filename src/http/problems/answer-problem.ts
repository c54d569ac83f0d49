/**
 * Writes a problem as an answer: the only place where an error becomes bytes. Knows no cause; `to-problem.ts` does.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Problem, PROBLEM_MEDIA_TYPE, toProblemDocument } from './problem.js';

/** Answers a request with a problem document. */
export function answerProblem(problem: Problem, request: FastifyRequest, reply: FastifyReply): void {
  const document = toProblemDocument(problem, pathOf(request), request.id);
  void reply
    .code(problem.status)
    .headers({ 'cache-control': 'no-store', ...problem.parts.headers })
    .type(PROBLEM_MEDIA_TYPE)
    .send(JSON.stringify(document));
}

/** What every answer carries, for those that are given before any hook could see to it. */
const EARLY_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** Answers a request that never reached its route, nor the hooks before it. */
export function answerEarly(problem: Problem, request: FastifyRequest, reply: FastifyReply): void {
  answerProblem(problem, request, reply.headers({ ...EARLY_HEADERS, 'trace-id': request.id }));
}

/** The whole answer, for a connection on which no request could be read. */
export function problemBytes(problem: Problem, traceId: string): string {
  const body = JSON.stringify(toProblemDocument(problem, null, traceId));
  return [
    `HTTP/1.1 ${problem.status} ${problem.code}`,
    `Content-Type: ${PROBLEM_MEDIA_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...Object.entries({ ...EARLY_HEADERS, 'trace-id': traceId }).map(([name, value]) => `${name}: ${value}`),
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}

/** Bounds what a long address makes us repeat. */
const INSTANCE_LENGTH_MAX = 500;

/** The path without its query, as a URI reference: what a client may have put raw into it is encoded. */
function pathOf(request: FastifyRequest): string {
  const path = (request.raw.url ?? '/').split('?', 1)[0] as string;
  return path.slice(0, INSTANCE_LENGTH_MAX).replace(/[^\w\-.~!$&'()*+,;=:@/%]/g, encodeURIComponent);
}
