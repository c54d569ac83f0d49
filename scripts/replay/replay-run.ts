/**
 * Drives a log through an instance: for each instant, first the clock, then that instant's events, case by case in
 * parallel and within a case in order. Time only goes forward and nothing is sent twice under two keys, so a run that
 * was cut off may simply be started again. Knows the planner and the wire; compares nothing.
 */
import { type CaseAnswer, toPosition, toRequest } from './case-requests.js';
import type { Door } from './http-door.js';
import type { Mapping } from './mapping.js';
import { COMMANDS_PER_EVENT_MAX, nextCommand, NoWayOn, type Position } from './next-command.js';
import type { LogCase, LogEvent } from './read-log.js';

/** Where a case stopped following the log. */
export interface Fault {
  readonly caseId: string;
  /** Line of the case in the log. */
  readonly line: number;
  readonly what: string;
}

/** A case under way. */
interface Followed {
  readonly logCase: LogCase;
  /** The product's id, once opened. */
  id: string | null;
  position: Position | null;
  fault: Fault | null;
}

export interface RunResult {
  /** Log case → the product's id; absent when it could not even be opened. */
  readonly ids: ReadonlyMap<string, string>;
  readonly faults: readonly Fault[];
  readonly commands: Readonly<Record<string, number>>;
  readonly clockMoves: number;
}

export interface RunOptions {
  readonly concurrency: number;
  /** Prefix of every idempotency key: the same in a resumed run. */
  readonly keyPrefix: string;
  progress(eventsDone: number, eventsAll: number): void;
}

/** Brings the instance's configuration to what the log needs. @throws Error when one is refused. */
export async function configure(door: Door, mapping: Mapping): Promise<void> {
  for (const { path, body } of mapping.configuration) {
    const answer = await door.send('PUT', path, 'admin', body);
    if (answer.status >= 300) throw new Error(`PUT ${path}: ${describe(answer.status, answer.body)}`);
  }
}

export async function runReplay(
  door: Door,
  mapping: Mapping,
  cases: readonly LogCase[],
  options: RunOptions,
): Promise<RunResult> {
  const followed = new Map(
    cases.map((logCase) => [logCase.id, { logCase, id: null, position: null, fault: null } as Followed]),
  );
  const events = cases.flatMap((logCase) => logCase.events).sort((a, b) => a.at - b.at);
  const commands: Record<string, number> = {};
  let clockMoves = 0;
  let done = 0;
  for (const instant of instantsOf(events)) {
    await moveClock(door, instant[0]?.at ?? 0);
    clockMoves++;
    await inParallel(options.concurrency, groupByCase(instant), async (ofOneCase) => {
      const subject = followed.get(ofOneCase[0]?.caseId ?? '') as Followed;
      for (const event of ofOneCase) await follow(door, mapping, subject, event, options.keyPrefix, commands);
    });
    done += instant.length;
    options.progress(done, events.length);
  }
  const all = [...followed.values()];
  return {
    ids: new Map(all.flatMap(({ logCase, id }) => (id === null ? [] : [[logCase.id, id] as const]))),
    faults: all.flatMap(({ fault }) => (fault ? [fault] : [])),
    commands,
    clockMoves,
  };
}

/** Sends what one log event asks for, answer by answer, until the product stands where the log does. */
async function follow(
  door: Door,
  mapping: Mapping,
  subject: Followed,
  event: LogEvent,
  keyPrefix: string,
  commands: Record<string, number>,
): Promise<void> {
  if (subject.fault) return;
  const fail = (what: string): void => {
    subject.fault = { caseId: event.caseId, line: event.seq, what };
  };
  try {
    for (let step = 1; step <= COMMANDS_PER_EVENT_MAX; step++) {
      const command = nextCommand(subject.position, event.target);
      if (command === null) return;
      const { path, body, role } = toRequest(command, subject.id, subject.position, event, mapping);
      const answer = await door.send(
        'POST',
        path,
        role,
        body,
        `${keyPrefix}:${event.caseId}:${event.seq}:${step}`,
      );
      if (answer.status !== 201) {
        const from = subject.position?.state ?? 'nothing';
        return fail(`${command.kind} from ${from} → ${describe(answer.status, answer.body)}`);
      }
      commands[command.kind] = (commands[command.kind] ?? 0) + 1;
      const now = answer.body as CaseAnswer;
      subject.id ??= now.id;
      subject.position = toPosition(now);
    }
    fail(`still ${subject.position?.state} after ${COMMANDS_PER_EVENT_MAX} commands`);
  } catch (error) {
    if (!(error instanceof NoWayOn)) throw error;
    fail(error.message);
  }
}

/** A refusal to go back is no fault: the instance is ahead because an earlier run was cut off. */
async function moveClock(door: Door, at: number): Promise<void> {
  const answer = await door.send('PUT', '/clock', 'admin', { now: new Date(at).toISOString() });
  if (answer.status === 409) return;
  if (answer.status >= 300) throw new Error(`PUT /clock: ${describe(answer.status, answer.body)}`);
}

function* instantsOf(sorted: readonly LogEvent[]): Iterable<LogEvent[]> {
  let instant: LogEvent[] = [];
  for (const event of sorted) {
    if (instant.length > 0 && instant[0]?.at !== event.at) {
      yield instant;
      instant = [];
    }
    instant.push(event);
  }
  if (instant.length > 0) yield instant;
}

function groupByCase(events: readonly LogEvent[]): LogEvent[][] {
  const groups = new Map<string, LogEvent[]>();
  for (const event of events) {
    const group = groups.get(event.caseId);
    if (group) group.push(event);
    else groups.set(event.caseId, [event]);
  }
  return [...groups.values()];
}

/** Runs `work` over all items, at most `limit` at a time. */
export async function inParallel<T>(
  limit: number,
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
}

/** `409 not-allowed-in-state: The case does not …`. */
export function describe(status: number, body: unknown): string {
  if (typeof body !== 'object' || body === null) return String(status);
  const { code, detail, title, errors } = body as Partial<Record<'code' | 'detail' | 'title', string>> & {
    errors?: unknown[];
  };
  const extra = errors?.length ? ` ${JSON.stringify(errors)}` : '';
  return `${status} ${code ?? ''}: ${detail ?? title ?? ''}${extra}`;
}
