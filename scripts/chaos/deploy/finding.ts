/** What a part of the run found, as lines of the one table that is printed. Decides nothing. */

export interface Finding {
  /** Row of the catalogue of faults. */
  readonly row: string;
  readonly promise: string;
  readonly measured: string;
  readonly held: boolean;
}

export const finding = (row: string, promise: string, held: boolean, measured: string): Finding => ({
  row,
  promise,
  measured,
  held,
});

export function findingsTable(findings: readonly Finding[]): string {
  const cells = [
    ['row', 'promise', 'held', 'measured'],
    ...findings.map(({ row, promise, held, measured }) => [row, promise, held ? 'yes' : 'NO', measured]),
  ];
  const widths = [0, 1, 2].map((n) => Math.max(...cells.map((line) => line[n]?.length ?? 0)));
  return cells
    .map((line) => line.map((cell, n) => (n < 3 ? cell.padEnd(widths[n] ?? 0) : cell)).join('  '))
    .join('\n');
}
