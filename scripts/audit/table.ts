/** The audit's report as a table for people. Shows; judges nothing. */
import type { AuditReport } from './run-audit.js';

export function auditTable(report: AuditReport, where: string): string {
  const inOrder = [...report.checks].sort((a, b) => a.invariant - b.invariant);
  const rows = inOrder.map((check) => ({
    invariant: String(check.invariant),
    verdict: check.violations === 0 ? 'holds' : `${check.violations} broken`,
    promise: check.promise,
    first: check.first
      ? `first: case ${check.first.caseId ?? '–'}, seq ${check.first.seq ?? '–'}: ${check.first.detail}`
      : null,
  }));
  const width = Math.max(...rows.map(({ verdict }) => verdict.length));
  const broken = report.checks.filter(({ violations }) => violations > 0).length;
  return [
    `${report.cases} cases, ${report.entries} journal entries, ${report.notifications} notifications, ${report.clocks} clocks, ${report.commands} stored answers in ${where}`,
    '',
    `inv  ${'verdict'.padEnd(width)}  promise`,
    ...rows.flatMap(({ invariant, verdict, promise, first }) => [
      `${invariant.padStart(3)}  ${verdict.padEnd(width)}  ${promise}`,
      ...(first === null ? [] : [`     ${' '.repeat(width)}  ${first}`]),
    ]),
    '',
    `journal head: ${report.head.before}=${report.head.digest} over ${report.head.cases} cases`,
    broken === 0
      ? `All ${rows.length} checks hold (${report.seconds.toFixed(1)} s).`
      : `${broken} of ${rows.length} checks are broken (${report.seconds.toFixed(1)} s).`,
  ].join('\n');
}
