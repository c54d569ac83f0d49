/**
 * Tells at once that a watched case has a new revision: what this process commits by the engine's own word, what other
 * nodes commit by looking once a second, and only while somebody watches. (A NOTIFY within a transition takes a lock of
 * the whole cluster until the commit.) Says that, never what: who is told reads for themselves.
 */
import type { Pool } from 'pg';
import type { CommitListener } from '../../engine/commit.js';
import { Sleeper } from '../../engine/sleeper.js';
import { runStatement } from '../../store/statement.js';

export interface CaseChangesOptions {
  readonly pool: Pool;
  readonly engine: { onCommitted(listener: CommitListener): () => void };
  /** Told that looking has begun to fail, once until it succeeds again. */
  readonly report?: (error: unknown) => void;
  /** How late a change by another node may be noticed, milliseconds. */
  readonly pollMs?: number;
}

interface Watched {
  /** The newest revision of which the watchers know. */
  revision: number;
  readonly watchers: Set<() => void>;
}

/** Soon enough for a person who looks at a page; one question by primary keys for all cases that are watched. */
const POLL_MS = 1_000;

export class CaseChanges {
  private readonly watched = new Map<string, Watched>();
  private readonly pause = new Sleeper();
  private unsubscribe: (() => void) | null = null;
  private looking: Promise<void> = Promise.resolve();
  private isLooking = false;
  private failing = false;

  constructor(private readonly options: CaseChangesOptions) {}

  /** How many cases are watched. */
  get size(): number {
    return this.watched.size;
  }

  /** Begins to listen to this process. Harmless when begun. */
  start(): void {
    this.unsubscribe ??= this.options.engine.onCommitted((accepted) => {
      for (const { case: current } of accepted) this.changed(current.id, current.revision);
    });
  }

  /** Resolves when no look is under way any more. Nobody is told of anything afterwards. */
  async stop(): Promise<void> {
    this.unsubscribe?.();
    this.unsubscribe = null;
    this.watched.clear();
    this.pause.wake();
    await this.looking;
  }

  /**
   * @param revision the one that the watcher knows: told only of newer ones.
   * @param onChange must not throw. @returns what ends the watch
   */
  watch(caseId: string, revision: number, onChange: () => void): () => void {
    const entry = this.watched.get(caseId) ?? { revision, watchers: new Set() };
    // Of two watchers, the one that knows less must be told; the other finds nothing new when it reads.
    entry.revision = Math.min(entry.revision, revision);
    entry.watchers.add(onChange);
    this.watched.set(caseId, entry);
    if (!this.isLooking) this.looking = this.look();
    return () => {
      entry.watchers.delete(onChange);
      if (entry.watchers.size > 0 || this.watched.get(caseId) !== entry) return;
      this.watched.delete(caseId);
      if (this.watched.size === 0) this.pause.wake();
    };
  }

  private changed(caseId: string, revision: number): void {
    const entry = this.watched.get(caseId);
    if (entry === undefined || revision <= entry.revision) return;
    entry.revision = revision;
    for (const onChange of entry.watchers) onChange();
  }

  /** Until nobody watches any more. Must not throw: nobody awaits it. */
  private async look(): Promise<void> {
    this.isLooking = true;
    for (;;) {
      await this.pause.sleep(this.options.pollMs ?? POLL_MS, Infinity);
      if (this.watched.size === 0) {
        // In the same turn as the question: whoever begins to watch afterwards begins to look.
        this.isLooking = false;
        return;
      }
      try {
        for (const { id, revision } of await this.revisions()) this.changed(id, revision);
        this.failing = false;
      } catch (error) {
        if (!this.failing) this.options.report?.(error);
        this.failing = true;
      }
    }
  }

  private revisions(): Promise<{ id: string; revision: number }[]> {
    return runStatement(this.options.pool, {
      name: 'watched-revisions',
      text: 'SELECT id, revision FROM cases WHERE id = ANY($1::uuid[])',
      values: [[...this.watched.keys()]],
    });
  }
}
