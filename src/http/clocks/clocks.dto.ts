/** Clocks as clients see them, with what is used and left by now, and their explanation. Pure. */
import type { Clock } from '../../domain/case.js';
import type { Held } from '../../domain/clocks/attribute-time.js';
import { calendarOf, elapsedAt } from '../../domain/clocks/clock-record.js';
import type { ClockExplanation } from '../../domain/clocks/explain-clock.js';
import type { PolicyBook } from '../../domain/policies.js';
import { ClockDto } from '../cases/case.dto.js';
import { clockResource } from '../cases/case-resource.js';
import { Out, OutInstant } from '../documents/out.decorator.js';
import { toInstantText } from '../input/instant.js';

const NULLABLE = { nullable: true } as const;

export class MeasuredClockDto extends ClockDto {
  @Out('integer', { description: 'Business seconds used by now, the present span included.' })
  usedSeconds: number;
  @Out('integer', { ...NULLABLE, description: 'Target less used; negative when it is missed.' })
  remainingSeconds: number | null;
}

export class ClockListDto {
  @Out(() => [MeasuredClockDto]) data: MeasuredClockDto[];
}

export class ClockWindowDto {
  @OutInstant() fromAt: string;
  @OutInstant() toAt: string;
}

export class ExplainedSpanDto extends ClockWindowDto {
  @Out(Boolean) running: boolean;
  @Out('integer') businessSeconds: number;
  @Out(() => [ClockWindowDto], { description: 'The first open windows that count.' })
  windows: ClockWindowDto[];
  @Out('integer', { description: 'Further windows that are not listed.' }) windowsLeftOut: number;
}

export class ClockPauseDto {
  @OutInstant() fromAt: string;
  @OutInstant({ ...NULLABLE, description: 'null: paused now.' }) toAt: string | null;
}

export class ExplainedClockDto extends ClockDto {
  @Out(String, { example: 'Asia/Shanghai' }) timeZone: string;
  @Out('integer') usedSeconds: number;
  @Out('integer', NULLABLE) remainingSeconds: number | null;
  @OutInstant({ ...NULLABLE, description: 'Computed anew from the spans, for this answer.' })
  recomputedDueAt: string | null;
  @Out(Boolean, { description: 'Whether the stored figures are the recomputed ones.' }) agrees: boolean;
  @Out(() => [ExplainedSpanDto]) counted: ExplainedSpanDto[];
  @Out(() => [ClockPauseDto]) pauses: ClockPauseDto[];
  @Out([String], { description: 'The same in words, for staff.' }) words: string[];
}

export class ClockExplanationDto extends ExplainedClockDto {
  @Out(() => [ExplainedClockDto], { description: 'Earlier records of the metric, oldest first.' })
  earlier: ExplainedClockDto[];
}

export class HolderDto {
  @Out(String, { example: 'department:logistics' }) holder: string;
  @Out('integer') seconds: number;
}

export class HolderListDto {
  @Out(String, { description: 'What falls outside this calendar is off-hours.' }) calendarKey: string;
  @Out(() => [HolderDto]) data: readonly Held[];
}

/** @param now epoch milliseconds. */
export function measuredClock(clock: Clock, now: number, book: PolicyBook): MeasuredClockDto {
  const usedSeconds = elapsedAt(clock, now, calendarOf(clock, book));
  const { targetSeconds } = clock;
  return {
    ...clockResource(clock),
    usedSeconds,
    remainingSeconds: targetSeconds === null ? null : targetSeconds - usedSeconds,
  };
}

export function explanationResource(clock: Clock, explained: ClockExplanation): ExplainedClockDto {
  const { spans, pauses, recomputedDueAt, elapsedSeconds, ...rest } = explained;
  return {
    ...clockResource(clock),
    ...rest,
    words: [...explained.words],
    usedSeconds: elapsedSeconds,
    recomputedDueAt: recomputedDueAt === null ? null : toInstantText(recomputedDueAt),
    counted: spans.map((span) => ({
      ...span,
      fromAt: toInstantText(span.fromAt),
      toAt: toInstantText(span.toAt),
      windows: span.windows.map(({ fromAt, toAt }) => ({
        fromAt: toInstantText(fromAt),
        toAt: toInstantText(toAt),
      })),
    })),
    pauses: pauses.map(({ fromAt, toAt }) => ({
      fromAt: toInstantText(fromAt),
      toAt: toAt === null ? null : toInstantText(toAt),
    })),
  };
}
