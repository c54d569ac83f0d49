/**
 * The audit's own table and fold against the machine itself, over every place that the machine can reach: two people's
 * reading of one state chart. When the machine gains a move, this says so before a production audit does.
 */
import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  type Entry,
  foldEntry,
  type Folded,
  isTerminal,
  NOTHING_YET,
} from '../../scripts/audit/fold-case.js';
import { legalTriples } from '../../scripts/audit/published-moves.js';
import type { Case } from '../../src/domain/case.js';
import { SYSTEM } from '../../src/domain/deadlines.js';
import { eraseCase } from '../../src/domain/erasure.js';
import type { CaseEvent } from '../../src/domain/events.js';
import { step } from '../../src/domain/step.js';
import type { JournalEntry } from '../../src/domain/step-result.js';
import { isTerminal as rowIsTerminal } from '../../src/store/case-rows.js';
import { at, T0 } from '../domain/given.js';
import { alphabet, fingerprint, WIDEST } from '../model/alphabet.js';
import { dueEvents } from '../model/due-events.js';

interface Place {
  readonly current: Case | null;
  readonly folded: Folded;
}

const disagreements = new Set<string>();
const taken = new Set<string>();

beforeAll(() => {
  const seen = new Set<string>();
  const queue: Place[] = [{ current: null, folded: NOTHING_YET }];
  for (const { current, folded } of queue) {
    const now = (current?.context.lastEventAt ?? T0) + 1000;
    const due = current ? dueEvents(current) : [];
    // No event of the machine, and an end: nothing is to be walked behind it.
    const gone =
      current && eraseCase(current, { actor: SYSTEM, reason: 'r', at: now, names: () => false }, WIDEST);
    if (gone?.accepted) compare(folded, gone.entry, gone.case);
    for (const event of [...alphabet(current).map((command) => at(command, now)), ...due]) {
      const result = step(withAttentionFor(event, current), event, WIDEST);
      if (!result.accepted) continue;
      const after = compare(folded, result.entry, result.case);
      const key = `${fingerprint(result.case)} ${after.solvedFrom} ${after.waitedFrom}`;
      if (seen.has(key)) continue;
      seen.add(key);
      queue.push({ current: result.case, folded: after });
    }
  }
});

/** A manager's call moves nothing: instead of walking every place twice, it is put there when it is asked about. */
function withAttentionFor({ type, at: now }: CaseEvent, current: Case | null): Case | null {
  if (!current || (type !== 'case.raiseAttention' && type !== 'case.clearAttention')) return current;
  const call = { reason: 'r', by: 'x', byKind: 'agent', at: now } as const;
  return {
    ...current,
    context: { ...current.context, attention: type === 'case.clearAttention' ? call : null },
  };
}

function compare(before: Folded, entry: JournalEntry, now: Case): Folded {
  const { after, contradictions } = foldEntry(before, toEntry(now.id, entry));
  for (const { fault, detail } of contradictions) disagreements.add(`${fault}: ${detail}`);
  taken.add([entry.type, entry.fromState ?? '', entry.toState].join(' '));
  const { state, context, revision } = now;
  const says = [state, context.level, revision, context.ownerId, rowIsTerminal(now)];
  const comesOut = [after.state, after.level, after.revision, after.owner, isTerminal(after)];
  if (says.join() !== comesOut.join()) {
    disagreements.add(`${entry.type}: the case is ${says.join(', ')}; folded ${comesOut.join(', ')}`);
  }
  return after;
}

function toEntry(caseId: string, { seq, type, fromState, toState, level, actor, data }: JournalEntry): Entry {
  return {
    caseId,
    seq,
    type,
    fromState,
    toState,
    levelAfter: level,
    actorKind: actor.kind,
    actorId: actor.id,
    agentId: (data['agentId'] as string | undefined) ?? null,
    ownerId: (data['ownerId'] as string | null | undefined) ?? null,
  };
}

describe('the audit’s reading of the state chart', () => {
  it('agrees with the machine on every entry that it can write', () => {
    expect([...disagreements]).toEqual([]);
  });

  it('publishes no move that the machine does not know, and lacks none', () => {
    const published = legalTriples().map(({ type, from, to }) => [type, from, to].join(' '));
    expect(new Set(published)).toEqual(taken);
  });
});
