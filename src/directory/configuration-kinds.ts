/**
 * The table of kinds of configuration: which keys and bodies each accepts, and what an installation begins with. A
 * new kind is one line here and one file beside it. Knows no database.
 */
import { calendarKind } from './calendars.js';
import { compensationPolicyKind } from './compensation-policies.js';
import type { ConfigurationKind } from './configuration-kind.js';
import { deliveryPolicyKind } from './delivery-policies.js';
import { departmentKind } from './departments.js';
import { lifecyclePolicyKind } from './lifecycle-policies.js';
import { playbookKind } from './playbooks.js';
import { retentionPolicyKind } from './retention-policies.js';
import { routingRulesKind } from './routing-rules.js';
import { slaPolicyKind } from './sla-policies.js';
import { templateKind } from './templates.js';

export const CONFIGURATION_KINDS = {
  department: departmentKind,
  playbook: playbookKind,
  lifecyclePolicy: lifecyclePolicyKind,
  calendar: calendarKind,
  slaPolicy: slaPolicyKind,
  deliveryPolicy: deliveryPolicyKind,
  template: templateKind,
  routingRules: routingRulesKind,
  compensationPolicy: compensationPolicyKind,
  retentionPolicy: retentionPolicyKind,
} as const;

export type KindName = keyof typeof CONFIGURATION_KINDS;
export const KIND_NAMES = Object.keys(CONFIGURATION_KINDS) as readonly KindName[];

/** The stored form of a kind's bodies. */
export type BodyOf<K extends KindName> =
  (typeof CONFIGURATION_KINDS)[K] extends ConfigurationKind<infer T> ? T : never;
