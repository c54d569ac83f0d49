/** The vectors' report as text: every miss, then a table. Decides only what counts as a fault: a miss or a mixture. */
import type { Reading, VectorResult } from './run-vectors.js';

export interface VectorReport {
  readonly file: string;
  readonly results: readonly VectorResult[];
  readonly requests: number;
  readonly seconds: number;
}

const OPS = ['due', 'before'] as const;

/** One reading throughout: a product that is due at closing here and at the next opening there has no rule. */
export function isMixture(results: readonly VectorResult[]): boolean {
  return OPS.some((op) => has(results, op, 'close') && has(results, op, 'opening'));
}

export function isClean({ results }: VectorReport): boolean {
  return results.every(({ reading }) => reading !== null) && !isMixture(results);
}

export function reportText(report: VectorReport): string {
  const { results } = report;
  const misses = results.filter(({ reading }) => reading === null);
  const ops = [...new Set(results.map(({ op }) => op))];
  const perOp = ops.map((op) => [op, results.filter((result) => result.op === op)] as const);
  const right = (some: readonly VectorResult[]) => some.filter(({ reading }) => reading !== null).length;
  const readings = results.filter(({ reading }) => reading === 'close' || reading === 'opening');
  const share = (reading: 'close' | 'opening') =>
    `${readings.filter((result) => result.reading === reading).length} of ${readings.length}`;
  const rows: [string, string | number][] = [
    ['file', report.file],
    ['vectors', results.length],
    ...perOp.map(([op, some]): [string, string] => [`  ${op}`, `${right(some)} of ${some.length}`]),
    ['misses', misses.length],
    ['used up at closing: due at closing', share('close')],
    ['used up at closing: due at opening', `${share('opening')}${isMixture(results) ? '  (a mixture)' : ''}`],
    ['requests', report.requests],
    ['wall time', `${report.seconds.toFixed(1)} s`],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    ...misses.map(({ id, op, expected, got }) => `MISS ${id} (${op}): expected ${expected}, got ${got}`),
    ...(misses.length > 0 ? [''] : []),
    ...rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`),
  ].join('\n');
}

function has(results: readonly VectorResult[], wantedOp: VectorResult['op'], wanted: Reading): boolean {
  return results.some(({ op, reading }) => op === wantedOp && reading === wanted);
}
