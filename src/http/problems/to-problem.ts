/**
 * What an error of any room or library means to a client. An error that is not known here is ours: 500, and its own
 * words stay inside. The one list of such meanings.
 */
import { MachineVersionUnsupported } from '../../domain/machine-version.js';
import { InvalidCursor } from '../../reports/cursor.js';
import { dependencyFault } from '../../store/database-errors.js';
import { Problem } from './problem.js';
import { problemCodeOf } from './problem-types.js';

/** Long enough for a fail-over to make progress, short enough that nobody notices more than a pause. */
const RETRY_AFTER_SECONDS = 2;

export function toProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  if (thrown instanceof InvalidCursor) return new Problem('invalid-cursor');
  if (thrown instanceof MachineVersionUnsupported) {
    return new Problem('machine-version-unsupported', retryLater());
  }
  const fault = dependencyFault(thrown);
  if (fault) return new Problem('unavailable', retryLater(fault.retryAfterSeconds));
  const status = statusOf(thrown);
  return new Problem(status === null ? 'internal-error' : problemCodeOf(status));
}

/** The header without which a 503 invites clients to hammer. */
export function retryLater(seconds = RETRY_AFTER_SECONDS): { headers: Record<string, string> } {
  return { headers: { 'retry-after': String(seconds) } };
}

/** Errors of Nest and Fastify carry their status; one of ours that happens to must not choose the answer. */
function statusOf(thrown: unknown): number | null {
  const error = (thrown ?? {}) as { name?: unknown; getStatus?: unknown; statusCode?: unknown };
  const isFromNest = thrown instanceof Error && typeof error.getStatus === 'function';
  const status: unknown = isFromNest ? (thrown as Error & { getStatus(): unknown }).getStatus() : null;
  if (typeof status === 'number') return status;
  return error.name === 'FastifyError' && typeof error.statusCode === 'number' ? error.statusCode : null;
}
