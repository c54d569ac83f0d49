/** What each kind of configuration takes, in the OpenAPI document. What is valid is checked by the directory. */
import { AMOUNT_MINOR_MAX, CAP_DAYS_MAX } from '../../directory/compensation-policies.js';
import type { KindName } from '../../directory/configuration-kinds.js';
import { DEPUTIES_MAX } from '../../directory/departments.js';
import { DEFAULT_COMPENSATION, DEFAULT_LIFECYCLE, LOCALES } from '../../domain/policies.js';
import { ROUTING_RULES_BODY } from '../people/routing.dto.js';
import { DELIVERY_POLICY_BODY } from '../deliveries/delivery-policy.dto.js';
import { RETENTION_POLICY_BODY } from '../privacy/retention-policy.dto.js';
import { TEMPLATE_BODY } from '../templates/templates.dto.js';
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
      answersForIn: {
        type: 'object',
        description: 'The same in further languages, for those who search in theirs.',
        additionalProperties: false,
        properties: Object.fromEntries(LOCALES.map((locale) => [locale, { type: 'string', maxLength: 500 }])),
      },
      lead: {
        description: 'Id of an active lead of the department.',
        oneOf: [{ type: 'string' }, { type: 'null' }],
      },
      deputies: {
        type: 'array',
        description: 'Ids of active people of the department, who stand in for the lead.',
        maxItems: DEPUTIES_MAX,
        items: { type: 'string' },
      },
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
      departuresNeedReason: {
        type: 'boolean',
        default: false,
        description: 'Whether an escalation to another department than `route` names needs a reason.',
      },
      checklist: {
        type: 'object',
        description: 'What must have been done before the hand-off, by department; `*` holds for all.',
        additionalProperties: { type: 'array', maxItems: 30, items: { type: 'string', maxLength: 200 } },
      },
      texts: {
        type: 'object',
        description: 'Ready texts by name, each in every language.',
        additionalProperties: {
          type: 'object',
          required: [...LOCALES],
          additionalProperties: false,
          properties: Object.fromEntries(
            LOCALES.map((locale) => [locale, { type: 'string', maxLength: 4_000 }]),
          ),
        },
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
  template: TEMPLATE_BODY,
  deliveryPolicy: DELIVERY_POLICY_BODY,
  retentionPolicy: RETENTION_POLICY_BODY,
  routingRules: ROUTING_RULES_BODY,
  compensationPolicy: {
    type: 'object',
    additionalProperties: false,
    required: ['currency', 'limitsMinor', 'customerCapMinor'],
    description: 'Amounts count the smallest unit of the currency.',
    properties: {
      currency: { type: 'string', description: 'ISO 4217.', pattern: '^[A-Z]{3}$' },
      limitsMinor: {
        type: 'object',
        description: 'What each role may grant; a role that is absent may grant nothing.',
        additionalProperties: false,
        properties: Object.fromEntries(
          ['agent', 'member', 'lead', 'manager', 'admin'].map((role) => [
            role,
            { type: 'integer', minimum: 0, maximum: AMOUNT_MINOR_MAX },
          ]),
        ),
      },
      customerCapMinor: {
        type: 'integer',
        description: 'Granted to one customer within the period, over all cases.',
        minimum: 0,
        maximum: AMOUNT_MINOR_MAX,
      },
      customerCapDays: {
        type: 'integer',
        minimum: 1,
        maximum: CAP_DAYS_MAX,
        default: DEFAULT_COMPENSATION.customerCapDays,
      },
      decideWithin: {
        type: 'object',
        description: 'How long an approval may take before the deputy is asked; exactly one unit.',
        default: DEFAULT_COMPENSATION.decideWithin,
        additionalProperties: false,
        properties: Object.fromEntries(
          ['businessSeconds', 'calendarSeconds', 'businessDays'].map((unit) => [
            unit,
            { type: 'integer', minimum: 1 },
          ]),
        ),
      },
    },
    example: {
      currency: 'EUR',
      limitsMinor: { agent: 5_000, lead: 50_000, manager: 500_000 },
      customerCapMinor: 500_000,
    },
  },
};
