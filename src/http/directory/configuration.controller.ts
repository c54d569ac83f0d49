/**
 * Versioned configuration: one set of addresses per kind. A PUT that says something new makes a new version; whatever
 * began under an old one goes on under it. Which bodies are valid is the directory's to say.
 */
import { applyDecorators, Controller, Get, Param, Put, Query, Req, Res, type Type } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { warningsOf } from '../../directory/configuration-warnings.js';
import { Configuration } from '../../directory/configuration.js';
import type { KindName } from '../../directory/configuration-kinds.js';
import { Staff } from '../../directory/staff.js';
import { OnlyFor } from '../auth/auth.guard.js';
import { AnswersWithPage } from '../documents/api.decorator.js';
import { askedBy } from '../input/asked.js';
import { Checked } from '../input/checked.pipe.js';
import { etagOf } from '../input/command-headers.js';
import type { PageAnswer } from '../input/page-answer.js';
import { pageOf, PageQuery } from '../input/query-fields.decorator.js';
import { Problem } from '../problems/problem.js';
import { configurationResource } from './configuration-resource.js';
import { CONFIGURATION_BODIES } from './configuration-bodies.dto.js';
import { ConfigurationDto, PublishedDto } from './configuration.dto.js';
import { versionsPage } from './configuration-versions.js';

/** Address of each kind, and its name for a reader. */
const ADDRESSES: Readonly<Record<KindName, { readonly path: string; readonly name: string }>> = {
  department: { path: 'departments', name: 'department' },
  playbook: { path: 'playbooks', name: 'playbook' },
  lifecyclePolicy: { path: 'lifecycle-policies', name: 'life-cycle policy' },
  calendar: { path: 'calendars', name: 'working calendar' },
  slaPolicy: { path: 'sla-policies', name: 'SLA policy' },
};

export const CONFIGURATION_CONTROLLERS: Type[] = (Object.keys(ADDRESSES) as KindName[]).map(controllerOf);

function controllerOf(kind: KindName): Type {
  const { path, name } = ADDRESSES[kind];
  const Documented = (summary: string, verb: string, suffix = '') =>
    ApiOperation({
      summary,
      operationId: `${verb}${kind.charAt(0).toUpperCase()}${kind.slice(1)}${suffix}`,
    });

  @ApiTags('Configuration')
  @Controller(`api/v1/${path}`)
  class ConfigurationController {
    constructor(
      private readonly configuration: Configuration,
      private readonly staff: Staff,
    ) {}

    @Get()
    @Documented(`List every ${name}, each in the version in force`, 'list')
    @AnswersWithPage(ConfigurationDto, 'All of them, by key.')
    list(): PageAnswer<ConfigurationDto> {
      const data = this.configuration.list(kind).map((entry) => configurationResource(entry, this.staff));
      return { data, meta: { hasMore: false, nextCursor: null } };
    }

    @Get(':key')
    @Documented(`Read a ${name}`, 'read')
    @applyDecorators(KeyParam(), AnswersWith(ConfigurationDto))
    read(@Param('key') key: string, @Res({ passthrough: true }) reply: FastifyReply): ConfigurationDto {
      const entry = this.configuration.newest(kind, key);
      if (!entry) throw new Problem('not-found');
      reply.header('etag', etagOf(entry.version));
      return configurationResource(entry, this.staff);
    }

    @Get(':key/versions')
    @Documented(`Read every version of a ${name}`, 'read', 'Versions')
    @applyDecorators(KeyParam(), AnswersWithPage(ConfigurationDto, 'Versions, newest first.'))
    versions(
      @Param('key') key: string,
      @Query(Checked(PageQuery)) query: PageQuery,
    ): PageAnswer<ConfigurationDto> {
      const entries = this.configuration.versions(kind, key);
      if (entries.length === 0) throw new Problem('not-found');
      return versionsPage(entries, pageOf(query), (entry) => configurationResource(entry, this.staff));
    }

    @Put(':key')
    @OnlyFor('admin')
    @Documented(`Publish a new version of a ${name}`, 'put')
    @applyDecorators(KeyParam(), IfMatch(), ApiBody({ schema: CONFIGURATION_BODIES[kind] }))
    @AnswersWith(PublishedDto)
    async put(
      @Param('key') key: string,
      @Req() request: FastifyRequest,
      @Res({ passthrough: true }) reply: FastifyReply,
    ): Promise<PublishedDto> {
      const { actor, ifMatch } = askedBy(request);
      const outcome = await this.configuration.put(kind, key, request.body ?? {}, actor.id, ifMatch);
      if (outcome.kind === 'stale') throw staleVersion();
      if (outcome.kind === 'invalid') throw new Problem('invalid-fields', { errors: outcome.problems });
      reply.header('etag', etagOf(outcome.entry.version));
      const warnings = warningsOf(kind, key, this.configuration);
      return { ...configurationResource(outcome.entry, this.staff), warnings };
    }
  }
  // Distinct names, so that Nest and its logs tell the classes apart.
  Object.defineProperty(ConfigurationController, 'name', { value: `${kind}ConfigurationController` });
  return ConfigurationController;
}

// Functions, not constants: the controllers above are made while this file is still being read.
export function KeyParam(): MethodDecorator {
  return ApiParam({ name: 'key', schema: { type: 'string' } });
}

export function IfMatch(): MethodDecorator {
  return ApiHeader({
    name: 'If-Match',
    required: false,
    description: 'The ETag of the version that you changed; 412 when there is a newer one.',
    schema: { type: 'string', example: '"3"' },
  });
}

export function staleVersion(): Problem {
  return new Problem('revision-stale', { detail: 'Somebody has published another version meanwhile.' });
}

function AnswersWith(type: Type): MethodDecorator {
  return ApiResponse({ status: 200, type, description: 'The version in force.' });
}
