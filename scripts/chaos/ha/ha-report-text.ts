/** How a run on a cluster is shown: the table of faults, the goals beside what was measured, and what is broken. */
import { faultTable } from '../report-text.js';
import type { Goal, GoalRow } from './goals.js';
import type { HaReport } from './run-ha.js';

export function haReportText(report: HaReport, seed: number): string {
  const sizes = [
    `${report.acknowledged} acknowledged`,
    `${report.refused} refused`,
    `${report.unknown} never answered`,
    `${report.requests} requests`,
    `${report.mails} mails`,
    `longest gap of calm times ${(report.calmGapMs / 1000).toFixed(1)} s`,
    `seed ${seed}`,
  ].join(', ');
  const broken = report.verdicts.filter(({ violations }) => violations > 0);
  return [
    faultTable(report.faults),
    '',
    ...report.goals.map(goalLine),
    '',
    sizes,
    ...broken.map(
      ({ invariant, promise, violations, first }) =>
        `BROKEN ${invariant}: ${promise}: ${violations}, e.g. ${first}`,
    ),
    ...(report.crashes > 0 ? [`BROKEN: nodes ended by themselves ${report.crashes} times`] : []),
    ...(report.notAlive > 0 ? [`BROKEN I21: nodes were not alive ${report.notAlive} times`] : []),
    ...(report.drained
      ? []
      : ['BROKEN I10: deadlines or messages were left when all should have come to rest']),
    ...report.worthless.map((why) => `WORTHLESS: ${why}`),
    report.passed
      ? `passed: ${report.verdicts.length} promises and ${report.goals.length} goals hold`
      : 'FAILED',
  ].join('\n');
}

/** The negative control: a checker that finds nothing there would find nothing anywhere. */
export function controlText(report: HaReport): string {
  const lost = lostIn(report);
  return [
    faultTable(report.faults),
    lost > 0
      ? `as it must be: of ${report.acknowledged} acknowledged commands ${lost} are lost without a synchronous standby, and the checker says so`
      : 'FAILED: acknowledged commands must be lost without a synchronous standby, and the checker found none',
  ].join('\n');
}

export const lostIn = ({ verdicts }: Pick<HaReport, 'verdicts'>): number =>
  verdicts.find(({ promise }) => promise === 'every acknowledged command is in the journal')?.violations ?? 0;

function goalLine({ goal, measured, held }: GoalRow): string {
  const all = measured.map((value) => shown(goal, value)).join(', ');
  const limit = goal.limit === 0 ? 'none' : `at most ${shown(goal, goal.limit)}`;
  return `${held ? 'held  ' : 'MISSED'} ${goal.fault}: ${goal.what}: ${all} (${limit})`;
}

const shown = ({ unit }: Goal, value: number): string =>
  unit === 'times' ? String(value) : `${(value / 1000).toFixed(1)} s`;
