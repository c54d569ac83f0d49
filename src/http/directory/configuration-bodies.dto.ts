/** What each kind of configuration takes, in the OpenAPI document. What is valid is checked by the directory. */
import type { KindName } from '../../directory/configuration-kinds.js';
import { DEFAULT_LIFECYCLE, LOCALES } from '../../domain/policies.js';
import { CALENDAR_BODY } from './calendars.dto.js';
import type { Schema } from './configuration.dto.js';
import { OLA_TARGETS, SLA_POLICY_BODY } from './sla-policies.dto.js';

const seconds: Schema = { type: 'integer', minimum: 0, description: 'Calendar seconds.' };

export const CONFIGURATION_BODIES: Readonly<Record<KindName, Schema>> = {
  department: {
    type: 'object',
    required: ['publicName', 'answersFor'],
    additionalProperties: false,
    properties: {
      publicName: {
        type: 'object',
        description: 'What customers read, in each language.',
        required: [...LOCALES],
        additionalProperties: false,
        properties: Object.fromEntries(LOCALES.map((locale) => [locale, { type: 'string', maxLength: 80 }])),
      },
      answersFor: { type: 'string', maxLength: 500 },
      calendar: { type: 'string', default: 'default' },
      ola: OLA_TARGETS,
    },
    example: {
      publicName: { en: 'Warranty', 'zh-CN': '保修部', 'zh-TW': '保固部' },
      answersFor: 'Warranty claims and spare parts.',
    },
  },
  playbook: {
    type: 'object',
    additionalProperties: false,
    properties: {
      directLevel2: { type: 'boolean', default: false },
      evidenceRequired: { type: 'boolean', default: false },
      breachClimbs: {
        type: 'boolean',
        default: true,
        description: 'Whether a missed target moves a case up by itself; where not, a manager is called.',
      },
      route: {
        type: 'object',
        description: 'Where time sends a case; null at level 2: the same department goes on.',
        additionalProperties: false,
        properties: {
          level1: { oneOf: [{ type: 'string' }, { type: 'null' }] },
          level2: { oneOf: [{ type: 'string' }, { type: 'null' }] },
        },
      },
      requiredFields: {
        type: 'object',
        description: 'Hand-off fields by department; `*` holds for all.',
        additionalProperties: { type: 'array', items: { type: 'string' } },
      },
    },
    example: {
      directLevel2: false,
      evidenceRequired: true,
      requiredFields: { logistics: ['trackingNumber'] },
    },
  },
  lifecyclePolicy: {
    type: 'object',
    additionalProperties: false,
    description: 'An absent field keeps its default.',
    properties: Object.fromEntries(
      Object.entries(DEFAULT_LIFECYCLE).map(([name, value]) => [
        name,
        Array.isArray(value)
          ? { type: 'array', items: seconds, default: value }
          : { type: 'integer', minimum: 0, default: value as number },
      ]),
    ),
    example: { reopenWindowSeconds: 2_592_000 },
  },
  calendar: CALENDAR_BODY,
  slaPolicy: SLA_POLICY_BODY,
};
