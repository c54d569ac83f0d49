/**
 * The customer's page: shown by GET, acted on by forms that need no script, each answered by a redirect back to the
 * page (303), so that a reload repeats nothing. What did not go through comes back with what was written. GET and
 * HEAD change nothing: mail scanners follow every link.
 */
import { randomUUID } from 'node:crypto';
import { Controller, Get, Post, Req, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { say } from '../../delivery/catalogue.js';
import { CUSTOMER_ACTIONS, type CustomerAction } from '../../delivery/customer-actions.js';
import { type FailedAttempt, FORM_KEY_FIELD, FORM_LANGUAGE_FIELD } from '../../delivery/status-forms.js';
import { statusPage, type StatusPageContext } from '../../delivery/status-page.js';
import { LOCALES, type Locale } from '../../domain/policies.js';
import type { Outcome } from '../../engine/outcome.js';
import { ByLink } from '../auth/access.decorator.js';
import { Uncounted } from '../limits/limited.decorator.js';
import { Problem } from '../problems/problem.js';
import { errorKeyOf } from './customer-words.js';
import type { Said } from './customer-command.js';
import { formBodyOf } from './form-body.js';
import { ratingIn, readFormDeed, scoreHint } from './form-deed.js';
import { deedKey, faultMessage } from './form-text.js';
import { LIVE_PAGE_POLICY } from './install-status.js';
import { inLanguage, parameterOf, readerHints, tokenIn } from './reader-hints.js';
import { CONTINUED_BY } from './status-answers.js';
import { StatusDesk } from './status-desk.service.js';
import { HTML_MEDIA_TYPE, StatusPageFilter } from './status-page.filter.js';

type Visit = Awaited<ReturnType<StatusDesk['visit']>>;
type Notice = NonNullable<StatusPageContext['notice']>;

const NOTICES: ReadonlyMap<string, Notice> = new Map([
  ...Object.values(CUSTOMER_ACTIONS).map(({ path }) => [path, `notice.${path}` as Notice] as const),
  ['continuation', 'notice.continuation'],
]);

@ApiExcludeController()
@ByLink()
@UseFilters(StatusPageFilter)
@Controller('s/:token')
export class StatusPageController {
  constructor(private readonly desk: StatusDesk) {}

  @Get()
  async show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const visit = await this.desk.visit(tokenIn(request), readerHints(request));
    const notice = NOTICES.get(parameterOf(request, 'done') ?? '') ?? null;
    await this.page(reply, 200, visit, {
      chosen: chosenIn(parameterOf(request, 'lang')),
      notice,
      failed: null,
      ratingChoice: null,
    });
  }

  /** Where "how did we do?" in a mail leads: the page begins with the question. Choosing there counts, coming does not. */
  @Get('rating')
  async askForRating(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const visit = await this.desk.visit(tokenIn(request), readerHints(request));
    await this.page(reply, 200, visit, {
      chosen: chosenIn(parameterOf(request, 'lang')),
      notice: null,
      failed: null,
      ratingChoice: scoreHint(parameterOf(request, 'score')),
    });
  }

  /** A form's address typed in, or reloaded after an error: the page is what was meant. */
  @Get(':action')
  @Uncounted()
  toPage(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const { action } = request.params as { action?: string };
    const isAction = Object.values(CUSTOMER_ACTIONS).some(({ path }) => path === action);
    if (!isAction) throw new Problem('not-found');
    void reply
      .code(303)
      .header('location', `/s/${tokenIn(request)}`)
      .send();
  }

  @Post('replies')
  async reply(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.run('reply', request, reply);
  }

  @Post('confirmation')
  async confirm(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.run('confirmation', request, reply);
  }

  @Post('rejection')
  async reject(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.run('rejection', request, reply);
  }

  @Post('rating')
  async rate(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.run('rating', request, reply);
  }

  @Post('reopening')
  async reopen(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.run('reopening', request, reply);
  }

  @Post('withdrawal')
  async withdraw(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.run('withdrawal', request, reply);
  }

  @Post('attention')
  async askForManager(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.run('attention', request, reply);
  }

  private async run(action: CustomerAction, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const form = formBodyOf(request.body);
    if (form.kind === 'tooLarge') throw new Problem('body-too-large');
    if (form.kind === 'malformed') throw new Problem('bad-request');
    const chosen = chosenIn(form.fields.get(FORM_LANGUAGE_FIELD) ?? null);
    const visit = await this.desk.visit(tokenIn(request), readerHints(request, chosen));
    const { locale } = visit.view;
    const deed = readFormDeed(action, form.fields);
    if (deed.kind === 'faulty') {
      const message = faultMessage(locale, deed.fault);
      const failed: FailedAttempt = { action, text: deed.shown, message };
      const ratingChoice = action === 'rating' ? ratingIn(form.fields) : null;
      return this.page(reply, 422, visit, { chosen, notice: null, failed, ratingChoice });
    }
    const { said } = deed;
    const outcome = await this.desk.do(visit, {
      said,
      idempotencyKey: deedKey(form.fields.get(FORM_KEY_FIELD) ?? '', said),
      requestHash: null,
      ifMatch: null,
      // The address of the page holds the link, so it is not kept with the answer but made when it is given.
      render: () => ({ status: 303, body: '', headers: {} }),
      renderRefusal: (code) => ({ status: 409, body: code, headers: {} }),
    });
    await this.answer(reply, outcome, visit, said, chosen);
  }

  private async answer(
    reply: FastifyReply,
    outcome: Outcome,
    visit: Visit,
    { action, text }: Said,
    chosen: Locale | null,
  ): Promise<void> {
    const isDone = outcome.kind === 'done' || (outcome.kind === 'replayed' && outcome.answer.status < 400);
    if (isDone) return this.redirect(reply, outcome.answer.headers[CONTINUED_BY], visit, action, chosen);
    const refusal = refusalIn(outcome);
    if (refusal === null) throw new Problem('not-found');
    // The case has moved on since the page was made: what is shown now is how it stands now.
    const fresh = await this.desk.visit(visit.token, { chosen: visit.view.locale, acceptLanguage: null });
    const failed: FailedAttempt = { action, text: text ?? '', message: say(fresh.view.locale, refusal) };
    await this.page(reply, 409, fresh, { chosen, notice: null, failed, ratingChoice: null });
  }

  private async redirect(
    reply: FastifyReply,
    newCaseId: string | undefined,
    visit: Visit,
    action: CustomerAction,
    chosen: Locale | null,
  ): Promise<void> {
    const newToken = newCaseId === undefined ? null : await this.desk.tokenFor(newCaseId, visit);
    const done = newToken === null ? CUSTOMER_ACTIONS[action].path : 'continuation';
    const language = chosen === null ? '' : `&lang=${chosen}`;
    void reply
      .code(303)
      .header('location', `/s/${newToken ?? visit.token}?done=${done}${language}`)
      .send();
  }

  private async page(
    reply: FastifyReply,
    status: number,
    visit: Visit,
    what: Pick<StatusPageContext, 'chosen' | 'notice' | 'failed' | 'ratingChoice'>,
  ): Promise<void> {
    const { mergedInto } = visit.current.context;
    const mergedToken = mergedInto === null ? null : await this.desk.tokenFor(mergedInto, visit);
    const page = statusPage(visit.view, {
      ...what,
      path: `/s/${visit.token}`,
      eventsPath: `/api/v1/status/${visit.token}/events`,
      newKey: randomUUID,
      mergedPath: mergedToken === null ? null : `/s/${mergedToken}`,
      now: visit.now,
    });
    void inLanguage(reply.code(status), visit.view.locale)
      .header('content-security-policy', LIVE_PAGE_POLICY)
      .type(HTML_MEDIA_TYPE)
      .send(page);
  }
}

function chosenIn(language: string | null): Locale | null {
  return LOCALES.find((locale) => locale === language) ?? null;
}

function refusalIn(outcome: Outcome): ReturnType<typeof errorKeyOf> | null {
  switch (outcome.kind) {
    case 'refused':
      return errorKeyOf(outcome.refusal.code);
    case 'replayed':
      return errorKeyOf(outcome.answer.body);
    case 'keyInProgress':
      return 'error.inProgress';
    default:
      return null;
  }
}
