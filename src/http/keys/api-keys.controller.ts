/** Who has which API keys: made, listed, replaced and revoked by administrators. */
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { API_KEY, ApiKeys, type KeyRefusal } from '../../identity/api-keys.js';
import { Principals } from '../../identity/principals.js';
import { Staff } from '../../directory/staff.js';
import type { Instant } from '../../domain/actor.js';
import { decodeCursor, encodeCursor } from '../../reports/cursor.js';
import { DatabaseClock } from '../../reports/database-clock.js';
import { Needs } from '../auth/access.decorator.js';
import { credentialOf } from '../auth/credentials.js';
import { AnswersWithPage } from '../documents/api.decorator.js';
import { Checked } from '../input/checked.pipe.js';
import { parseInstant } from '../input/instant.js';
import type { PageAnswer } from '../input/page-answer.js';
import { pageOf } from '../input/query-fields.decorator.js';
import { isUuid } from '../input/uuid.js';
import { validateBody } from '../input/validate-input.js';
import { Problem, type FieldError } from '../problems/problem.js';
import type { ProblemCode } from '../problems/problem-types.js';
import {
  ApiKeyDto,
  apiKeyResource,
  ApiKeyRotationDto,
  ApiKeySecretDto,
  apiKeySecretResource,
  ApiKeysQueryDto,
  NewApiKeyDto,
} from './api-keys.dto.js';

const ApiKeyIdParam = () =>
  ApiParam({ name: 'id', description: 'Id of the key.', schema: { type: 'string', format: 'uuid' } });

const RefusedWith409 = () =>
  ApiResponse({
    status: 409,
    description: '`api-key-in-use`, `api-key-ended`',
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  });

const REFUSED: Readonly<Record<KeyRefusal, ProblemCode>> = {
  unknown: 'not-found',
  'in-use': 'api-key-in-use',
  ended: 'api-key-ended',
  'asking-key-ended': 'api-key-ended',
};

@ApiTags('API keys')
@Controller('api/v1/api-keys')
@Needs('apiKey.manage')
export class ApiKeysController {
  constructor(
    private readonly apiKeys: ApiKeys,
    private readonly principals: Principals,
    private readonly staff: Staff,
    private readonly clock: DatabaseClock,
  ) {}

  @Post()
  @ApiOperation({
    summary: 'Make an API key for a person or a system',
    description: 'Only a hash is stored: the key is shown in this answer alone.',
    operationId: 'createApiKey',
  })
  @ApiBody({ type: NewApiKeyDto })
  @ApiResponse({ status: 201, type: ApiKeySecretDto, description: 'The key, with its secret.' })
  async create(@Body() body: unknown): Promise<ApiKeySecretDto> {
    const { staffId, name, expiresAt, scopes = null } = validateBody(NewApiKeyDto, body);
    const holder = this.staff.find(staffId);
    const errors: FieldError[] = [];
    if (!holder?.active) {
      errors.push({ pointer: '/staffId', code: 'inconsistent', message: 'Nobody of this id works here.' });
    }
    const endsAt = await this.endOf(expiresAt, errors);
    if (holder === null || errors.length > 0) throw new Problem('invalid-fields', { errors });
    const { role } = holder;
    return apiKeySecretResource(await this.apiKeys.issue({ staffId, role, name, scopes, expiresAt: endsAt }));
  }

  @Get()
  @ApiOperation({
    summary: 'List the API keys, ended ones included, without their secrets',
    operationId: 'listApiKeys',
  })
  @AnswersWithPage(ApiKeyDto, 'A page of keys, oldest first.')
  async list(@Query(Checked(ApiKeysQueryDto)) query: ApiKeysQueryDto): Promise<PageAnswer<ApiKeyDto>> {
    const { limit, cursor } = pageOf(query);
    const { staffId = null } = query;
    // A cursor of one filter is none of another.
    const list = staffId === null ? 'api-keys' : `api-keys:${staffId}`;
    const afterId = cursor === null ? null : (decodeCursor(cursor, list, ['uuid'])[0] ?? null);
    const found = await this.apiKeys.list({ staffId, afterId, limit: limit + 1 });
    const shown = found.slice(0, limit);
    const hasMore = found.length > limit;
    const nextCursor = hasMore ? encodeCursor(list, [shown.at(-1)?.id ?? '']) : null;
    return { data: shown.map(apiKeyResource), meta: { hasMore, nextCursor } };
  }

  @Post(':id/rotation')
  @ApiOperation({
    summary: 'Replace an API key',
    description:
      'A new key for the same holder under the same name; the old one ends after the overlap. The key that asks can replace itself only with an overlap, so that a lost answer locks nobody out.',
    operationId: 'rotateApiKey',
  })
  @ApiKeyIdParam()
  @ApiBody({ type: ApiKeyRotationDto, required: false })
  @ApiResponse({ status: 201, type: ApiKeySecretDto, description: 'The new key, with its secret.' })
  @RefusedWith409()
  async rotate(
    @Param('id') id: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
  ): Promise<ApiKeySecretDto> {
    const asked = validateBody(ApiKeyRotationDto, body);
    const errors: FieldError[] = [];
    const expiresAt = await this.endOf(asked.expiresAt, errors);
    if (errors.length > 0) throw new Problem('invalid-fields', { errors });
    if (!isUuid(id)) throw new Problem('not-found');
    const overlapMs = (asked.overlapSeconds ?? 0) * 1_000;
    const issued = await this.apiKeys.rotate(id, keyOf(request), { overlapMs, expiresAt });
    this.principals.forget();
    if (typeof issued === 'string') throw new Problem(REFUSED[issued]);
    return apiKeySecretResource(issued);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Revoke an API key',
    description:
      'Refused on this node at once, on the others within 5 seconds. Revoking it again changes nothing. Nobody can revoke the key that they are using.',
    operationId: 'revokeApiKey',
  })
  @ApiKeyIdParam()
  @ApiResponse({ status: 204, description: 'It is revoked.' })
  @RefusedWith409()
  async revoke(@Param('id') id: string, @Req() request: FastifyRequest): Promise<void> {
    if (!isUuid(id)) throw new Problem('not-found');
    const outcome = await this.apiKeys.revoke(id, keyOf(request));
    this.principals.forget();
    if (outcome !== 'revoked') throw new Problem(REFUSED[outcome]);
  }

  /** Reports an end that has passed. */
  private async endOf(text: string | null | undefined, errors: FieldError[]): Promise<Instant | null> {
    const at = text ? parseInstant(text) : null;
    if (at !== null && at <= (await this.clock.now())) {
      errors.push({ pointer: '/expiresAt', code: 'out-of-range', message: 'Must lie ahead.' });
    }
    return at;
  }
}

/** The key by which the guard has let it in; null: a token of an issuer, or a session. */
function keyOf(request: FastifyRequest): string | null {
  const credential = credentialOf(request);
  return credential !== null && API_KEY.test(credential) ? credential : null;
}
