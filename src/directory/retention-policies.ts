/**
 * The retention policy as configuration: how long texts, files and protocols are kept. Checks what a body may hold;
 * what is forgotten when is the sweep's business.
 */
import {
  DEFAULT_RETENTION_POLICY,
  RETENTION_DAYS_MAX,
  RETENTION_MIN,
  type RetentionPolicy,
  STORED_ANSWERS_HOURS_MAX,
} from '../engine/retention-policy.js';
import { Checks } from './checks.js';
import type { ConfigurationKind } from './configuration-kind.js';
import { DEFAULT_POLICY } from './lifecycle-policies.js';

const FIELDS = Object.keys(DEFAULT_RETENTION_POLICY) as (keyof RetentionPolicy)[];
type DaysField = Exclude<keyof RetentionPolicy, 'storedAnswersHours'>;

export const retentionPolicyKind: ConfigurationKind<RetentionPolicy> = {
  keyPattern: /^default$/,
  keyShape: '"default"',
  defaults: { [DEFAULT_POLICY]: DEFAULT_RETENTION_POLICY },
  check: (_key, body) => {
    const checks = new Checks();
    const given = checks.object(body, '', FIELDS);
    /** Absent or null: for ever. */
    const days = (field: DaysField): number | null =>
      given[field] == null
        ? null
        : checks.integer(given[field], `/${field}`, RETENTION_MIN[field], RETENTION_DAYS_MAX);
    const value: RetentionPolicy = {
      endedCasesDays: days('endedCasesDays'),
      inboundDays: days('inboundDays'),
      deliveryDetailDays: days('deliveryDetailDays'),
      attachmentsDays: days('attachmentsDays'),
      storedAnswersHours: checks.integer(
        given['storedAnswersHours'] ?? DEFAULT_RETENTION_POLICY.storedAnswersHours,
        '/storedAnswersHours',
        RETENTION_MIN.storedAnswersHours,
        STORED_ANSWERS_HOURS_MAX,
      ),
    };
    return { value, problems: checks.problems };
  },
};
