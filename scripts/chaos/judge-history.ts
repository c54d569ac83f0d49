/**
 * What a history proves by itself and beside the journal's keys: nothing acknowledged is lost, doubled or told
 * wrongly. Pure; knows no database, no file and no fault. The numbers of what
 * must never break: I1 acknowledged once, I2 order, I6 no lost update, I13 same key same answer, I16 no failure that is
 * not one of a dependency, I17 what was written is read.
 */
import type { HistoryLine } from './history.js';

/** What holds when nothing is broken, and how often it does not. */
export interface Verdict {
  /** `I1` … `I24`. */
  readonly invariant: string;
  /** Present tense. */
  readonly promise: string;
  readonly violations: number;
  /** One example, for the reader who must find it. */
  readonly first: string | null;
}

/** An entry of the journal that a command made. */
export interface KeyedEntry {
  readonly caseId: string;
  readonly seq: number;
  readonly principal: string;
  readonly key: string;
}

/** Everything under one principal and key. */
export interface Operation {
  readonly principal: string;
  readonly key: string;
  /** In order of invocation; the first one says what was asked. */
  readonly lines: readonly HistoryLine[];
  /** Other requests that were tried under the same key. */
  readonly strangers: readonly HistoryLine[];
  /** The first acknowledgement. */
  readonly ok: HistoryLine | null;
  readonly entries: readonly KeyedEntry[];
}

export interface HistoryJudgement {
  readonly operations: readonly Operation[];
  readonly verdicts: readonly Verdict[];
  readonly acknowledged: number;
  readonly lost: readonly Operation[];
  readonly doubled: readonly Operation[];
}

/** Keys of a load begin so; others are the product's own. */
const OURS = 'chaos-';
/** Says nothing about the command: asked too often, or another attempt is under way. */
const NO_VERDICT: ReadonlySet<number | null> = new Set([429, null]);

export function judgeHistory(
  lines: readonly HistoryLine[],
  entries: readonly KeyedEntry[],
): HistoryJudgement {
  const operations = operationsOf(lines, entries);
  const settled = operations.filter(({ ok }) => ok !== null);
  const lost = settled.filter(({ entries: made }) => made.length === 0);
  const doubled = operations.filter(({ entries: made }) => made.length > 1);
  const refused = operations.filter(
    ({ lines: all, entries: made }) => made.length > 0 && all.every(({ outcome }) => outcome === 'fail'),
  );
  const asked = new Set(operations.map(identityOf));
  const unasked = entries.filter((entry) => entry.key.startsWith(OURS) && !asked.has(identityOf(entry)));
  return {
    operations,
    acknowledged: settled.length,
    lost,
    doubled,
    verdicts: [
      verdict('I1', 'every acknowledged command is in the journal', lost.map(nameOf)),
      verdict('I1', 'no command is in the journal twice', doubled.map(nameOf)),
      verdict('I1', 'no refused command is in the journal', refused.map(nameOf)),
      verdict('I1', 'every entry under a key was asked for', unasked.map(identityOf)),
      verdict(
        'I1',
        'an acknowledgement names the case and revision that its entry has',
        settled.filter(isToldWrongly).map(nameOf),
      ),
      verdict(
        'I2',
        'what was acknowledged first comes first, and no answer shows an older revision',
        backwards(lines, settled),
      ),
      verdict(
        'I6',
        'from one revision at most one command wins, and makes the next one',
        lostUpdates(settled),
      ),
      verdict('I13', 'one key always has one answer', operations.filter(answersDiffer).map(nameOf)),
      verdict(
        'I13',
        'another request under a used key is refused',
        operations.filter(servesStrangers).map(nameOf),
      ),
      verdict(
        'I16',
        'no answer is an internal error',
        lines.filter(({ status }) => status === 500).map(lineName),
      ),
      verdict('I17', 'a case that was acknowledged is found', vanished(lines, settled)),
    ],
  };
}

/** @param found one text per violation */
export function verdict(invariant: string, promise: string, found: readonly string[]): Verdict {
  return { invariant, promise, violations: found.length, first: found[0] ?? null };
}

const identityOf = ({ principal, key }: { principal: string; key: string }): string => `${principal} ${key}`;

const lineName = ({ id, method, path, status }: HistoryLine): string =>
  `#${id} ${method} ${path} → ${status}`;

function nameOf({ principal, key, lines, entries }: Operation): string {
  const heard = lines.map(
    ({ id, status, revision }) =>
      `#${id} ${status ?? 'no answer'}${revision === null ? '' : ` r${revision}`}`,
  );
  const made = entries.map(({ caseId, seq }) => `${caseId}.${seq}`);
  return `${principal} ${key} ${lines[0]?.path ?? ''}: heard ${heard.join(', ')}; journal ${made.join(', ') || 'nothing'}`;
}

