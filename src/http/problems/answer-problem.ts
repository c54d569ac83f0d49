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

/** The whole answer, for a connection on which no request could be read. */
export function problemBytes(problem: Problem, traceId: string): string {
  const body = JSON.stringify(toProblemDocument(problem, null, traceId));
  return [
    `HTTP/1.1 ${problem.status} ${problem.code}`,
    `Content-Type: ${PROBLEM_MEDIA_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
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
