/** The body of a delivery policy, in the OpenAPI document. What is valid is checked by the directory. */
import { LOCALES } from '../../domain/policies.js';
import { COALESCE_SECONDS_MAX, DEFAULT_DELIVERY_POLICY } from '../../engine/delivery-policy.js';
import type { Schema } from '../directory/configuration.dto.js';

const { coalesceSeconds, defaultLocale, messagesPerAddressAndDay, silentAfterSeconds } =
  DEFAULT_DELIVERY_POLICY;

export const DELIVERY_POLICY_BODY: Schema = {
  type: 'object',
  additionalProperties: false,
  description: 'An absent field keeps its default.',
  properties: {
    coalesceSeconds: {
      type: 'object',
      description:
        'How long a message waits for the next step of its case, so that both become one. P1 never waits.',
      additionalProperties: false,
      properties: Object.fromEntries(
        Object.entries(coalesceSeconds).map(([priority, seconds]) => [
          priority,
          { type: 'integer', minimum: 0, maximum: COALESCE_SECONDS_MAX, default: seconds },
        ]),
      ),
    },
    messagesPerAddressAndDay: {
      type: 'integer',
      minimum: 1,
      maximum: 1_000,
      default: messagesPerAddressAndDay,
      description: 'Beyond it messages wait for the next day (UTC).',
    },
    accountLocales: {
      type: 'object',
      description: 'Language of an organisation’s people who have named none themselves.',
      additionalProperties: { type: 'string', enum: [...LOCALES] },
    },
    defaultLocale: { type: 'string', enum: [...LOCALES], default: defaultLocale },
    silentAfterSeconds: {
      type: 'integer',
      minimum: 60,
      maximum: 604_800,
      default: silentAfterSeconds,
      description: 'After it, a step of which the customer was not told is reported as silent.',
    },
  },
  example: { coalesceSeconds: { P4: 60 }, accountLocales: { 'Example Trading': 'zh-TW' } },
};
