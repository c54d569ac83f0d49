/** The envelope of every list: `{data, meta}`. */
import type { Page } from '../../reports/keyset.js';

export interface PageAnswer<T> {
  readonly data: readonly T[];
  readonly meta: { readonly hasMore: boolean; readonly nextCursor: string | null };
}

export function pageAnswer<Item, T>(page: Page<Item>, toResource: (item: Item) => T): PageAnswer<T> {
  const { items, nextCursor } = page;
  return { data: items.map(toResource), meta: { hasMore: nextCursor !== null, nextCursor } };
}
