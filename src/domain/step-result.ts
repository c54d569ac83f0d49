/**
 * What one step of a case yields: the whole of a transition, ready to be written at once, or a refusal. The shape
 * that the pure core and the one writer agree on; neither knows how the other makes or stores it.
 */
import type { Actor, Instant } from './actor.js';
import type { Case, Clock, ClockMark, Level, Metric, StatePath } from './case.js';
import type { JournalType } from './events.js';
import type { Refusal } from './refusals.js';

/** One line of the append-only record. `seq` = the case's revision after the step. */
export interface JournalEntry {
  readonly seq: number;
  readonly type: JournalType;
  readonly fromState: StatePath | null;
  readonly toState: StatePath;
  readonly level: Level;
  readonly actor: Actor;
  readonly occurredAt: Instant;
  readonly machineVersion: number;
  readonly customerVisible: boolean;
  /** The event's payload: enough to fold the case again. Internal; never shown to a customer. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** What the customer is told of a transition, in allow-listed words only (domain.md §5). */
export interface ProgressUpdate {
  readonly seq: number;
  /** Key of the text in each language's catalogue: the journal type, or a variant of it. */
  readonly key: string;
  /** Values for the text; nothing but what a customer may read. Instants are epoch milliseconds. */
  readonly params: Readonly<Record<string, string | number | null>>;
}

export const TASK_KINDS = ['handle', 'consult', 'approve', 'callback', 'arbitrate'] as const;
export type TaskKind = (typeof TASK_KINDS)[number];

/** A work item in a department's inbox. Derived from the case, as its clocks and deadlines are. */
export interface Task {
  /** Unique within the case, e.g. `handle-1-2`: level 1, second attempt. */
  readonly key: string;
  readonly kind: TaskKind;
  /** null: managers. */
  readonly department: string | null;
  readonly assigneeId: string | null;
  readonly state: 'open' | 'accepted' | 'done' | 'cancelled';
  readonly createdAt: Instant;
  readonly dueAt: Instant | null;
}

/** Instants at which the engine must act on a case: those of its life cycle, and the marks of its clocks. */
export interface LifecycleDeadline {
  readonly kind:
    | 'waitingReminder'
    | 'waitingExpiry'
    | 'holdReview'
    | 'confirmationReminder'
    | 'confirmationExpiry'
    | 'reopenWindow'
    | 'callbackDue';
  readonly metric: null;
  readonly percent: null;
  /** Which of several, where the case may have several. */
  readonly attempt?: number;
  readonly dueAt: Instant;
}

export interface ClockDeadline {
  readonly kind: ClockMark['kind'];
  readonly metric: Metric;
  /** Of metrics that may run several times at once. */
  readonly attempt?: number;
  /** How much of the target is used up then. */
  readonly percent: number;
  readonly dueAt: Instant;
}

export type Deadline = LifecycleDeadline | ClockDeadline;
export type DeadlineKind = Deadline['kind'];

/** An accepted step. `tasks` are those that came, changed or went; `deadlines` all that now stand. */
export interface Accepted {
  readonly accepted: true;
  readonly case: Case;
  readonly entry: JournalEntry;
  readonly update: ProgressUpdate | null;
  /** Why the customer is not told, when `update` is null. */
  readonly silence: string | null;
  readonly tasks: readonly Task[];
  readonly deadlines: readonly Deadline[];
  /** Clocks that ended in this step: written once, never changed. */
  readonly finishedClocks: readonly Clock[];
}

export interface Refused {
  readonly accepted: false;
  readonly refusal: Refusal;
}

export type StepResult = Accepted | Refused;
