/**
 * Wordings of updates: what customers read of each, to look at, to put into other words and to try beforehand.
 * Versioned like all configuration. Which wordings are valid the directory says.
 */
import { Controller, Get, HttpCode, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { builtInWording } from '../../delivery/templates/built-in-wording.js';
import { Configuration, type ConfigurationEntry } from '../../directory/configuration.js';
import { TEMPLATE_FIELDS } from '../../directory/template-fields.js';
import { checkTemplate, type TemplateBody } from '../../directory/templates.js';
import { caseNumber } from '../../domain/case-number.js';
import { childPointer } from '../../domain/json-pointer.js';
import { LOCALES, type Locale } from '../../domain/policies.js';
import { UPDATE_KEYS } from '../../domain/progress-update.js';
import { Needs } from '../auth/access.decorator.js';
import { CaseAccess } from '../cases/case-access.service.js';
import { IfMatch, KeyParam, staleVersion } from '../directory/configuration.controller.js';
import { configurationResource } from '../directory/configuration-resource.js';
import { versionsPage } from '../directory/configuration-versions.js';
import { ConfigurationDto } from '../directory/configuration.dto.js';
import { optionalOrNull } from '../directory/optional-or-null.js';
import { AnswersWithPage } from '../documents/api.decorator.js';
import { askedBy } from '../input/asked.js';
import { Checked } from '../input/checked.pipe.js';
import { etagOf } from '../input/command-headers.js';
import type { PageAnswer } from '../input/page-answer.js';
import { pageOf, PageQuery } from '../input/query-fields.decorator.js';
import { isUuid } from '../input/uuid.js';
import { type FieldError, Problem } from '../problems/problem.js';
import { TemplatePreview } from './template-preview.service.js';
import {
  PREVIEW_BODY,
  TEMPLATE_BODY,
  TemplateDto,
  TemplateFieldDto,
  TemplatePreviewsDto,
} from './templates.dto.js';

@ApiTags('Configuration')
@Controller('api/v1')
export class TemplatesController {
  constructor(
    private readonly configuration: Configuration,
    private readonly access: CaseAccess,
    private readonly previews: TemplatePreview,
  ) {}

  @Get('templates')
  @Needs('configuration.read')
  @ApiOperation({ summary: 'List the wording of every update', operationId: 'listTemplate' })
  @AnswersWithPage(TemplateDto, 'One of each update, whether or not somebody has put it into other words.')
  list(): PageAnswer<TemplateDto> {
    const data = UPDATE_KEYS.map((key) => this.resource(key));
    return { data, meta: { hasMore: false, nextCursor: null } };
  }

  @Get('template-fields')
  @Needs('configuration.read')
  @ApiOperation({ summary: 'List the fields that a wording may use', operationId: 'listTemplateFields' })
  @AnswersWithPage(TemplateFieldDto, 'All of them. Where an update has no such value, a field is empty.')
  fields(): PageAnswer<TemplateFieldDto> {
    const data = Object.entries(TEMPLATE_FIELDS).map(([name, { about, example }]) => ({
      name,
      about,
      example: inAllLocales((locale) => (typeof example === 'string' ? example : example[locale])),
    }));
    return { data, meta: { hasMore: false, nextCursor: null } };
  }

  @Get('templates/:key')
  @Needs('configuration.read')
  @ApiOperation({ summary: 'Read the wording of an update', operationId: 'readTemplate' })
  @KeyParam()
  @ApiResponse({
    status: 200,
    type: TemplateDto,
    description: 'The version in force, and the built-in words.',
  })
  read(@Param('key') key: string, @Res({ passthrough: true }) reply: FastifyReply): TemplateDto {
    known(key);
    const resource = this.resource(key);
    if (resource.version !== null) reply.header('etag', etagOf(resource.version));
    return resource;
  }

  @Get('templates/:key/versions')
  @Needs('configuration.read')
  @ApiOperation({ summary: 'Read every version of a wording', operationId: 'readTemplateVersions' })
  @KeyParam()
  @AnswersWithPage(ConfigurationDto, 'Versions, newest first.')
  versions(
    @Param('key') key: string,
    @Query(Checked(PageQuery)) query: PageQuery,
  ): PageAnswer<ConfigurationDto> {
    const entries = this.configuration.versions('template', key);
    if (entries.length === 0) throw new Problem('not-found');
    return versionsPage(entries, pageOf(query), configurationResource);
  }

  @Put('templates/:key')
  @Needs('configuration.publish')
  @ApiOperation({ summary: 'Put an update into other words, in a new version', operationId: 'putTemplate' })
  @KeyParam()
  @IfMatch()
  @ApiBody({ schema: optionalOrNull(TEMPLATE_BODY) })
  @ApiResponse({ status: 200, type: TemplateDto, description: 'The version in force.' })
  async put(
    @Param('key') key: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TemplateDto> {
    const { actor, ifMatch } = askedBy(request);
    const outcome = await this.configuration.put('template', key, request.body ?? {}, actor.id, ifMatch);
    if (outcome.kind === 'stale') throw staleVersion();
    if (outcome.kind === 'invalid') throw new Problem('invalid-fields', { errors: outcome.problems });
    reply.header('etag', etagOf(outcome.entry.version));
    return this.resource(key);
  }

  @Post('templates/:key/preview')
  @Needs('configuration.publish')
  @HttpCode(200)
  @ApiOperation({
    summary: 'See a wording as customers would get it, in each language',
    description: 'With the values of a case, or with examples. Nothing is written and nothing is sent.',
    operationId: 'previewTemplate',
  })
  @KeyParam()
  @ApiBody({ schema: optionalOrNull(PREVIEW_BODY), required: false })
  @ApiResponse({ status: 200, type: TemplatePreviewsDto, description: 'The mail in each language.' })
  async preview(@Param('key') key: string, @Req() request: FastifyRequest): Promise<TemplatePreviewsDto> {
    const { actor } = askedBy(request);
    const { body, caseId } = previewAskedFor(request.body);
    known(key);
    const wording = body ?? this.wordingInForce(key);
    if (caseId === null) return { number: null, data: await this.previews.ofExamples(key, wording) };
    const current = await this.access.read(caseId, actor);
    return { number: caseNumber(current.id), data: await this.previews.ofCase(key, wording, current) };
  }

  private wordingInForce(key: string): TemplateBody {
    return this.configuration.newest('template', key)?.body ?? {};
  }

  private resource(key: string): TemplateDto {
    const entry: ConfigurationEntry | null = this.configuration.newest('template', key);
    const version =
      entry === null
        ? { key, version: null, createdAt: null, createdBy: null }
        : configurationResource(entry);
    return { ...version, builtIn: inAllLocales((locale) => builtInWording(key, locale)) };
  }
}

function known(key: string): void {
  if (!(UPDATE_KEYS as readonly string[]).includes(key)) throw new Problem('not-found');
}

function inAllLocales(textOf: (locale: Locale) => string): Record<string, string> {
  return Object.fromEntries(LOCALES.map((locale) => [locale, textOf(locale)]));
}

/** @throws Problem 422 */
function previewAskedFor(given: unknown): {
  readonly body: TemplateBody | null;
  readonly caseId: string | null;
} {
  // The parser lets objects through and nothing else.
  const { body = null, caseId = null, ...unknown } = (given ?? {}) as Record<string, unknown>;
  const errors: FieldError[] = Object.keys(unknown).map((name) => ({
    pointer: childPointer('', name),
    code: 'unknown-field',
    message: 'There is no such field.',
  }));
  if (caseId !== null && !(typeof caseId === 'string' && isUuid(caseId))) {
    errors.push({ pointer: '/caseId', code: 'invalid-id', message: 'Must be a UUID in lower case.' });
  }
  const checked = body === null ? null : checkTemplate(body);
  for (const problem of checked?.problems ?? [])
    errors.push({ ...problem, pointer: `/body${problem.pointer}` });
  if (errors.length > 0) throw new Problem('invalid-fields', { errors });
  return { body: checked?.value ?? null, caseId: caseId as string | null };
}
