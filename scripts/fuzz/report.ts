/** The report of a run for people: counts, the slowest, every finding with the command that repeats it. Judges nothing. */
import type { Aftermath } from './aftermath.js';
import type { Exchange, FuzzReport } from './run-fuzz.js';

const SHOWN_CHARACTERS = 700;
const SLOWEST_SHOWN = 5;

export function fuzzTable(
  report: FuzzReport,
  aftermath: Aftermath | null,
  faults: readonly string[],
): string {
  return [
    '',
    ...byOperation(report),
    '',
    ...byStatus(report),
    '',
    ...slowest(report),
    '',
    ...(aftermath ? [...after(aftermath), ''] : []),
    ...findings(report),
    ...faults.map((fault) => `✗ ${fault}`),
    ...(report.ended === null ? [] : [`✗ ended early: ${report.ended}`]),
    closing(report, faults),
  ].join('\n');
}

/** One request and its answer, as they went over the wire; tokens are named, not shown. */
export function exchangeText({ request, answer, faults }: Exchange): string {
  const { method, target, headers, body, role, mutation, n, operation, wire } = request;
  return [
    `request ${n} for ${operation.id}, ${mutation === null ? 'as documented' : `with ${mutation}`}${wire ? ', on a bare socket' : ''}`,
    `> ${method} ${short(target)}`,
    `> Authorization: ${role ?? 'none'}`,
    ...Object.entries(headers).map(([name, value]) => `> ${name}: ${short(value)}`),
    ...(body ? [`> ${short(body.toString('utf8'))}`] : []),
    `< ${answer.trouble === null ? answer.status : `${answer.trouble}: ${answer.detail}`} in ${answer.ms.toFixed(0)} ms`,
    `< ${answer.headers['content-type'] ?? 'no content type'}`,
    `< ${short(answer.body.toString('utf8'))}`,
    ...faults.map(({ kind, detail }) => `✗ ${kind}: ${detail}`),
  ].join('\n');
}

function byOperation({ operations }: FuzzReport): string[] {
  const width = Math.max(...operations.map(({ operation }) => operation.id.length));
  const lines = operations.map(({ operation, sent, succeeded, statuses, slowestMs }) => {
    const counts = [...statuses]
      .sort(([a], [b]) => a - b)
      .map(([status, count]) => `${shown(status)}×${count}`);
    return `${operation.id.padEnd(width)} ${cell(sent)} ${cell(succeeded)} ${cell(Math.round(slowestMs))}  ${counts.join(' ')}`;
  });
  return [`${'operation'.padEnd(width)}   sent    2xx max ms  answers`, ...lines];
}

function byStatus({ statuses, requests }: FuzzReport): string[] {
  const sorted = [...statuses].sort(([a], [b]) => a - b);
  return [
    'status    count',
    ...sorted.map(
      ([status, count]) =>
        `${shown(status).padEnd(6)} ${String(count).padStart(8)}  ${((count / requests) * 100).toFixed(1)} %`,
    ),
  ];
}

function slowest({ operations, slowest: worst, seed }: FuzzReport): string[] {
  const top = [...operations].sort((a, b) => b.slowestMs - a.slowestMs).slice(0, SLOWEST_SHOWN);
  return [
    `slowest: ${top.map(({ operation, slowestMs }) => `${operation.id} ${slowestMs.toFixed(0)} ms`).join(', ')}`,
    ...(worst ? [`         ${replay(seed, worst.n)}`] : []),
  ];
}

function after({ isReady, before, after: then, database }: Aftermath): string[] {
  const pair = (from: number, to: number, unit: string): string =>
    `${from.toFixed(0)} → ${to.toFixed(0)}${unit}`;
  return [
    `node      ${isReady ? 'ready' : 'NOT READY'}; memory ${pair(before.residentMiB, then.residentMiB, ' MiB')}, heap ${pair(before.heapUsedMiB, then.heapUsedMiB, ' MiB')}, open files ${pair(before.openFiles, then.openFiles, '')}, loop lag p99 ${then.lagP99Ms.toFixed(0)} ms`,
    database
      ? `database  ${database.cases} cases, ${database.tasks} tasks, ${database.customers} customers, ${database.journalEntries} journal entries; audit: ${database.auditChecks - database.broken.length} of ${database.auditChecks} checks hold; idle in transaction: ${database.idleInTransaction}`
      : 'database  not looked at: set DATABASE_URL or DATA_DIR to have it audited',
  ];
}

function findings({ findings: all, seed }: FuzzReport): string[] {
  const sorted = [...all].sort(
    (a, b) => a.kind.localeCompare(b.kind) || a.operation.localeCompare(b.operation),
  );
  return sorted.flatMap(({ kind, detail, operation, count, first }) => [
    `✗ ${kind}: ${operation}: ${detail} (${count}×)`,
    `  ${replay(seed, first.request.n)}`,
    ...exchangeText(first)
      .split('\n')
      .map((line) => `    ${line.slice(0, 300)}`),
    '',
  ]);
}

function closing(report: FuzzReport, faults: readonly string[]): string {
  const { requests, mutated, seconds, findings: all, repeated, operations, seed } = report;
  const accepted = operations.reduce((sum, { succeeded }) => sum + succeeded, 0);
  const share = (part: number): string => `${((part / Math.max(1, requests)) * 100).toFixed(0)} %`;
  const verdict =
    all.length + faults.length === 0 && report.ended === null
      ? 'nothing found'
      : `${all.length} findings, ${faults.length} further faults`;
  return `${requests} requests (seed ${seed}; ${share(mutated)} broken on purpose, ${share(accepted)} accepted, ${repeated} repeated) to ${operations.length} operations in ${seconds.toFixed(0)} s, ${Math.round(requests / seconds)}/s: ${verdict}.`;
}

const replay = (seed: number, n: number): string => `npm run fuzz -- --seed ${seed} --only ${n}`;
const cell = (value: number): string => String(value).padStart(6);
const shown = (status: number): string => (status === 0 ? 'none' : String(status));
const short = (text: string): string =>
  text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}… (${text.length} characters)`;
