/**
 * What this fuzzer does not ask, or not as it asks everything else, each with its reason. The list is meant to stay
 * short: an exception is a place where nobody looks.
 */
import type { FuzzRequest } from './fuzz-request.js';

/** No answer of this API takes that long; a machine under load may take a second. */
const BOUND_MS = 5_000;
/** Moving time does all that is due on the way before it answers: with thousands of cases that is a night's work. */
const CLOCK_BOUND_MS = 60_000;

export function boundMs(request: FuzzRequest): number {
  return movesTime(request) ? CLOCK_BOUND_MS : BOUND_MS;
}

/**
 * It answers when nothing is due any more, and traffic makes ever new things due: so the others wait meanwhile, and time
 * is moved as a test would move it.
 */
export function movesTime({ operation: { method, path } }: FuzzRequest): boolean {
  return method === 'PUT' && path.endsWith('/clock');
}

/** A move beyond it, which a broken instant may well be, ends every case there is; and time never goes back. */
const CLOCK_MOVE_MAX_MS = 3_600_000;

/** Whether nothing could be tried any more after it. */
export function wouldEndTheRun(request: FuzzRequest, nowMs: number): boolean {
  if (!movesTime(request)) return false;
  const named = (request.value as { now?: unknown } | null | undefined)?.now;
  return typeof named === 'string' && Date.parse(named) > nowMs + CLOCK_MOVE_MAX_MS;
}

/** A rebase promises to change no case twice, and answers with what it changed: nothing, the second time. */
export const ANSWERS_ANEW: ReadonlySet<string> = new Set(['rebaseSlaPolicy']);

/**
 * How often in each round: things end sooner than one making of a round could bring new ones, and a move of time takes as
 * long as hundreds of other requests.
 */
export const TIMES_IN_A_ROUND: Readonly<Record<string, number>> = {
  openCase: 8,
  createWebhookEndpoint: 2,
  deleteWebhookEndpoint: 2,
  listWebhookDeliveries: 3,
  createApiKey: 3,
  putClock: 0.2,
  putClock2: 0.2,
  postOwnership: 2,
  postEscalations: 3,
  postAcceptances: 2,
};

/**
 * Learned from nothing but the answer to their making. The list shows the keys that the fuzzer itself works with:
 * revoking them would end the run, not test it.
 */
export const OWN_ONLY: ReadonlySet<string> = new Set(['/api/v1/api-keys']);

/**
 * Whose keys are the fuzzer's own: rules that the house stands on, and the people whose tokens it uses, are read but
 * not rewritten, or soon nobody could do anything. There is only one of some kinds; those are rewritten.
 */
export function keptFor(operation: {
  readonly id: string;
  readonly method: string;
  readonly path: string;
}): 'key' | 'id' | null {
  if (operation.id === 'putStaff') return 'id';
  const isOnlyOne =
    /^\/api\/v1\/(templates|lifecycle-policies|routing-rules|delivery-policies|retention-policies)\//.test(
      operation.path,
    );
  return operation.method === 'PUT' && operation.path.endsWith('/{key}') && !isOnlyOne ? 'key' : null;
}

/** Operations that this run's installation cannot answer with success, and why. */
export interface Unreachable {
  readonly operation: RegExp;
  readonly why: string;
}

export function unreachable(options: { manualClock: boolean; signed: boolean }): Unreachable[] {
  return [
    ...(options.manualClock ? [] : [{ operation: /^PUT .*\/clock$/, why: 'time is not moved by hand here' }]),
    ...(options.signed ? [] : [{ operation: /\/inbound\/messages$/, why: 'INBOUND_SECRET is not known' }]),
  ];
}
