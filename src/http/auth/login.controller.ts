/**
 * Signing in and out with a browser. Who somebody is, their issuer says; that they work here, our own table of staff.
 * There is no password anywhere in this service.
 */
import { Controller, Get, HttpCode, Post, Req, Res, UseFilters } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { chooseLocale } from '../../delivery/choose-locale.js';
import { Issuers, type Issuer } from '../../identity/issuers.js';
import { Principals } from '../../identity/principals.js';
import { Sessions } from '../../identity/sessions.js';
import { SignIn } from '../../identity/sign-in.js';
import { HttpOptions } from '../http-options.js';
import { Limited } from '../limits/limited.decorator.js';
import { Problem } from '../problems/problem.js';
import { inLanguage, parameterOf, readerHints } from '../status/reader-hints.js';
import { Public } from './access.decorator.js';
import { LoginPageFilter } from './login-page.filter.js';
import { choicePage } from './login-page.js';
import { isFromOurPages, safeReturnPath } from './same-origin.js';
import { attemptOf, dropAttempt, dropSession, sessionOf, setAttempt, setSession } from './session-cookie.js';

const HTML = 'text/html; charset=utf-8';

@ApiExcludeController()
@Controller()
export class LoginController {
  constructor(
    private readonly issuers: Issuers,
    private readonly signIn: SignIn,
    private readonly sessions: Sessions,
    private readonly principals: Principals,
    private readonly options: HttpOptions,
  ) {}

  /** To the only issuer, to the one that was chosen, or to the page on which one is chosen. */
  @Get('login')
  @Public()
  @Limited('login')
  @UseFilters(LoginPageFilter)
  @RouteConfig({ produces: ['text/html'] })
  async begin(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const returnTo = safeReturnPath(parameterOf(request, 'returnTo') ?? '/', this.options.publicUrl);
    const offered = this.issuers.offeringSignIn();
    if (offered.length === 0) throw new Problem('not-found');
    const chosen = chosenAmong(offered, parameterOf(request, 'issuer'));
    if (chosen === null) return choose(request, reply, offered, returnTo);
    const { location, attempt } = await this.signIn.begin(chosen, returnTo);
    setAttempt(reply, attempt, this.options.publicUrl);
    void reply.code(302).header('location', location).send();
  }

  /** Where the issuer sends the browser back to. */
  @Get('login/callback')
  @Public()
  @Limited('login')
  @UseFilters(LoginPageFilter)
  @RouteConfig({ produces: ['text/html'] })
  async finish(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { publicUrl, logger } = this.options;
    const query = (request.raw.url ?? '').split('?').slice(1).join('?');
    const proven = await this.signIn.finish(attemptOf(request, publicUrl), query);
    // Whatever came of it: an attempt is good for one answer.
    dropAttempt(reply, publicUrl);
    if ('refusedBecause' in proven) {
      logger.info({ traceId: request.id, reason: proven.refusedBecause }, 'A sign-in was refused');
      throw new Problem('bad-request');
    }
    const previous = sessionOf(request, publicUrl);
    const begun = await this.sessions.begin(proven.identity, previous);
    // It has ended.
    if (previous !== null) this.principals.forget();
    if (begun === null) {
      dropSession(reply, publicUrl);
      logger.info({ traceId: request.id, reason: 'no-account' }, 'A sign-in was refused');
      throw new Problem('forbidden');
    }
    logger.info({ traceId: request.id, staffId: begun.staffId }, 'Signed in');
    setSession(reply, begun.token, publicUrl);
    const location = `${new URL(publicUrl).origin}${proven.returnTo}`;
    void reply.code(303).header('location', location).send();
  }

  /** Ends the session here at once, on other nodes within 5 seconds. Whoever has none is signed out already. */
  @Post('logout')
  @Public()
  @HttpCode(204)
  async end(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    const { publicUrl } = this.options;
    const token = sessionOf(request, publicUrl);
    if (token === null) return;
    if (!isFromOurPages(request, publicUrl)) throw new Problem('foreign-origin');
    await this.sessions.end(token);
    this.principals.forget();
    dropSession(reply, publicUrl);
  }
}

/** @throws Problem 400 for an issuer that is not offered. */
function chosenAmong(offered: readonly Issuer[], name: string | null): Issuer | null {
  if (name === null) return offered.length === 1 ? (offered[0] ?? null) : null;
  const chosen = offered.find(({ setting }) => setting.issuer === name);
  if (chosen === undefined) throw new Problem('bad-request');
  return chosen;
}

function choose(
  request: FastifyRequest,
  reply: FastifyReply,
  offered: readonly Issuer[],
  returnTo: string,
): void {
  const locale = chooseLocale(readerHints(request));
  const choices = offered.map(({ setting }) => setting);
  void inLanguage(reply, locale)
    .type(HTML)
    .send(choicePage(locale, choices, returnTo));
}
