/** Pages through the versions of one key, newest first. All of them lie in memory; the page bounds the answer. */
import type { ConfigurationEntry } from '../../directory/configuration.js';
import { decodeCursor, encodeCursor } from '../../reports/cursor.js';
import type { PageAnswer } from '../input/page-answer.js';

/**
 * @param entries all versions of one key, ascending; at least one
 * @throws InvalidCursor
 */
export function versionsPage<T>(
  entries: readonly ConfigurationEntry[],
  { limit, cursor }: { readonly limit: number; readonly cursor: string | null },
  toResource: (entry: ConfigurationEntry) => T,
): PageAnswer<T> {
  const list = `${entries[0]?.kind}:${entries[0]?.key}:versions`;
  const before = cursor === null ? Infinity : Number(decodeCursor(cursor, list, ['seq'])[0]);
  const older = entries.filter(({ version }) => version < before).reverse();
  const shown = older.slice(0, limit);
  const hasMore = older.length > limit;
  const nextCursor = hasMore ? encodeCursor(list, [String(shown.at(-1)?.version)]) : null;
  return { data: shown.map(toResource), meta: { hasMore, nextCursor } };
}
