/** The scenarios' names of clocks and the product's, in one table. Knows no value of either. */
import type { ForeignPolicy } from './read-scenarios.js';

/** A metric of the product that a scenario can have a word for. */
export type MetricName =
  'firstResponse' | 'nextResponse' | 'resolution' | 'nextUpdate' | 'olaAccept' | 'olaWork';

/** Towards the customer. */
const CUSTOMER: Readonly<Record<string, MetricName>> = {
  first_response: 'firstResponse',
  next_response: 'nextResponse',
  resolution: 'resolution',
  keep_in_loop: 'nextUpdate',
};

/** Between departments: what is first is to accept, what is last is to be done. */
const INTERNAL: Readonly<Record<string, MetricName>> = {
  first_response: 'olaAccept',
  resolution: 'olaWork',
};

/**
 * The product's metric behind a scenario's word; null when there is none. `internal_…` are a department's, and so are
 * the plain words of a policy that is `internal` as a whole.
 */
export function metricOf(name: string, policy: ForeignPolicy | null): MetricName | null {
  const own = /^internal_(.+)$/.exec(name)?.[1];
  if (own !== undefined) return INTERNAL[own] ?? null;
  return (policy?.internal === true ? INTERNAL[name] : CUSTOMER[name]) ?? null;
}

export interface MetricTarget {
  readonly metric: MetricName;
  readonly seconds: number;
}

const MINUTE_SECONDS = 60;

/** Every target of a policy. */
export function targetsOf(policy: ForeignPolicy | null): MetricTarget[] {
  if (policy === null) return [];
  const within = (part: ForeignPolicy, prefix: string): MetricTarget[] =>
    Object.entries(part).flatMap(([field, minutes]) => {
      const name = /^(.+)_minutes$/.exec(field)?.[1];
      const metric = name === undefined ? null : metricOf(prefix + name, policy);
      return metric && typeof minutes === 'number' ? [{ metric, seconds: minutes * MINUTE_SECONDS }] : [];
    });
  const { internal } = policy;
  return [
    ...within(policy, ''),
    ...(typeof internal === 'object' && internal !== null ? within(internal, 'internal_') : []),
  ];
}

export function isOfDepartment(metric: MetricName): boolean {
  return metric === 'olaAccept' || metric === 'olaWork';
}
