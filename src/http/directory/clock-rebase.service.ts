/**
 * Puts the newest version of an SLA policy and of its calendars in force for clocks that run: walks the open cases
 * and sends each that would change a `case.rebase` through the one door. Asked only to look, it steps without sending.
 * Safe to repeat: what is done is unchanged the next time.
 */
import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { CalendarExhaustedError } from '../../calendar/calendar-errors.js';
import { DirectoryPolicySource } from '../../directory/policy-source.js';
import type { Instant } from '../../domain/actor.js';
import { OPEN_STATES, type Case, type Clock } from '../../domain/case.js';
import { caseNumber } from '../../domain/case-number.js';
import { isLive } from '../../domain/clocks/clock-rules.js';
import { MACHINE_VERSION } from '../../domain/machine-version.js';
import { step } from '../../domain/step.js';
import { EVERYTHING } from '../../domain/visibility.js';
import { CaseEngine } from '../../engine/case-engine.js';
import type { Outcome } from '../../engine/outcome.js';
import { CaseList } from '../../reports/case-list.js';
import { DatabaseClock } from '../../reports/database-clock.js';
import type { Asked } from '../input/asked.js';
import { toInstantText } from '../input/instant.js';
import type { RebasedCaseDto, RebasedClockDto, RebaseResultDto } from './sla-policies.dto.js';

/** Cases read at once. */
const PAGE_SIZE = 200;
/** Commands under way at once: enough to fill the engine's batches, few enough to leave room for everybody else. */
const AT_ONCE = 16;
/** Cases that an answer names. */
const NAMED_MAX = 100;

interface Planned {
  readonly current: Case;
  /** The clocks after it; null when the case refuses. */
  readonly after: readonly Clock[] | null;
  readonly code: string | null;
}

@Injectable()
export class ClockRebase {
  constructor(
    private readonly engine: CaseEngine,
    private readonly policies: DirectoryPolicySource,
    private readonly cases: CaseList,
    private readonly clock: DatabaseClock,
  ) {}

  /** @param key of a policy that exists. @throws DependencyUnavailable; what is done by then stays done. */
  async run(key: string, dryRun: boolean, asked: Asked): Promise<RebaseResultDto> {
    const result: RebaseResultDto = { dryRun, rebased: 0, unchanged: 0, refused: 0, cases: [] };
    const now = await this.clock.now();
    let cursor: string | null = null;
    do {
      const page = await this.page(cursor);
      const concerned = page.items.filter((current) => this.isConcerned(current, key));
      for (let from = 0; from < concerned.length; from += AT_ONCE) {
        const some = concerned.slice(from, from + AT_ONCE);
        const done = await Promise.all(some.map((current) => this.rebase(current, now, dryRun, asked)));
        for (const planned of done) count(result, planned, now);
      }
      cursor = page.nextCursor;
    } while (cursor !== null);
    return result;
  }

  /** By id, so in the order of opening; the primary key serves it. */
  private page(cursor: string | null) {
    return this.cases.page({
      visibility: EVERYTHING,
      states: [...OPEN_STATES],
      sort: { by: 'createdAt', descending: false },
      limit: PAGE_SIZE,
      cursor,
    });
  }

  /** A clock of the case runs under the policy, or would if it began now. */
  private isConcerned({ intake, context }: Case, key: string): boolean {
    const runsUnder = context.clocks.some((clock) => isLive(clock) && clock.policyKey === key);
    return runsUnder || this.policies.book.slaPolicyFor({ ...intake, grade: context.grade }).key === key;
  }

  private async rebase(current: Case, now: Instant, dryRun: boolean, asked: Asked): Promise<Planned> {
    const planned = this.plan(current, now, asked);
    if (dryRun || planned.after === null || changes(planned, now).length === 0) return planned;
    const outcome = await this.send(current.id, asked);
    switch (outcome.kind) {
      case 'done':
        return { ...planned, after: outcome.case.context.clocks };
      // The same request as before: it had its effect then.
      case 'replayed':
        return { ...planned, after: current.context.clocks };
      case 'refused':
        return { ...planned, after: null, code: outcome.refusal.code };
      default:
        return { ...planned, after: null, code: outcome.kind };
    }
  }

  /** What a rebase would make of the case, by the same pure step that the engine takes. */
  private plan(current: Case, now: Instant, { actor }: Asked): Planned {
    if (current.machineVersion !== MACHINE_VERSION) {
      return { current, after: null, code: 'machine-version-unsupported' };
    }
    const at = Math.max(now, current.context.lastEventAt);
    const policies = this.policies.policiesFor(current.intake.category);
    try {
      const result = step(current, { type: 'case.rebase', at, actor }, policies);
      return result.accepted
        ? { current, after: result.case.context.clocks, code: null }
        : { current, after: null, code: result.refusal.code };
    } catch (error) {
      if (!(error instanceof CalendarExhaustedError)) throw error;
      return { current, after: null, code: error.code };
    }
  }

  private send(caseId: string, { actor, idempotencyKey, requestHash }: Asked): Promise<Outcome> {
    return this.engine.send(
      caseId,
      { type: 'case.rebase', actor },
      {
        principal: actor.id,
        idempotencyKey: idempotencyKey === null ? null : keyOf(idempotencyKey, caseId),
        requestHash,
        ifMatch: null,
        render: () => ({ status: 200, body: null, headers: {} }),
      },
    );
  }
}

/** One key per case, of a length that fits whatever the request's own key is. */
function keyOf(idempotencyKey: string, caseId: string): string {
  return `rebase:${createHash('sha256').update(idempotencyKey).digest('base64url')}:${caseId}`;
}

function count(result: RebaseResultDto, planned: Planned, now: Instant): void {
  const { current, after, code } = planned;
  const clocks = changes(planned, now);
  if (after !== null && clocks.length === 0) {
    result.unchanged += 1;
    return;
  }
  const outcome: RebasedCaseDto['outcome'] = after === null ? 'refused' : 'rebased';
  if (after === null) result.refused += 1;
  else result.rebased += 1;
  if (result.cases.length < NAMED_MAX) {
    result.cases.push({ id: current.id, number: caseNumber(current.id), outcome, code, clocks });
  }
}

/** What a new version says differently; the figures that follow from these follow. */
const DECIDED = [
  'policyKey',
  'policyVersion',
  'calendarKey',
  'calendarVersion',
  'targetSeconds',
  'dueAt',
] as const satisfies readonly (keyof Clock)[];

function changes({ current, after }: Planned, now: Instant): RebasedClockDto[] {
  return (after ?? []).filter(isLive).flatMap((clock) => {
    const before = current.context.clocks.find(
      ({ metric, attempt }) => metric === clock.metric && attempt === clock.attempt,
    );
    if (!before || DECIDED.every((field) => before[field] === clock[field])) return [];
    return [
      {
        metric: clock.metric,
        oldDueAt: toInstantText(before.dueAt),
        newDueAt: toInstantText(clock.dueAt),
        overdue: clock.dueAt !== null && clock.dueAt < now,
      },
    ];
  });
}
