/** What can be done with working calendars beyond reading and publishing them: try one out, and import dates. */
import { Body, Controller, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { readCalendar } from '../../directory/calendars.js';
import { Configuration, type ConfigurationEntry } from '../../directory/configuration.js';
import { readIcs, withClosedDates, type IcsDates } from '../../directory/ics-calendar.js';
import { DirectoryPolicySource } from '../../directory/policy-source.js';
import { Needs } from '../auth/access.decorator.js';
import { askedBy, type Asked } from '../input/asked.js';
import { etagOf } from '../input/command-headers.js';
import { validateBody } from '../input/validate-input.js';
import { Problem } from '../problems/problem.js';
import { previewOf } from './calendar-preview.js';
import { IcsImportDto, IcsImportedDto, PREVIEW_BODY, PreviewDto } from './calendars.dto.js';
import { configurationResource } from './configuration-resource.js';
import { IfMatch, KeyParam, staleVersion } from './configuration.controller.js';

/** Administrators who publish the same calendar at once are few; more lost races than this are a fault. */
const TRIES_MAX = 3;

@ApiTags('Configuration')
@Controller('api/v1/calendars')
export class CalendarsController {
  constructor(
    private readonly configuration: Configuration,
    private readonly policies: DirectoryPolicySource,
  ) {}

  @Post('preview')
  @Needs('configuration.preview')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Try a calendar out: due times and business time, stored or as you write it',
    operationId: 'previewCalendar',
  })
  @ApiBody({ schema: PREVIEW_BODY })
  @ApiResponse({ status: 200, type: PreviewDto, description: 'Nothing is written.' })
  preview(@Body() body: unknown): PreviewDto {
    return previewOf(body ?? {}, (key) =>
      this.configuration.newest('calendar', key) ? this.policies.book.calendar(key).calendar : null,
    );
  }

  @Post(':key/ics-import')
  @Needs('configuration.publish')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Add the dates of an iCalendar file as closed dates, in a new version',
    operationId: 'importIcs',
  })
  @KeyParam()
  @IfMatch()
  @ApiBody({ type: IcsImportDto })
  @ApiResponse({ status: 200, type: IcsImportedDto, description: 'What changed, or would change.' })
  async importIcs(
    @Param('key') key: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<IcsImportedDto> {
    const asked = askedBy(request);
    const body = validateBody(IcsImportDto, request.body);
    if (!this.configuration.newest('calendar', key)) throw new Problem('not-found');
    const dates = await readIcs(body.ics);
    if (dates === null) throw unreadable();
    const { entry, ...changes } = await this.publish(key, dates, body, asked);
    reply.header('etag', etagOf(entry.version));
    return {
      dryRun: body.dryRun === true,
      ...changes,
      calendar: configurationResource(entry),
    };
  }

  /** Again from the newest version when somebody published meanwhile: neither's dates may be lost. */
  private async publish(
    key: string,
    { closed, leftOut }: IcsDates,
    { dryRun, validUntil = null }: IcsImportDto,
    { actor, ifMatch }: Asked,
  ): Promise<Pick<IcsImportedDto, 'added' | 'leftOut'> & { readonly entry: ConfigurationEntry<'calendar'> }> {
    for (let attempt = 1; attempt <= TRIES_MAX; attempt += 1) {
      const entry = this.configuration.newest('calendar', key) as ConfigurationEntry<'calendar'>;
      if (ifMatch !== null && ifMatch !== entry.version) throw staleVersion();
      const { definition, ...changes } = withClosedDates(entry.body, closed, validUntil);
      const { problems } = readCalendar(definition);
      if (problems.length > 0) throw new Problem('invalid-fields', { errors: problems });
      const told = { added: changes.added, leftOut: [...leftOut, ...changes.leftOut] };
      if (dryRun === true) return { ...told, entry };
      const outcome = await this.configuration.put('calendar', key, definition, actor.id, entry.version);
      if (outcome.kind === 'invalid') throw new Problem('invalid-fields', { errors: outcome.problems });
      if (outcome.kind !== 'stale') return { ...told, entry: outcome.entry };
    }
    throw staleVersion();
  }
}

function unreadable(): Problem {
  const message = 'Must be an iCalendar file.';
  return new Problem('invalid-fields', { errors: [{ pointer: '/ics', code: 'malformed', message }] });
}
