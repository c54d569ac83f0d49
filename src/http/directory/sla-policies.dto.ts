/** SLA policies in the OpenAPI document. What is valid is checked by the directory; these shapes describe it. */
import { OLA_METRICS } from '../../directory/departments.js';
import { SLA_METRICS, WARNINGS_MAX } from '../../directory/sla-policies.js';
import { SPAN_DAYS_MAX, SPAN_SECONDS_MAX } from '../../directory/target-spans.js';
import { GRADES, METRICS, PRIORITIES } from '../../domain/case.js';
import { DEFAULT_OLA, DEFAULT_SLA_POLICY } from '../../domain/policies.js';
import { Out, OutChoice, OutInstant, OutUuid } from '../documents/out.decorator.js';
import { Flag } from '../input/fields.decorator.js';
import type { Schema } from './configuration.dto.js';

const unit = (name: string, maximum: number): Schema => ({
  type: 'object',
  required: [name],
  additionalProperties: false,
  properties: { [name]: { type: 'integer', minimum: 1, maximum } },
});

const span: Schema = {
  description: 'Absent or null: measured without a target.',
  oneOf: [
    unit('businessSeconds', SPAN_SECONDS_MAX),
    unit('calendarSeconds', SPAN_SECONDS_MAX),
    unit('businessDays', SPAN_DAYS_MAX),
    { type: 'null' } as never,
  ],
};

const targets = (metrics: readonly string[], example: unknown): Schema => ({
  type: 'object',
  additionalProperties: false,
  properties: Object.fromEntries(
    PRIORITIES.map((priority) => [
      priority,
      {
        type: 'object',
        additionalProperties: false,
        properties: Object.fromEntries(metrics.map((metric) => [metric, span])),
      },
    ]),
  ),
  example,
});

export const OLA_TARGETS: Schema = targets(OLA_METRICS, DEFAULT_OLA);

const oneOrMore = (items: Schema): Schema => ({ oneOf: [items, { type: 'array', items, minItems: 1 }] });

export const SLA_POLICY_BODY: Schema = {
  type: 'object',
  required: ['targets'],
  additionalProperties: false,
  properties: {
    calendar: { type: 'string', description: 'Key of a calendar.', default: DEFAULT_SLA_POLICY.calendar },
    targets: targets(SLA_METRICS, DEFAULT_SLA_POLICY.targets),
    firstResponsePausable: { type: 'boolean', default: DEFAULT_SLA_POLICY.firstResponsePausable },
    onReopen: {
      type: 'string',
      enum: ['continue', 'restart'],
      description: 'What a reopening does to the resolution clock.',
      default: DEFAULT_SLA_POLICY.onReopen,
    },
    warnPercents: {
      type: 'array',
      description: 'Percentages of a target at which to warn, ascending.',
      maxItems: WARNINGS_MAX,
      items: { type: 'integer', minimum: 1, maximum: 99 },
      default: [...DEFAULT_SLA_POLICY.warnPercents],
    },
    match: {
      type: 'object',
      description:
        'Which cases the policy serves; the one that names most fields wins. `default` has none: it serves what ' +
        'no other matches. Without it, any other policy serves no case.',
      additionalProperties: false,
      minProperties: 1,
      properties: {
        category: oneOrMore({ type: 'string', maxLength: 64 }),
        grade: oneOrMore({ type: 'string', enum: [...GRADES] }),
        channel: oneOrMore({ type: 'string', maxLength: 64 }),
      },
    },
  },
  example: { calendar: 'cn', targets: DEFAULT_SLA_POLICY.targets, match: { grade: ['vip'] } },
};

export class RebaseDto {
  @Flag({ optional: true, about: 'Only say what would change.' })
  dryRun?: boolean | null;
}

export class RebasedClockDto {
  @OutChoice(METRICS) metric: string;
  @OutInstant({ nullable: true, description: 'null: paused, or without a target.' }) oldDueAt: string | null;
  @OutInstant({ nullable: true }) newDueAt: string | null;
  @Out(Boolean, { description: 'Whether the new due time has passed already: a breach by retarget.' })
  overdue: boolean;
}

export class RebasedCaseDto {
  @OutUuid() id: string;
  @Out(String) number: string;
  @OutChoice(['rebased', 'refused']) outcome: string;
  @Out(String, { nullable: true, description: 'Why it was refused.' }) code: string | null;
  @Out(() => [RebasedClockDto], { description: 'Clocks that change.' }) clocks: RebasedClockDto[];
}

export class RebaseResultDto {
  @Out(Boolean) dryRun: boolean;
  @Out('integer', { description: 'Cases that are, or would be, changed.' }) rebased: number;
  @Out('integer') unchanged: number;
  @Out('integer') refused: number;
  @Out(() => [RebasedCaseDto], {
    description: 'The first hundred that are not unchanged, oldest case first.',
  })
  cases: RebasedCaseDto[];
}
