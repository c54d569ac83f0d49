/** API keys as clients send and see them. The key itself is in the answer to its making, and nowhere else. */
import { type Scope, SCOPES } from '../../domain/scopes.js';
import type { ApiKey, IssuedKey } from '../../identity/api-keys.js';
import { Out, OutChoices, OutInstant, OutUuid } from '../documents/out.decorator.js';
import { Choices, InstantText, KEY_MAX, Line, LINE_MAX, Whole } from '../input/fields.decorator.js';
import { toInstantText } from '../input/instant.js';
import { PageQuery, QueryText } from '../input/query-fields.decorator.js';

/** A week, in seconds: longer, and nobody remembers that two keys work. */
export const OVERLAP_SECONDS_MAX = 604_800;

export class NewApiKeyDto {
  @Line(KEY_MAX, { about: 'Whose key it is: it may do what they may.', example: 'service-1' })
  staffId: string;
  @Line(LINE_MAX, { about: 'What it is for.', example: 'Web shop, production' }) name: string;
  @InstantText({ optional: true, about: 'Default: it works until it is revoked.' }) expiresAt?: string | null;
  @Choices(SCOPES, {
    optional: true,
    about: 'What the key is narrowed to, `read`: to whatever only looks. Default: all that its holder may.',
    example: ['cases'],
  })
  scopes?: Scope[] | null;
}

export class ApiKeyRotationDto {
  @Whole(0, OVERLAP_SECONDS_MAX, {
    optional: true,
    about: 'For how long the old key works beside the new one; default 0: not at all.',
  })
  overlapSeconds?: number | null;
  @InstantText({ optional: true, about: 'Of the new key. Default: that of the old one.' })
  expiresAt?: string | null;
}

export class ApiKeysQueryDto extends PageQuery {
  @QueryText('Only the keys of this person.', KEY_MAX) staffId?: string;
}

export class ApiKeyDto {
  @OutUuid() id: string;
  @Out(String, { description: 'The beginning of the key, to recognise it by.', example: 'cew_service_Zq3x' })
  prefix: string;
  @Out(String) staffId: string;
  @Out(String) name: string;
  @OutChoices(SCOPES, { nullable: true, description: 'null: all that its holder may.' }) scopes:
    Scope[] | null;
  @OutInstant() createdAt: string;
  @OutInstant({ nullable: true }) expiresAt: string | null;
  @OutInstant({
    nullable: true,
    description: 'Refused from then on; ahead of now while a rotated key runs out.',
  })
  revokedAt: string | null;
  @OutInstant({ nullable: true, description: 'To the minute.' }) lastUsedAt: string | null;
}

export class ApiKeySecretDto extends ApiKeyDto {
  @Out(String, { description: 'Shown this once.', example: 'cew_service_…' }) key: string;
}

export function apiKeyResource(apiKey: ApiKey): ApiKeyDto {
  const { id, prefix, staffId, name, scopes, createdAt, expiresAt, revokedAt, lastUsedAt } = apiKey;
  return {
    id,
    prefix,
    staffId,
    name,
    scopes: scopes === null ? null : [...scopes],
    createdAt: toInstantText(createdAt),
    expiresAt: toInstantText(expiresAt),
    revokedAt: toInstantText(revokedAt),
    lastUsedAt: toInstantText(lastUsedAt),
  };
}

export function apiKeySecretResource(issued: IssuedKey): ApiKeySecretDto {
  return Object.assign(apiKeyResource(issued), { key: issued.key });
}