function operationsOf(lines: readonly HistoryLine[], entries: readonly KeyedEntry[]): Operation[] {
  const made = grouped(entries, identityOf);
  const keyed = lines
    .filter(({ key }) => key !== '')
    .sort((a, b) => a.invokedAt - b.invokedAt || a.id - b.id);
  return [...grouped(keyed, identityOf)].map(([identity, all]) => {
    const first = all[0] as HistoryLine;
    const own = all.filter(({ path, method }) => path === first.path && method === first.method);
    const oks = own.filter(({ outcome }) => outcome === 'ok').sort((a, b) => a.completedAt - b.completedAt);
    return {
      principal: first.principal,
      key: first.key,
      lines: own,
      strangers: all.filter((line) => !own.includes(line)),
      ok: oks[0] ?? null,
      entries: made.get(identity) ?? [],
    };
  });
}

function isToldWrongly({ lines, entries }: Operation): boolean {
  const [entry] = entries;
  return (
    entry !== undefined &&
    lines.some(
      ({ outcome, caseId, revision }) =>
        outcome === 'ok' && (caseId !== entry.caseId || (revision !== null && revision !== entry.seq)),
    )
  );
}

interface Sight {
  readonly revision: number;
  readonly from: number;
  readonly to: number;
  readonly name: string;
}

/**
 * An operation takes effect, and a read sees, at one moment between question and answer; so whatever was asked after an
 * answer came must show at least as much. One pass per case, from the highest revision down.
 */
function backwards(lines: readonly HistoryLine[], settled: readonly Operation[]): string[] {
  const sights = new Map<string, Sight[]>();
  const add = (caseId: string | null, sight: Omit<Sight, 'revision'>, revision: number | null): void => {
    if (caseId === null || revision === null) return;
    sights.set(caseId, [...(sights.get(caseId) ?? []), { ...sight, revision }]);
  };
  for (const { lines: own, ok } of settled) {
    if (ok === null) continue;
    add(
      ok.caseId,
      { from: own[0]?.invokedAt ?? ok.invokedAt, to: ok.completedAt, name: lineName(ok) },
      ok.revision,
    );
  }
  for (const line of lines) {
    if (line.key !== '' || line.outcome !== 'ok') continue;
    add(line.caseId, { from: line.invokedAt, to: line.completedAt, name: lineName(line) }, line.revision);
  }
  return [...sights].flatMap(([caseId, all]) => backwardsIn(caseId, all));
}

function backwardsIn(caseId: string, sights: Sight[]): string[] {
  const found: string[] = [];
  let earliest: Sight | null = null;
  let pending: Sight[] = [];
  for (const sight of sights.sort((a, b) => b.revision - a.revision)) {
    if (pending.length > 0 && pending[0]?.revision !== sight.revision) {
      for (const each of pending) if (earliest === null || each.to < earliest.to) earliest = each;
      pending = [];
    }
    if (earliest !== null && earliest.to < sight.from) {
      found.push(
        `${caseId}: ${sight.name} has r${sight.revision} after ${earliest.name} had r${earliest.revision}`,
      );
    }
    pending.push(sight);
  }
  return found;
}

function lostUpdates(settled: readonly Operation[]): string[] {
  // What continues a sealed case is a case of its own, with revisions of its own.
  const conditional = settled.filter(
    ({ ok }) => ok?.ifMatch != null && ok.caseId !== null && ok.path.includes(ok.caseId),
  );
  const winners = grouped(conditional, ({ ok }) => `${ok?.caseId} from r${ok?.ifMatch}`);
  const several = [...winners]
    .filter(([, won]) => won.length > 1)
    .map(([what, won]) => `${what}: ${won.map(nameOf).join(' | ')}`);
  const jumped = conditional.filter(
    ({ ok }) => ok?.revision != null && ok.revision !== (ok.ifMatch ?? 0) + 1,
  );
  return [...several, ...jumped.map(nameOf)];
}

function answersDiffer({ lines, ok }: Operation): boolean {
  if (ok === null) return false;
  return lines.some(({ outcome, status, bodyHash, invokedAt }) => {
    if (outcome === 'ok') return status !== ok.status || bodyHash !== ok.bodyHash;
    return outcome === 'fail' && invokedAt > ok.completedAt && !NO_VERDICT.has(status);
  });
}

function servesStrangers({ strangers }: Operation): boolean {
  return strangers.some(({ outcome }) => outcome === 'ok');
}

/** Reads are by somebody who may see every case. */
function vanished(lines: readonly HistoryLine[], settled: readonly Operation[]): string[] {
  const known = new Map<string, number>();
  for (const { ok } of settled) {
    if (ok?.caseId == null) continue;
    known.set(ok.caseId, Math.min(known.get(ok.caseId) ?? Infinity, ok.completedAt));
  }
  return lines
    .filter(
      ({ key, status, caseId, invokedAt }) =>
        key === '' && status === 404 && invokedAt > (known.get(caseId ?? '') ?? Infinity),
    )
    .map(lineName);
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
