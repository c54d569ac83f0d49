/**
 * Reads a foreign log into cases whose events each say where the case stands afterwards. Turns local times with
 * their offset into instants, and sets aside, with a reason about the log, what no product could follow. Knows the
 * mapping; knows nothing of commands or of the product's states.
 */
import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import type { Level, Mapping, StandingName } from './mapping.js';

export type Row = Readonly<Record<string, string>>;

export interface Target {
  readonly standing: StandingName;
  readonly level: Level;
}

export interface LogEvent {
  readonly caseId: string;
  /** 1, 2, … within the case, counting every line of the log. */
  readonly seq: number;
  readonly at: number;
  readonly state: string;
  readonly target: Target;
  readonly row: Row;
}

export interface LogCase {
  readonly id: string;
  /** In order of time; lines that say nothing about the standing are left out. */
  readonly events: readonly LogEvent[];
}

/** Why a case of the log cannot be followed; each reason is about the log. */
export const SKIP_REASONS = {
  'level-beyond-two': 'the log names a level above 2, which does not exist here',
  'out-of-order': 'the log goes back in time within the case',
  'goes-on-after-withdrawal': 'the log goes on after a cancellation, which is final here',
  'says-nothing': 'no event of the case says where it stands',
} as const;
export type SkipReason = keyof typeof SKIP_REASONS;

export interface Log {
  readonly cases: readonly LogCase[];
  readonly skipped: readonly { readonly id: string; readonly reason: SkipReason }[];
  readonly lines: number;
}

/** A log that cannot be read as its mapping says. */
export class LogError extends Error {}

/** @throws LogError for an unknown state, a time without offset, or a missing column. */
export async function readLog(folder: string, mapping: Mapping): Promise<Log> {
  const bytes = await readFile(`${folder}/${mapping.log.file}`);
  const text = (mapping.log.file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return toLog(parse(text, { columns: true, bom: true }) as Row[], mapping);
}

/** @param rows lines in the order of the log; lines of one case need not stand together. */
export function toLog(rows: readonly Row[], mapping: Mapping): Log {
  const byCase = new Map<string, Row[]>();
  for (const row of rows) {
    const id = column(row, mapping.log.caseId);
    byCase.set(id, [...(byCase.get(id) ?? []), row]);
  }
  const cases: LogCase[] = [];
  const skipped: { id: string; reason: SkipReason }[] = [];
  for (const [id, lines] of byCase) {
    const events = toEvents(id, lines, mapping);
    const reason = skipReason(events);
    if (reason === null) cases.push({ id, events });
    else skipped.push({ id, reason });
  }
  return { cases, skipped, lines: rows.length };
}

function toEvents(caseId: string, rows: readonly Row[], mapping: Mapping): LogEvent[] {
  const events: LogEvent[] = [];
  for (const [index, row] of rows.entries()) {
    const state = column(row, mapping.log.state);
    const rule = mapping.states[state];
    if (rule === undefined) throw new LogError(`${caseId} line ${index + 1}: unknown state "${state}"`);
    if (rule === null) continue;
    const level =
      rule.level === 'column'
        ? Number(column(row, mapping.log.level ?? ''))
        : rule.level === 'keep'
          ? (events.at(-1)?.target.level ?? 0)
          : rule.level;
    events.push({
      caseId,
      seq: index + 1,
      at: instantOf(column(row, mapping.log.at), caseId),
      state,
      target: { standing: rule.to, level: level as Level },
      row,
    });
  }
  return events;
}

function skipReason(events: readonly LogEvent[]): SkipReason | null {
  if (events.length === 0) return 'says-nothing';
  if (events.some((event) => ![0, 1, 2].includes(event.target.level))) return 'level-beyond-two';
  const pairs = events.slice(1).map((event, index) => ({ before: events[index] as LogEvent, event }));
  if (pairs.some(({ before, event }) => event.at < before.at)) return 'out-of-order';
  const reopenedAfterWithdrawal = pairs.some(
    ({ before, event }) => before.target.standing === 'withdrawn' && event.target.standing !== 'withdrawn',
  );
  return reopenedAfterWithdrawal ? 'goes-on-after-withdrawal' : null;
}

function column(row: Row, name: string): string {
  const value = row[name];
  if (value === undefined) throw new LogError(`the log has no column "${name}"`);
  return value;
}

/** A local time without its offset is refused: guessing one would shift every measured span. */
function instantOf(text: string, caseId: string): number {
  const at = /(Z|[+-]\d\d:?\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw new LogError(`${caseId}: "${text}" is no instant with an offset`);
  return at;
}
