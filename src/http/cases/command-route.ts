/**
 * What a row of the table of commands is: an address under `/cases/{id}/`, its body, and how both become a typed
 * event. Knows no row.
 */
import type { Actor, Instant } from '../../domain/actor.js';
import type { Case } from '../../domain/case.js';
import type { CaseCommand, EventType } from '../../domain/events.js';
import type { Policies } from '../../domain/policies.js';
import type { MergeCommand, SentCommand } from '../../engine/case-engine.js';
import { Problem } from '../problems/problem.js';

/** Numbers in an address, such as that of the consult; 0 where it has none. */
export interface PathNumbers {
  readonly n: number;
  readonly k: number;
}

interface RouteParts<Body extends object> {
  /** May hold `{n}` and `{k}`. */
  readonly path: string;
  readonly method: 'POST' | 'PUT' | 'DELETE';
  readonly summary: string;
  readonly body: new () => Body;
  /** What the address can ask of a case. */
  readonly events: readonly EventType[];
  /** For a message that came in over a channel. */
  toMessage?(body: Body): InboundMessage;
}

/** Most events follow from the body alone. */
export interface PlainRoute<Body extends object = object> extends RouteParts<Body> {
  readonly readsCase?: never;
  toCommand(body: Body, actor: Actor, numbers: PathNumbers): RoutedCommand;
}

/** Some can be formed only with the case at hand. */
interface ReadingRoute<Body extends object> extends RouteParts<Body> {
  readonly readsCase: true;
  toCommand(body: Body, actor: Actor, known: Known): RoutedCommand | Promise<RoutedCommand>;
}

export type CommandRoute<Body extends object = object> = PlainRoute<Body> | ReadingRoute<Body>;

export interface Known {
  readonly current: Case;
  readonly policies: Policies;
  /** Whether somebody of this id may answer to a customer. */
  readonly mayOwn: (staffId: string) => boolean;
  /** Whether somebody of this id works in the department (null: at the front line). */
  readonly worksIn: (staffId: string, department: string | null) => boolean;
  /** Unfinished tasks of a department, counted as far as the policy asks. */
  readonly openTasksIn: (department: string) => Promise<number>;
}

/** Of a message from the customer: when it was written, and the channel's own id for it. */
export interface InboundMessage {
  readonly occurredAt: Instant | null;
  readonly messageId: string | null;
}

/** A merge names the case that goes on, a grant the amount; the engine reads the rest under the same commit. */
export type RoutedCommand = Exclude<SentCommand, CaseCommand<'case.merge'>> | MergeCommand;

/** Forgets the type of the body, which only its own row knows. */
export const row = <Body extends object>(route: CommandRoute<Body>): CommandRoute =>
  route as unknown as CommandRoute;

export function required(pointer: string): Problem {
  return invalid(pointer, 'This field is required here.', 'required');
}

export function invalid(pointer: string, message: string, code = 'inconsistent'): Problem {
  return new Problem('invalid-fields', { errors: [{ pointer, code, message }] });
}
