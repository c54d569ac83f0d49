/** Configuration in the OpenAPI document, as it is answered. */
import type { ApiResponseOptions } from '@nestjs/swagger';
import { Out, OutInstant } from '../documents/out.decorator.js';

/** A schema that no class describes. */
export type Schema = Extract<ApiResponseOptions, { schema: unknown }>['schema'];

/** Key and version, with the fields of the body beside them. */
export class ConfigurationDto {
  @Out(String) key: string;
  @Out('integer', { description: '1, 2, …; a change makes a new one.' }) version: number;
  @OutInstant() createdAt: string;
  @Out(String) createdBy: string;
}

/** Allowed, and yet probably not meant. */
export class WarningDto {
  @Out(String, { description: 'JSON pointer into the body.', example: '/targets/P3/resolution' })
  pointer: string;
  @Out(String, { example: 'budget-over-target' }) code: string;
  @Out(String) message: string;
}

export class PublishedDto extends ConfigurationDto {
  @Out(() => [WarningDto]) warnings: readonly WarningDto[];
}
