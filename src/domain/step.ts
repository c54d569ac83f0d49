/**
 * One step of a case: (case, event, policies) → the whole transition, or a typed refusal. Pure; the one place where
 * machine, deadlines, tasks and the customer's update meet. Does no I/O and has no time of its own: `event.at` is now.
 */
import { type Alarm, alarmsOf } from './alarms.js';
import { advance, eventsIn, type MachineState, tagsOf } from './advance.js';
import { type Case, type CaseContext, OPEN_STATES } from './case.js';
import { advanceClocks } from './clocks/advance-clocks.js';
import { oneMoreSpan } from './clocks/clock-record.js';
import { clockOf, isLive } from './clocks/clock-rules.js';
import { deadlines } from './deadlines.js';
import { type CaseEvent, JOURNAL_TYPES } from './events.js';
import { lapsedExtensions } from './moves/extensions.js';
import { isChase } from './moves/conversation.js';
import { BLANK_CONTEXT } from './moves/oversight.js';
import { refusalOf } from './case-machine.js';
import type { PolicedEvent } from './moves/move.js';
import { MACHINE_VERSION } from './machine-version.js';
import type { Policies } from './policies.js';
import { progressUpdate, type Told } from './progress-update.js';
import { type Refusal, type RefusalCode, refusal } from './refusals.js';
import type { JournalEntry, ProgressUpdate, StepResult } from './step-result.js';
import { taskChanges } from './tasks.js';
import { whyNot } from './rights.js';

/**
 * @param current the case as read; null opens one (`case.open` only).
 * @param event `at` is stamped by the engine and never before `current.context.lastEventAt`.
 * @returns everything that one transition writes, or the rule that said no. Never throws for any event of the
 *   allow-list.
 */
export function step(current: Case | null, event: CaseEvent, policies: Policies): StepResult {
  const denied =
    beyondLimit(current, event) ??
    whyNot(event.actor, event.type, current) ??
    (current?.context.erasedAt === undefined ? null : 'case-erased');
  return denied ? { accepted: false, refusal: refusal(denied) } : transition(current, event, policies);
}

/**
 * `step` for an event whose sender was found to be entitled. A journal is folded by it: who might ask was judged when it
 * was written, and a right that was narrowed since must not make the past unreadable.
 */
export function transition(current: Case | null, event: CaseEvent, policies: Policies): StepResult {
  const policed: PolicedEvent = { ...event, policies };
  const state: MachineState = current?.state ?? 'new';
  const context = current?.context ?? BLANK_CONTEXT;
  const next = eventsIn(state).has(event.type) ? advance({ state, context }, policed) : null;
  if (!next || next.state === 'new') {
    return { accepted: false, refusal: whyRefused(state, context, policed) };
  }

  const intake = current?.intake ?? (event as CaseEvent<'case.open'>).intake;
  const telling = progressUpdate(policed, { state: next.state, context: next.context }, context);
  const informed = 'key' in telling && telling.informative;
  const { clocks, finished } = advanceClocks(
    {
      before: current,
      state: next.state,
      context: next.context,
      tags: tagsOf(next.state),
      event,
      receivedAt: intake.receivedAt,
      informed,
      intake,
    },
    policies,
  );
  const settled: CaseContext = {
    ...next.context,
    clocks,
    extensions: lapsedExtensions(next.context.extensions, clocks, event.at),
    lastEventAt: event.at,
    lastUpdateAt: informed ? event.at : next.context.lastUpdateAt,
  };
  const after = advanced(current, event, next.state, settled);
  return {
    accepted: true,
    case: after,
    entry: journalEntry(current, event, after, 'key' in telling, remarks(policed, context)),
    update: 'key' in telling ? customerUpdate(telling, policed, after) : null,
    silence: 'silence' in telling ? telling.silence : null,
    tasks: taskChanges(current, after, event.type),
    deadlines: deadlines(after),
    finishedClocks: finished,
  };
}

/** Every message says by when the customer hears again (domain.md §5); a holding message gives a new date. */
function customerUpdate(telling: Told, event: PolicedEvent, after: Case): ProgressUpdate {
  const clock = clockOf(after.context, 'nextUpdate');
  const promised = clock && isLive(clock) ? clock : undefined;
  const nextUpdateDueAt =
    promised && event.type === 'case.reassure' && event.metric === 'nextUpdate'
      ? oneMoreSpan(promised, event.policies.book)
      : promised?.dueAt;
  return {
    seq: after.revision,
    key: telling.key,
    params: { ...telling.params, nextUpdateDueAt: nextUpdateDueAt ?? null },
  };
}

function advanced(current: Case | null, event: CaseEvent, state: Case['state'], context: CaseContext): Case {
  if (current)
    return { ...current, revision: current.revision + 1, state, context, machineVersion: MACHINE_VERSION };
  const { caseId, intake } = event as CaseEvent<'case.open'>;
  return { id: caseId, machineVersion: MACHINE_VERSION, revision: 1, state, intake, context };
}

/** Whoever asks for a third climb hears of the limit, before anything about roles. The machine has no such edge. */
function beyondLimit(current: Case | null, event: CaseEvent): RefusalCode | null {
  const third =
    event.type === 'case.escalate' && current?.context.level === 2 && OPEN_STATES.has(current.state);
  return third ? 'escalation-limit-reached' : null;
}

/** The most telling "no": an ended case, then the state, then the rule. */
function whyRefused(state: MachineState, context: CaseContext, event: PolicedEvent): Refusal {
  const here = eventsIn(state);
  if (here.size === 0) return refusal('case-final');
  if (!here.has(event.type)) return refusal('not-allowed-in-state');
  return refusalOf(context, event) ?? refusal('not-allowed-in-state');
}

function journalEntry(
  current: Case | null,
  event: CaseEvent,
  after: Case,
  customerVisible: boolean,
  remarked: Remarks,
): JournalEntry {
  // The intake stands on the case itself, once; the journal keeps what can be folded beside it.
  const { type, at, actor, ...payload } = event as CaseEvent<'case.open'>;
  const { intake: _intake, caseId: _caseId, ...data } = payload;
  return {
    seq: after.revision,
    type: JOURNAL_TYPES[type as CaseEvent['type']],
    fromState: current?.state ?? null,
    toState: after.state,
    level: after.context.level,
    actor,
    occurredAt: at,
    machineVersion: MACHINE_VERSION,
    customerVisible,
    data: { ...data, ...remarked },
  };
}

/** What the step found out about the event, for whoever reads the journal. */
interface Remarks {
  readonly alarmed?: readonly Alarm[];
  readonly chase?: true;
}

function remarks(event: PolicedEvent, before: CaseContext): Remarks {
  const alarmed = alarmsOf(event, before);
  if (alarmed) return { alarmed };
  return event.type === 'case.reply' && isChase(before, event) ? { chase: true } : {};
}
