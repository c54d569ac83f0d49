/**
 * How values of PostgreSQL become values of ours, for one pool and not for the whole process: bigint → number,
 * timestamptz → epoch milliseconds, date → text. Everything else as the driver does it.
 */
import pg from 'pg';

const { builtins } = pg.types;

/**
 * @param text as sent with TimeZone=UTC, e.g. `2026-11-22 02:13:45.123456+00`.
 * @returns epoch ms, microseconds cut off: rounding up would give an instant that the database has not reached yet.
 *   Infinity and -Infinity for the words of PostgreSQL.
 */
export function instantFromText(text: string): number {
  if (text === 'infinity') return Infinity;
  if (text === '-infinity') return -Infinity;
  const match = /^(\d{4,6})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?\+00$/.exec(text);
  if (!match) throw new Error(`not an instant in UTC: ${text}`);
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const milliseconds = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3));
  return (
    new Date(0).setUTCFullYear(year, month - 1, day) +
    ((hour * 60 + minute) * 60 + second) * 1_000 +
    milliseconds
  );
}

/** Beyond 2^53 a number would be silently wrong. */
function integerFromText(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number)) throw new Error(`too large for a number: ${text}`);
  return number;
}

const PARSERS = new Map<number, (text: string) => unknown>([
  [builtins.INT8, integerFromText],
  [builtins.TIMESTAMPTZ, instantFromText],
  [builtins.DATE, (text) => text],
]);

/** For the `types` setting of a pool. */
export const PG_TYPES: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    (format !== 'binary' && PARSERS.get(oid)) ||
    pg.types.getTypeParser(oid, format as 'text')) as pg.CustomTypesConfig['getTypeParser'],
};
