/**
 * The one filter: every error of every kind, from the parser to the database, leaves as a problem document. Failures
 * of ours are logged by name and place; their words are not, for a database's words may quote a customer.
 */
import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HttpOptions } from '../http-options.js';
import { answerProblem } from './answer-problem.js';
import { toProblem } from './to-problem.js';

@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly options: HttpOptions) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const problem = toProblem(thrown);
    if (problem.status >= 500) this.log(thrown, problem.status, request);
    // An answer that has begun cannot be turned into another; the connection ends and tells the client so.
    if (reply.sent) reply.raw.destroy();
    else answerProblem(problem, request, reply);
  }

  private log(thrown: unknown, status: number, request: FastifyRequest): void {
    const { name, code, stack } = (thrown ?? {}) as { name?: string; code?: string; stack?: string };
    const frames = (stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
    const fields = {
      traceId: request.id,
      method: request.method,
      route: request.routeOptions?.url,
      status,
      kind: name,
      code,
      stack: frames
        .slice(0, 12)
        .map((line) => line.trim())
        .join(' | '),
    };
    if (status === 500) this.options.logger.error(fields, 'A request failed');
    else this.options.logger.warn(fields, 'A request could not be served just now');
  }
}
