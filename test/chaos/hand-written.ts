// Histories written by hand: short words for what clients asked and heard, and for what the journal holds.
import type { HistoryLine } from '../../scripts/chaos/history.js';
import type { KeyedEntry } from '../../scripts/chaos/judge-history.js';

export const CASE = 'case-1';

/** An acknowledged command of `anna` that took from 0 to 1 and made revision 1, unless told otherwise. */
export function line(id: number, changes: Partial<HistoryLine> = {}): HistoryLine {
  const path = `/api/v1/cases/${CASE}/notes`;
  const outcome = changes.outcome ?? 'ok';
  return {
    id,
    client: 0,
    principal: 'anna',
    key: `chaos-${id}`,
    method: 'POST',
    path,
    caseId: CASE,
    ifMatch: null,
    invokedAt: id * 10,
    completedAt: id * 10 + 5,
    outcome,
    status: { ok: 201, fail: 409, info: null }[outcome],
    revision: outcome === 'ok' ? id : null,
    bodyHash: outcome === 'info' ? null : `body-${changes.key ?? `chaos-${id}`}`,
    retryOf: null,
    ...changes,
  };
}

export function read(id: number, revision: number | null, changes: Partial<HistoryLine> = {}): HistoryLine {
  return line(id, {
    key: '',
    method: 'GET',
    path: `/api/v1/cases/${CASE}`,
    status: 200,
    revision,
    ...changes,
  });
}

export function entry(seq: number, changes: Partial<KeyedEntry> = {}): KeyedEntry {
  return { caseId: CASE, seq, principal: 'anna', key: `chaos-${seq}`, ...changes };
}
