/**
 * Against what each clock is measured: the agreement that applies to a case, and out of it the span and the calendar
 * of one metric, in the versions that stay in force. Moves no clock.
 */
import type { Instant } from '../actor.js';
import type { CaseContext, Clock, Metric, SingleMetric } from '../case.js';
import type { Department, OlaMetric, Policies, SlaPolicy, Span } from '../policies.js';
import type { Target } from './clock-record.js';
import { type Change, clockOf, type Step } from './clock-rules.js';
import type { Matter } from './matters.js';

const MS_PER_SECOND = 1000;

/** The agreement that applies: the version that the running clocks keep, else the newest that matches. */
export function agreement(stepped: Step, { book }: Policies): SlaPolicy {
  const { before, context, intake, event } = stepped;
  const kept = before && event.type !== 'case.rebase' ? clockOf(before.context, 'resolution') : undefined;
  const newest = book.slaPolicyFor({ ...intake, grade: context.grade });
  return kept && kept.policyKey === newest.key ? book.slaPolicy(kept.policyKey, kept.policyVersion) : newest;
}

/** @param keeps the clock whose versions stay in force; undefined takes the newest. */
export function targetFor(
  metric: SingleMetric,
  { context, sla }: Change,
  policies: Policies,
  keeps: Clock | undefined,
): Target {
  if (isOla(metric)) {
    const department = policies.departments[context.handler?.department ?? ''];
    return target(sla, olaSpan(metric, context, department), department?.calendar, policies, keeps);
  }
  return target(sla, sla.targets[context.priority]?.[metric], undefined, policies, keeps);
}

/**
 * Of a consult, an approval or a promise. An instant that was agreed upon counts around the clock, so that it is due
 * then, to the second; all else is a span of the policies.
 * @param from when the clock began.
 */
export function targetOfMatter(
  { metric, dueAt, department: key }: Matter,
  from: Instant,
  { context, sla }: Change,
  policies: Policies,
  keeps: Clock | undefined,
): Target {
  if (dueAt !== null) {
    const span = { calendarSeconds: Math.ceil((dueAt - from) / MS_PER_SECOND) };
    return target(sla, span, undefined, policies, keeps);
  }
  if (metric === 'decision') {
    return target(sla, policies.compensation.decideWithin, undefined, policies, keeps);
  }
  const department = policies.departments[key ?? ''];
  return target(sla, olaSpan('consult', context, department), department?.calendar, policies, keeps);
}

function isOla(metric: Metric): metric is Exclude<OlaMetric, 'consult'> {
  return metric === 'olaAccept' || metric === 'olaWork';
}

function target(
  sla: SlaPolicy,
  span: Span | null | undefined,
  calendar: string | undefined,
  { book }: Policies,
  keeps: Clock | undefined,
): Target {
  const key = calendar ?? sla.calendar;
  return {
    span: span ?? null,
    policyKey: sla.key,
    policyVersion: sla.version,
    calendar: book.calendar(key, keeps?.calendarKey === key ? keeps.calendarVersion : undefined),
    warnPercents: sla.warnPercents,
  };
}

function olaSpan(
  metric: OlaMetric,
  { priority }: CaseContext,
  department: Department | undefined,
): Span | null | undefined {
  return department?.ola?.[priority]?.[metric];
}
