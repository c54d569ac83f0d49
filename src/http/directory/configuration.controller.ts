/**
 * Versioned configuration: one set of addresses per kind. A PUT that says something new makes a new version; whatever
 * began under an old one goes on under it. Which bodies are valid is the directory's to say.
 */
import { applyDecorators, Body, Controller, Get, Param, Put, Res, type Type } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Configuration, type ConfigurationEntry } from '../../directory/configuration.js';
import type { KindName } from '../../directory/configuration-kinds.js';
import { Staff, type StaffRole } from '../../directory/staff.js';
import type { Actor } from '../../domain/case.js';
import { Asking, OnlyFor } from '../auth/auth.guard.js';
import { AnswersWithPage } from '../documents/api.decorator.js';
import { etagOf } from '../input/command-headers.js';
import { toInstantText } from '../input/instant.js';
import type { PageAnswer } from '../input/page-answer.js';
import { Problem } from '../problems/problem.js';
import { ConfigurationDto, CONFIGURATION_BODIES } from './configuration.dto.js';

/** Address of each kind, and its name for a reader. */
const ADDRESSES: Readonly<Record<KindName, { readonly path: string; readonly name: string }>> = {
  department: { path: 'departments', name: 'department' },
  playbook: { path: 'playbooks', name: 'playbook' },
  lifecyclePolicy: { path: 'lifecycle-policies', name: 'life-cycle policy' },
};

export const CONFIGURATION_CONTROLLERS: Type[] = (Object.keys(ADDRESSES) as KindName[]).map(controllerOf);

function controllerOf(kind: KindName): Type {
  const { path, name } = ADDRESSES[kind];
  const Documented = (summary: string, operation: string) =>
    ApiOperation({ summary, operationId: `${operation}${kind.charAt(0).toUpperCase()}${kind.slice(1)}` });
  const AnswersWithEntry = () =>
    ApiResponse({ status: 200, type: ConfigurationDto, description: 'The version in force.' });
  const KeyParam = () => ApiParam({ name: 'key', schema: { type: 'string' } });

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
    @applyDecorators(KeyParam(), AnswersWithEntry())
    read(@Param('key') key: string, @Res({ passthrough: true }) reply: FastifyReply): ConfigurationDto {
      const entry = this.configuration.newest(kind, key);
      if (!entry) throw new Problem('not-found');
      reply.header('etag', etagOf(entry.version));
      return configurationResource(entry, this.staff);
    }

    @Put(':key')
    @OnlyFor('admin')
    @Documented(`Publish a new version of a ${name}`, 'put')
    @applyDecorators(KeyParam(), ApiBody({ schema: CONFIGURATION_BODIES[kind] }), AnswersWithEntry())
    async put(
      @Param('key') key: string,
      @Body() body: unknown,
      @Asking() actor: Actor,
      @Res({ passthrough: true }) reply: FastifyReply,
    ): Promise<ConfigurationDto> {
      const outcome = await this.configuration.put(kind, key, body ?? {}, actor.id);
      if (outcome.kind === 'invalid') throw new Problem('invalid-fields', { errors: outcome.problems });
      reply.header('etag', etagOf(outcome.entry.version));
      return configurationResource(outcome.entry, this.staff);
    }
  }
  // Distinct names, so that Nest and its logs tell the classes apart.
  Object.defineProperty(ConfigurationController, 'name', { value: `${kind}ConfigurationController` });
  return ConfigurationController;
}

function configurationResource(entry: ConfigurationEntry, staff: Staff): ConfigurationDto {
  const { kind, key, version, body, createdAt, createdBy } = entry;
  const people = kind === 'department' ? peopleOf(key, staff) : {};
  return { key, version, ...body, ...people, createdAt: toInstantText(createdAt), createdBy };
}

/** Whom an agent can turn to (A9). */
function peopleOf(department: string, staff: Staff): object {
  const here = staff.list().filter((person) => person.active && person.department === department);
  const named = (role: StaffRole) =>
    here.filter((person) => person.role === role).map(({ id, name }) => ({ id, name }));
  return { lead: named('lead')[0] ?? null, members: named('member') };
}
