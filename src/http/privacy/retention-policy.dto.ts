/** The body of a retention policy, in the OpenAPI document. What is valid is checked by the directory. */
import {
  DEFAULT_RETENTION_POLICY,
  RETENTION_DAYS_MAX,
  RETENTION_MIN,
  STORED_ANSWERS_HOURS_MAX,
} from '../../engine/retention-policy.js';
import type { Schema } from '../directory/configuration.dto.js';

const DAYS = {
  endedCasesDays: 'Texts of a case that ended for good so long ago are erased; its figures stay.',
  inboundDays: 'Lines of what came in, which tell a second arrival from a first.',
  deliveryDetailDays: 'What mail servers and endpoints answered.',
  attachmentsDays: 'Files of cases that have ended for good.',
} as const;

export const RETENTION_POLICY_BODY: Schema = {
  type: 'object',
  additionalProperties: false,
  description: 'Days after which something is forgotten. Absent or null: it is kept for ever.',
  properties: {
    ...Object.fromEntries(
      (Object.keys(DAYS) as (keyof typeof DAYS)[]).map((field) => [
        field,
        {
          type: ['integer', 'null'],
          minimum: RETENTION_MIN[field],
          maximum: RETENTION_DAYS_MAX,
          default: null,
          description: DAYS[field],
        } as unknown as Schema,
      ]),
    ),
    storedAnswersHours: {
      type: 'integer',
      minimum: RETENTION_MIN.storedAnswersHours,
      maximum: STORED_ANSWERS_HOURS_MAX,
      default: DEFAULT_RETENTION_POLICY.storedAnswersHours,
      description: 'How long the answer to a keyed command can be had again.',
    },
  },
  example: { endedCasesDays: 1_095, inboundDays: 365, deliveryDetailDays: 90 },
};
