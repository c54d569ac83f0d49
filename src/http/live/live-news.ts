/** What an event says to whom: to staff which step it was, to the customer no more than how things stand. Pure. */
import type { TailEntry } from '../../delivery/live/journal-tail.js';
import type { CustomerView } from '../../delivery/customer-view.js';
import type { VisibleUpdate } from '../../delivery/render-update.js';
import { toInstantText } from '../input/instant.js';
import type { LiveEvent } from './live-stream.js';

export function staffNews(entries: readonly TailEntry[]): LiveEvent[] {
  return entries.map(({ seq, type, state, level, occurredAt }) => ({
    id: seq,
    data: { type, seq, revision: seq, state, level, occurredAt: toInstantText(occurredAt) },
  }));
}

/** One event for each update that the customer was told after `afterId`, with the headline as it is now. */
export function customerNews(
  { view, updates }: { readonly view: CustomerView; readonly updates: readonly VisibleUpdate[] },
  afterId: number,
): LiveEvent[] {
  return updates
    .filter(({ seq }) => seq > afterId)
    .map(({ seq, at }) => ({
      id: seq,
      data: { headline: view.headline, updatedAt: toInstantText(at) },
    }));
}
