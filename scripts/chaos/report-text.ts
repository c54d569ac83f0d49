/** How a run is shown: the table of faults, what is broken, and one line of verdict. Decides nothing. */
import type { ChaosReport } from './run-chaos.js';
import type { FaultRow } from './check-history.js';

const COLUMNS: readonly (readonly [title: string, of: (row: FaultRow) => string | number])[] = [
  ['fault', ({ name }) => name],
  ['injected', ({ injected }) => injected],
  ['effective', ({ effective }) => effective],
  ['acknowledged', ({ acknowledged }) => acknowledged],
  ['lost', ({ lost }) => lost],
  ['doubled', ({ doubled }) => doubled],
  ['late', ({ late }) => late],
  ['longest gap', ({ longestGapMs }) => `${(longestGapMs / 1000).toFixed(1)} s`],
];

export function reportText(report: ChaosReport, seed: number): string {
  const { acknowledged, refused, unknown, requests, verdicts, crashes, mails, webhooks } = report;
  const sizes = [
    `${acknowledged} acknowledged`,
    `${refused} refused`,
    `${unknown} never answered`,
    `${requests} requests`,
    `${report.stats.cases} cases`,
    `${mails} mails`,
    `${webhooks} webhooks`,
    `longest gap ${(report.longestGapMs / 1000).toFixed(1)} s`,
    `seed ${seed}`,
  ].join(', ');
  const broken = verdicts.filter(({ violations }) => violations > 0);
  const lines = [
    faultTable(report.faults),
    '',
    sizes,
    ...resourceLines(report),
    ...broken.map(
      ({ invariant, promise, violations, first }) =>
        `BROKEN ${invariant}: ${promise}: ${violations}, e.g. ${first}`,
    ),
    ...(crashes > 0 ? [`BROKEN: nodes ended by themselves ${crashes} times`] : []),
    ...(report.drained
      ? []
      : ['BROKEN I10: deadlines or messages were left when everything should have come to rest']),
    ...report.worthless.map((why) => `WORTHLESS: ${why}`),
    report.passed ? `passed: ${verdicts.length} promises hold` : 'FAILED',
  ];
  return lines.join('\n');
}

function resourceLines({ resources: { before, after } }: ChaosReport): string[] {
  return after.nodes.map((now) => {
    const then = before.nodes.find(({ node }) => node === now.node);
    return `${now.node}: open files ${then?.openFiles} → ${now.openFiles}, memory ${then?.residentMiB} → ${now.residentMiB} MiB, loop lag p99 ${now.lagP99Ms} ms`;
  });
}

export function faultTable(rows: readonly FaultRow[]): string {
  const cells = [
    COLUMNS.map(([title]) => title),
    ...rows.map((row) => COLUMNS.map(([, of]) => String(of(row)))),
  ];
  const widths = COLUMNS.map((_, n) => Math.max(...cells.map((line) => line[n]?.length ?? 0)));
  return cells
    .map((line) =>
      line
        .map((cell, n) => (n === 0 ? cell.padEnd(widths[n] ?? 0) : cell.padStart(widths[n] ?? 0)))
        .join('  '),
    )
    .join('\n');
}
