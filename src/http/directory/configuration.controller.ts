/**
 * Versioned configuration: one set of addresses per kind. A PUT that says something new makes a new version; whatever
 * began under an old one goes on under it. Which bodies are valid is the directory's to say.
 */
import { applyDecorators, Controller, Get, Param, Put, Query, Req, Res, type Type } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { warningsOf } from '../../directory/configuration-warnings.js';
import { Configuration, type ConfigurationEntry } from '../../directory/configuration.js';
import type { KindName } from '../../directory/configuration-kinds.js';
import { Needs } from '../auth/access.decorator.js';
import { AnswersWithPage, ETAG } from '../documents/api.decorator.js';
import { askedBy } from '../input/asked.js';
import { Checked } from '../input/checked.pipe.js';
import { etagOf } from '../input/command-headers.js';
import type { PageAnswer } from '../input/page-answer.js';
import { pageOf, PageQuery } from '../input/query-fields.decorator.js';
import { DepartmentPeople } from '../people/department-people.service.js';
import { Problem } from '../problems/problem.js';
import { configurationResource } from './configuration-resource.js';
import { CONFIGURATION_BODIES } from './configuration-bodies.dto.js';
import { ConfigurationDto, PublishedDto } from './configuration.dto.js';
import { versionsPage } from './configuration-versions.js';
import { optionalOrNull } from './optional-or-null.js';

/** Wordings of updates have addresses of their own, since there is one of each update before anybody wrote any. */
type PlainKind = Exclude<KindName, 'template'>;

/** Address of each kind, and its name for a reader. */
const ADDRESSES: Readonly<Record<PlainKind, { readonly path: string; readonly name: string }>> = {
  department: { path: 'departments', name: 'department' },
  playbook: { path: 'playbooks', name: 'playbook' },
  lifecyclePolicy: { path: 'lifecycle-policies', name: 'life-cycle policy' },
  calendar: { path: 'calendars', name: 'working calendar' },
  slaPolicy: { path: 'sla-policies', name: 'SLA policy' },
  deliveryPolicy: { path: 'delivery-policies', name: 'delivery policy' },
  routingRules: { path: 'routing-rules', name: 'list of routing rules' },
  compensationPolicy: { path: 'compensation-policies', name: 'compensation policy' },
  retentionPolicy: { path: 'retention-policies', name: 'retention policy' },
};

export const CONFIGURATION_CONTROLLERS: Type[] = (Object.keys(ADDRESSES) as PlainKind[]).map(controllerOf);

function controllerOf(kind: PlainKind): Type {
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
      private readonly people: DepartmentPeople,
    ) {}

    @Get()
    @Needs('configuration.read')
    @Documented(`List every ${name}, each in the version in force`, 'list')
    @AnswersWithPage(ConfigurationDto, 'All of them, by key.')
    async list(): Promise<PageAnswer<ConfigurationDto>> {
      const data = await shown(this.configuration.list(kind), this.people);
      return { data, meta: { hasMore: false, nextCursor: null } };
    }

    @Get(':key')
    @Needs('configuration.read')
    @Documented(`Read a ${name}`, 'read')
    @applyDecorators(KeyParam(), AnswersWith(ConfigurationDto))
    async read(
      @Param('key') key: string,
      @Res({ passthrough: true }) reply: FastifyReply,
    ): Promise<ConfigurationDto> {
      const entry = this.configuration.newest(kind, key);
      if (!entry) throw new Problem('not-found');
      reply.header('etag', etagOf(entry.version));
      return shownAlone(entry, this.people);
    }

    @Get(':key/versions')
    @Needs('configuration.read')
    @Documented(`Read every version of a ${name}`, 'read', 'Versions')
    @applyDecorators(KeyParam(), AnswersWithPage(ConfigurationDto, 'Versions, newest first.'))
    versions(
      @Param('key') key: string,
      @Query(Checked(PageQuery)) query: PageQuery,
    ): PageAnswer<ConfigurationDto> {
      const entries = this.configuration.versions(kind, key);
      if (entries.length === 0) throw new Problem('not-found');
      return versionsPage(entries, pageOf(query), configurationResource);
    }

    @Put(':key')
    @Needs('configuration.publish')
    @Documented(`Publish a new version of a ${name}`, 'put')
    @applyDecorators(KeyParam(), IfMatch(), ApiBody({ schema: optionalOrNull(CONFIGURATION_BODIES[kind]) }))
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
      return { ...(await shownAlone(outcome.entry, this.people)), warnings };
    }
  }
  // Distinct names, so that Nest and its logs tell the classes apart.
  Object.defineProperty(ConfigurationController, 'name', { value: `${kind}ConfigurationController` });
  return ConfigurationController;
}

/** Departments with the people whom one can turn to; everything else as it was published. */
async function shown(entries: readonly ConfigurationEntry[], people: DepartmentPeople) {
  const departments = entries.flatMap(({ kind, key }) => (kind === 'department' ? [key] : []));
  const besides = departments.length === 0 ? null : await people.of(departments);
  return entries.map((entry) => ({ ...configurationResource(entry), ...besides?.get(entry.key) }));
}

async function shownAlone(entry: ConfigurationEntry, people: DepartmentPeople) {
  const [resource] = await shown([entry], people);
  return resource as NonNullable<typeof resource>;
}

// Functions, not constants: the controllers above are made while this file is still being read.
export function KeyParam(): MethodDecorator {
  return ApiParam({
    name: 'key',
    description: 'What it is called in addresses.',
    schema: { type: 'string' },
  });
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
  return ApiResponse({ status: 200, type, description: 'The version in force.', headers: ETAG });
}
