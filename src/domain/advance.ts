/**
 * The only file that reads XState's own shapes: stored state path ↔ machine value, one pure transition, and which
 * events have an edge where. Everything above sees state paths and plain contexts. Pinned to xstate ~5.33.
 */
import { type ActorScope, createActor, type SnapshotFrom } from 'xstate';
import type { CaseContext, StatePath, StateTag } from './case.js';
import { STATE_PATHS } from './case.js';
import { caseMachine } from './case-machine.js';
import { BLANK_CONTEXT } from './moves/oversight.js';
import type { EventType } from './events.js';
import type { PolicedEvent } from './moves/move.js';

export type MachineState = StatePath | 'new';

export interface Position {
  readonly state: MachineState;
  readonly context: CaseContext;
}

type MachineValue = string | { [key: string]: string };

/** `level1.dispatched` → `{level1: 'dispatched'}`. */
function toValue(state: MachineState): MachineValue {
  const [parent = state, child] = state.split('.');
  return child === undefined ? parent : { [parent]: child };
}

function toPath(value: unknown): StatePath {
  if (typeof value === 'string') return value as StatePath;
  const [entry] = Object.entries(value as Record<string, string>);
  return `${entry?.[0]}.${entry?.[1]}` as StatePath;
}

function snapshotAt(position: Position) {
  return caseMachine.resolveState({ value: toValue(position.state), context: position.context });
}

/**
 * Where a step happens: nowhere. One for all of them, because the machine starts nothing, sends nothing and keeps
 * nothing; the one that `transition` of XState makes for each call took as long as the step itself.
 */
const NOWHERE: ActorScope<SnapshotFrom<typeof caseMachine>, PolicedEvent> = nowhere();

function nowhere() {
  const self = createActor(caseMachine);
  const ignore = (): void => undefined;
  return {
    self,
    system: self.system,
    id: '',
    sessionId: '',
    logger: ignore,
    defer: ignore,
    emit: ignore,
    stopChild: ignore,
    actionExecutor: ignore,
  };
}

/**
 * One step through the machine. null: no edge accepted the event. An accepted event always yields a new context
 * object, for every edge applies a move; an ignored one returns the very same.
 */
export function advance(from: Position, event: PolicedEvent): Position | null {
  const next = caseMachine.transition(snapshotAt(from), event, NOWHERE);
  if (next.context === from.context) return null;
  return { state: toPath(next.value), context: next.context };
}

const LAYOUT = new Map(
  [...STATE_PATHS, 'new' as const].map((state) => {
    const nodes = snapshotAt({ state, context: BLANK_CONTEXT })._nodes;
    return [
      state as MachineState,
      {
        events: new Set(nodes.flatMap((node) => node.ownEvents as EventType[])),
        tags: new Set(nodes.flatMap((node) => node.tags as StateTag[])),
      },
    ] as const;
  }),
);

/** Event types that have at least one edge out of, or within, this state. */
export function eventsIn(state: MachineState): ReadonlySet<EventType> {
  return LAYOUT.get(state)?.events ?? new Set();
}

/** Which kinds of clock the state calls for. */
export function tagsOf(state: MachineState): ReadonlySet<StateTag> {
  return LAYOUT.get(state)?.tags ?? new Set();
}
