/**
 * When a sign-in does not succeed: a page instead of a problem document, in the reader's language. The cause stays
 * inside, in the log by name and place only.
 */
import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { chooseLocale } from '../../delivery/choose-locale.js';
import { HttpOptions } from '../http-options.js';
import { toProblem } from '../problems/to-problem.js';
import { inLanguage, readerHints } from '../status/reader-hints.js';
import { troublePage } from './login-page.js';
import type { LoginTrouble } from './login-texts.js';

const TROUBLES: Readonly<Record<number, LoginTrouble>> = {
  403: 'noAccount',
  404: 'notSetUp',
  429: 'tooOften',
  500: 'unavailable',
  503: 'unavailable',
};

@Catch()
export class LoginPageFilter implements ExceptionFilter {
  constructor(private readonly options: HttpOptions) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const { status, parts } = toProblem(thrown);
    if (status >= 500) {
      const { name, code } = (thrown ?? {}) as { name?: string; code?: string };
      this.options.logger.warn({ traceId: request.id, status, kind: name, code }, 'Nobody can sign in now');
    }
    const locale = chooseLocale(readerHints(request));
    void inLanguage(reply, locale)
      .code(status)
      .headers({ ...parts.headers })
      .type('text/html; charset=utf-8')
      .send(troublePage(locale, TROUBLES[status] ?? 'failed'));
  }
}
