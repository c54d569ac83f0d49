/** What the engine is asked and what it answers. Knows no HTTP beyond status, headers and a text it keeps for others. */
import type { Instant } from '../domain/actor.js';
import type { Case } from '../domain/case.js';
import type { Refusal } from '../domain/refusals.js';

/** An answer as its caller rendered it. */
export interface RenderedAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/** An answer as it is kept, and given again for the same key, byte for byte. */
export interface StoredAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Everything about a command that is not the event itself. */
export interface CommandRequest {
  /** Who authenticated: keys are theirs alone. */
  readonly principal: string;
  readonly idempotencyKey: string | null;
  /** Tells the same request from another one under the same key. */
  readonly requestHash: string | null;
  /** Revision that the caller saw; the command is `stale` when the case has moved on. */
  readonly ifMatch: number | null;
  /** Message time of a customer's reply; clamped to [last event, now]. */
  readonly occurredAt?: Instant | null;
  /** Id of an inbound message; the same one is recorded once per case. */
  readonly messageId?: string | null;
  /** The answer to keep and give. Called before the write, with the case as it will be. */
  render(current: Case): RenderedAnswer;
  /** The same for a refusal; without it a plain problem document is kept. `current` is null when opening. */
  renderRefusal?(refusal: Refusal, current: Case | null): RenderedAnswer;
}

export type Outcome =
  | { readonly kind: 'done'; readonly case: Case; readonly answer: StoredAnswer; readonly replayed: boolean }
  /** The same key and request as before: the answer of then. */
  | { readonly kind: 'replayed'; readonly answer: StoredAnswer }
  | {
      readonly kind: 'refused';
      readonly refusal: Refusal;
      readonly case: Case | null;
      readonly answer: StoredAnswer;
    }
  /** No such case, or the actor may not see it. */
  | { readonly kind: 'notFound' }
  | { readonly kind: 'stale'; readonly case: Case }
  | { readonly kind: 'keyReused' }
  | { readonly kind: 'keyInProgress' };

/** Text bodies are kept as they are. */
export function toStoredAnswer({ status, body, headers }: RenderedAnswer): StoredAnswer {
  return { status, body: typeof body === 'string' ? body : JSON.stringify(body), headers };
}

/** What became of the erasure of one case. */
export type ErasureOutcome =
  /** `records`: rows erased now, by table; empty when it was erased before. */
  | { readonly kind: 'erased'; readonly records: Readonly<Record<string, number>> }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'notFound' };
