/**
 * When a customer's page cannot be shown: a friendly page in all three languages instead of a problem document. The
 * cause stays inside, in the log by name and place only.
 */
import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Apology, apologyPage } from '../../delivery/apology-page.js';
import { chooseLocale } from '../../delivery/choose-locale.js';
import { FORM_TEXT_MAX } from '../../delivery/status-forms.js';
import { HttpOptions } from '../http-options.js';
import { toProblem } from '../problems/to-problem.js';
import { inLanguage, readerHints } from './reader-hints.js';

export const HTML_MEDIA_TYPE = 'text/html; charset=utf-8';

const APOLOGIES: Readonly<Record<number, Apology>> = {
  404: 'notFound',
  410: 'expired',
  413: 'tooLong',
  429: 'tooOften',
  500: 'tryAgain',
  503: 'tryAgain',
};

@Catch()
export class StatusPageFilter implements ExceptionFilter {
  constructor(private readonly options: HttpOptions) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const problem = toProblem(thrown);
    if (problem.status >= 500) this.log(thrown, problem.status, request);
    if (reply.sent) {
      reply.raw.destroy();
      return;
    }
    const locale = chooseLocale(readerHints(request));
    const path = (request.raw.url ?? '/').split('?', 1)[0] as string;
    const page = apologyPage(APOLOGIES[problem.status] ?? 'badForm', locale, path, FORM_TEXT_MAX);
    void inLanguage(reply, locale)
      .code(problem.status)
      .headers({ ...problem.parts.headers })
      .type(HTML_MEDIA_TYPE)
      .send(page);
  }

  private log(thrown: unknown, status: number, request: FastifyRequest): void {
    const { name, code, stack } = (thrown ?? {}) as { name?: string; code?: string; stack?: string };
    const frames = (stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
    const route = request.routeOptions?.url;
    const fields = {
      traceId: request.id,
      route,
      status,
      kind: name,
      code,
      stack: frames.slice(0, 12).join('\n'),
    };
    this.options.logger.warn(fields, 'A customer’s page could not be shown');
  }
}
