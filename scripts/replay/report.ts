/**
 * The replay's report, as text for people and as data for machines. Lays out what others found; decides nothing but
 * whether anything is left unexplained.
 */
import { type Log, SKIP_REASONS } from './read-log.js';
import type { Expectations } from './expectations.js';
import type { RunResult } from './replay-run.js';
import type { Deliveries } from './deliveries.js';
import { type AttainmentRow, attainmentText } from './attainment.js';
import type { Verdict } from './verdict.js';

export interface Report {
  readonly log: string;
  readonly expectedFrom: 'oracle' | 'log';
  readonly cases: number;
  readonly events: number;
  readonly equal: number;
  readonly skipped: Readonly<Record<string, number>>;
  readonly mismatches: Verdict['mismatches'];
  /** Cases in which the oracle contradicts its own log. */
  readonly disputed: Expectations['disputed'];
  readonly commands: RunResult['commands'];
  readonly clockMoves: number;
  readonly journalRows: number;
  readonly requests: number;
  readonly repeats: number;
  /** Wall time of driving alone, without start, configuration and judging. */
  readonly runSeconds: number;
  readonly wholeSeconds: number;
  readonly requestsPerSecond: number;
  /** What became of the progress updates; null when no mail was sent. */
  readonly deliveries: Deliveries | null;
  /** How well the resolution was kept; null when no promise was made. */
  readonly attainment: readonly AttainmentRow[] | null;
}

/** More would scroll the table away; `--json` has them all. */
const MISMATCHES_SHOWN = 20;

export function isClean({ mismatches, disputed, deliveries }: Report): boolean {
  const everybodyTold =
    deliveries === null || (deliveries.silent === 0 && deliveries.visible === deliveries.covered);
  return mismatches.length === 0 && disputed.length === 0 && everybodyTold;
}

export function countSkips(log: Log): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { reason } of log.skipped) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}

export function reportText(report: Report): string {
  const skips = Object.entries(report.skipped) as [keyof typeof SKIP_REASONS, number][];
  const commands = Object.values(report.commands).reduce((sum, count) => sum + count, 0);
  const rows: [string, string | number][] = [
    ['log', report.log],
    ['expected from', report.expectedFrom],
    ['cases', report.cases],
    ['equal', report.equal],
    ['skipped', skips.reduce((sum, [, count]) => sum + count, 0)],
    ...skips.map(([reason, count]): [string, string] => ['', `${count} × ${SKIP_REASONS[reason]}`]),
    ['mismatches', report.mismatches.length],
    ['oracle against its log', report.disputed.length],
    ['log events', report.events],
    ['commands', commands],
    ...Object.entries(report.commands)
      .sort(([, a], [, b]) => b - a)
      .map(([kind, count]): [string, string] => ['', `${count} × ${kind}`]),
    ['clock moves', report.clockMoves],
    ['journal rows read', report.journalRows],
    ['requests (repeated)', `${report.requests} (${report.repeats})`],
    ['wall time, driving', `${report.runSeconds.toFixed(1)} s`],
    ['wall time, all', `${report.wholeSeconds.toFixed(1)} s`],
    ['requests/s, driving', report.requestsPerSecond.toFixed(0)],
    ...deliveryRows(report.deliveries),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const table = rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`);
  const attainment = report.attainment ? ['', attainmentText(report.attainment)] : [];
  return [...table, ...attainment, ...differenceLines(report)].join('\n');
}

function deliveryRows(deliveries: Deliveries | null): [string, string | number][] {
  if (deliveries === null) return [];
  return [
    ['visible transitions', deliveries.visible],
    ['of these covered', deliveries.covered],
    ['silent transitions', deliveries.silent],
    ['mails received', `${deliveries.mailsReceived} (${deliveries.mailsPerSecond.toFixed(0)}/s)`],
  ];
}

function differenceLines(report: Report): string[] {
  const wrong = [
    ...report.mismatches.map(({ caseId, id, differences }) => ({ name: `${caseId} (${id})`, differences })),
    ...report.disputed.map(({ id, differences }) => ({ name: `${id} (oracle)`, differences })),
  ];
  const shown = wrong.slice(0, MISMATCHES_SHOWN);
  const rest = wrong.length - shown.length;
  return [
    ...shown.flatMap(({ name, differences }) => ['', name, ...differences.map((line) => `  ${line}`)]),
    ...(rest > 0 ? ['', `… and ${rest} more (--json FILE has all of them)`] : []),
  ];
}
