/**
 * What an error of any room or library means to a client. An error that is not known here is ours: 500, and its own
 * words stay inside. The one list of such meanings.
 */
import { CustomerErased } from '../../directory/customers.js';
import { MachineVersionUnsupported } from '../../domain/machine-version.js';
import { CaseBusy } from '../../engine/case-lanes.js';
import { InvalidCursor } from '../../reports/cursor.js';
import { dependencyFault } from '../../store/database-errors.js';
import { Problem } from './problem.js';
import { problemCodeOf } from './problem-types.js';

/** Long enough for a fail-over to make progress, short enough that nobody notices more than a pause. */
const RETRY_AFTER_SECONDS = 2;

export function toProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  if (thrown instanceof InvalidCursor) return new Problem('invalid-cursor');
  if (thrown instanceof CustomerErased) return new Problem('customer-erased');
  if (thrown instanceof CaseBusy) return new Problem('case-busy', retryLater(1));
  if (thrown instanceof MachineVersionUnsupported) {
    return new Problem('machine-version-unsupported', retryLater());
  }
  // Before the database is blamed: a client that hangs up while it sends its body also resets a connection.
  const status = statusOf(thrown);
  if (status !== null && status < 500) return new Problem(problemCodeOf(status));
  const fault = dependencyFault(thrown);
  if (fault) return new Problem('unavailable', retryLater(fault.retryAfterSeconds));
  return new Problem(status === null ? 'internal-error' : problemCodeOf(status));
}

/** The header without which a 503 invites clients to hammer. */
export function retryLater(seconds = RETRY_AFTER_SECONDS): { headers: Record<string, string> } {
  return { headers: { 'retry-after': String(seconds) } };
}

/** Errors of Nest and Fastify carry the status that they mean; errors of the database driver have none. */
function statusOf(thrown: unknown): number | null {
  if (!(thrown instanceof Error)) return null;
  const error = thrown as Error & { getStatus?: () => unknown; statusCode?: unknown };
  const status = typeof error.getStatus === 'function' ? error.getStatus() : error.statusCode;
  return typeof status === 'number' && status >= 400 && status < 600 ? status : null;
}
