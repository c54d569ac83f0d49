/** The scenarios' report as text: one line each, then everything that is not simply equal. Lays out; decides nothing. */
import { DECISIONS } from './decisions.js';
import { count, type Finding, type Outcome, type ScenarioResult } from './verdict.js';

export interface ScenarioReport {
  readonly file: string;
  readonly results: readonly ScenarioResult[];
  readonly requests: number;
  readonly seconds: number;
}

const COLUMNS: readonly [heading: string, outcome: Outcome][] = [
  ['equal', 'equal'],
  ['miss', 'miss'],
  ['by design', 'byDesign'],
  ['own choice', 'ownChoice'],
  ['told', 'told'],
  ['not expressible', 'inexpressible'],
];

export function reportText(report: ScenarioReport): string {
  const { results } = report;
  const rows = results.map((result) => [
    result.id,
    result.portability,
    String(result.checks),
    ...COLUMNS.map(([, outcome]) => dash(count([result], outcome))),
  ]);
  const sums = COLUMNS.map(([, outcome]) => dash(count(results, outcome)));
  const checks = results.reduce((sum, result) => sum + result.checks, 0);
  const table = aligned([
    ['scenario', 'portability', 'checks', ...COLUMNS.map(([heading]) => heading)],
    ...rows,
    ['all', '', String(checks), ...sums],
  ]);
  const timing = `${report.requests} requests, ${report.seconds.toFixed(1)} s`;
  return [report.file, '', ...table, '', timing, ...details(results)].join('\n');
}

function details(results: readonly ScenarioResult[]): string[] {
  return [
    ...section('MISSES', results, ['miss'], differing),
    ...section('By design (scripts/scenarios/README.md)', results, ['byDesign'], differing),
    ...decisionLines(results),
    ...section('Design choices and disputes', results, ['ownChoice', 'told'], differing),
    ...section('Not expressible', results, ['inexpressible'], missing),
  ];
}

function section(
  title: string,
  results: readonly ScenarioResult[],
  outcomes: readonly Outcome[],
  line: (finding: Finding) => string,
): string[] {
  const lines = results.flatMap(({ id, note, findings }) => {
    const all = findings.filter(({ outcome }) => outcomes.includes(outcome));
    // What stopped a case is one reason for all of its later checks.
    const some = all.filter(({ field }, index) => field !== 'all' || index === all.findIndex(isWhole));
    const remark = some.length > 0 && outcomes.includes('told') && note !== '' ? [`  ${id} (${note})`] : [];
    return [...remark, ...some.map((finding) => `  ${id} ${finding.at} ${line(finding)}`)];
  });
  return lines.length > 0 ? ['', title, ...lines] : [];
}

const isWhole = ({ field }: Finding): boolean => field === 'all';

function differing({ field, expected, found, why, outcome }: Finding): string {
  if (field === 'all') return `and later, ${why}`;
  const whose = outcome === 'told' ? 'the source' : 'expected';
  const because = why === null ? '' : `  [${why}]`;
  return `${field}: ${whose} ${text(expected)}, the product ${text(found)}${because}`;
}

function missing({ field, why }: Finding): string {
  return field === 'all' ? `and later, ${why}` : `${field}: ${why}`;
}

function decisionLines(results: readonly ScenarioResult[]): string[] {
  const used = new Set(results.flatMap(({ findings }) => findings.map(({ why }) => why)));
  return DECISIONS.filter(({ name }) => used.has(name)).map(({ name, why }) => `  [${name}] ${why}`);
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}

const dash = (value: number): string => (value === 0 ? '–' : String(value));

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
