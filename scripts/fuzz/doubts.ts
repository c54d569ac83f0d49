/**
 * Whether a run proves anything: that enough was accepted, and that every operation was once answered with success.
 * Judges no answer.
 */
import type { Unreachable } from './exceptions.js';
import type { FuzzReport } from './run-fuzz.js';

/** A fuzzer that only ever sees refusals tests the doorman. */
export const ACCEPTED_SHARE_MIN = 0.05;
/** So often an operation must have been tried before its silence means something. */
const TRIES_BEFORE_JUDGED = 100;

/** Reasons to distrust the run, one sentence each. */
export function doubtsAbout(report: FuzzReport, excused: readonly Unreachable[]): string[] {
  const accepted = report.operations.reduce((sum, { succeeded }) => sum + succeeded, 0);
  const share = accepted / Math.max(1, report.requests);
  const never = report.operations.filter(
    ({ operation, sent, succeeded }) =>
      succeeded === 0 &&
      sent >= TRIES_BEFORE_JUDGED &&
      !excused.some((one) => one.operation.test(`${operation.method} ${operation.path}`)),
  );
  return [
    ...(share >= ACCEPTED_SHARE_MIN
      ? []
      : [`only ${(share * 100).toFixed(1)} % of the requests were accepted`]),
    ...never.map(({ operation, sent }) => `${operation.id} was never answered with success in ${sent} tries`),
  ];
}
