/**
 * Measures rates in memory and lets all nodes share them, at no query for a request: what busy callers used is told to
 * the other nodes, all of them in one statement, at most each `EXCHANGE_EVERY_MS`. Knows no request.
 *
 * A budget is one number, the instant at which all that was used has grown back (GCRA, the same as a token bucket);
 * what is exchanged is how far it was moved. So nothing is forgotten: what several nodes granted too much is a debt
 * that all of them wait for.
 *
 * How much too much: within T seconds a node alone serves at most `perSecond`·T + `burst`, and N nodes together
 * `perSecond`·T·(1 + (N − 1)·`BUSY_SHARE`) + N·`burst`. The surplus is what another node may serve before it has heard:
 * a burst when all are asked within one exchange, and the trickle below `BUSY_SHARE` of which nobody tells.
 * Without the database each node goes by its own view; no request ever fails for it.
 */
import type { Rate, Verdict } from './budgets.js';

/** Debts by key: how long until all that was used has grown back, in milliseconds. */
export type Debts = ReadonlyMap<string, number>;

export interface RateMeterOptions {
  /** Adds debts to what all nodes know; answers with how much that is now. May throw. */
  readonly exchange: (debts: Debts) => Promise<Debts>;
  /** Never goes back; replaced in tests. */
  readonly monotonicMs?: () => number;
  /** Calls once, later; replaced in tests. */
  readonly after?: (delayMs: number, work: () => void) => void;
  /** Callers in memory at once, about 100 bytes each. */
  readonly keysMax?: number;
}

interface Account {
  /** When all that was used has grown back. */
  freeAt: number;
  /** What was used since `untoldSince` and the other nodes have not heard of, as time that it takes to grow back. */
  untoldMs: number;
  untoldSince: number;
  /** In line to be told. */
  isBusy: boolean;
}

export const EXCHANGE_EVERY_MS = 250;
/** The database is away: neither a storm nor an age. */
const AFTER_FAILURE_MS = 1_000;
/** Who uses less than this part of the rate is not spoken of. */
export const BUSY_SHARE = 0.1;
const KEYS_MAX = 20_000;

export class RateMeter {
  private readonly accounts = new Map<string, Account>();
  private readonly busy = new Map<string, Account>();
  private readonly now: () => number;
  private readonly after: NonNullable<RateMeterOptions['after']>;
  private isWaiting = false;
  private nextExchangeAt = -Infinity;

  constructor(private readonly options: RateMeterOptions) {
    this.now = options.monotonicMs ?? (() => performance.now());
    this.after = options.after ?? ((delayMs, work) => void setTimeout(work, delayMs).unref());
  }

  /** Serves one, or says how long to wait. A refused one uses nothing. Does no I/O. */
  take(rate: Rate, key: string): Verdict {
    const verdict = this.look(rate, key);
    if (verdict.isServed) this.add(rate, key);
    return verdict;
  }

  /** What `take` would say. */
  look({ name, perSecond, burst }: Rate, key: string): Verdict {
    const debtMs = this.debtOf(this.accounts.get(`${name}:${key}`));
    const eachMs = 1_000 / perSecond;
    const overMs = debtMs + eachMs - burst * eachMs;
    // A hair's breadth is rounding, not a request too many.
    if (overMs > 1e-6) return { isServed: false, remaining: 0, waitMs: overMs, wholeInMs: debtMs };
    const remaining = Math.max(0, Math.floor(burst - 1 - debtMs / eachMs + 1e-9));
    return { isServed: true, remaining, waitMs: 0, wholeInMs: debtMs + eachMs };
  }

  /** Uses the budget without asking, down to one more burst below nothing: for what is known only afterwards. */
  charge(rate: Rate, key: string): void {
    const debtMs = this.debtOf(this.accounts.get(`${rate.name}:${key}`));
    if (debtMs < (2 * rate.burst * 1_000) / rate.perSecond) this.add(rate, key);
  }

  /** Tells the other nodes, and hears from them, now. Never throws. */
  async exchange(): Promise<void> {
    const told = new Map<string, number>();
    for (const [key, account] of this.busy) {
      told.set(key, account.untoldMs);
      account.untoldMs = 0;
      account.isBusy = false;
    }
    this.busy.clear();
    if (told.size === 0) return;
    this.nextExchangeAt = this.now() + EXCHANGE_EVERY_MS;
    try {
      for (const [key, debtMs] of await this.options.exchange(told)) this.hear(key, debtMs);
    } catch {
      // Not told, or nobody knows: what was used is remembered here, and the rest is the next exchange's.
      this.nextExchangeAt = this.now() + AFTER_FAILURE_MS;
    }
  }

  private add({ name, perSecond }: Rate, key: string): void {
    const account = this.accountOf(`${name}:${key}`);
    const eachMs = 1_000 / perSecond;
    const now = this.now();
    account.freeAt = Math.max(account.freeAt, now) + eachMs;
    if (!account.isBusy && now - account.untoldSince >= EXCHANGE_EVERY_MS) {
      account.untoldSince = now;
      account.untoldMs = 0;
    }
    account.untoldMs += eachMs;
    if (account.isBusy || account.untoldMs < BUSY_SHARE * EXCHANGE_EVERY_MS) return;
    account.isBusy = true;
    this.busy.set(`${name}:${key}`, account);
    this.exchangeSoon();
  }

  /** The first one at once: a burst is over before a quarter of a second is. */
  private exchangeSoon(): void {
    if (this.isWaiting) return;
    this.isWaiting = true;
    this.after(Math.max(0, this.nextExchangeAt - this.now()), () => {
      void this.exchange().finally(() => {
        this.isWaiting = false;
        if (this.busy.size > 0) this.exchangeSoon();
      });
    });
  }

  /** Never less than is known here: the database may have forgotten, or not have heard yet. */
  private hear(key: string, debtMs: number): void {
    const account = this.accountOf(key);
    account.freeAt = Math.max(account.freeAt, this.now() + debtMs + account.untoldMs);
  }

  private debtOf(account: Account | undefined): number {
    return account === undefined ? 0 : Math.max(0, account.freeAt - this.now());
  }

  private accountOf(key: string): Account {
    const found = this.accounts.get(key);
    if (found !== undefined) return found;
    if (this.accounts.size >= (this.options.keysMax ?? KEYS_MAX)) this.makeRoom();
    const account = { freeAt: -Infinity, untoldMs: 0, untoldSince: -Infinity, isBusy: false };
    this.accounts.set(key, account);
    return account;
  }

  /** A budget that is whole again need not be remembered. Where all are in use, those known longest go. */
  private makeRoom(): void {
    const now = this.now();
    for (const [key, { freeAt }] of this.accounts) if (freeAt <= now) this.accounts.delete(key);
    const most = ((this.options.keysMax ?? KEYS_MAX) * 3) / 4;
    for (const key of this.accounts.keys()) {
      if (this.accounts.size <= most) break;
      this.accounts.delete(key);
    }
  }
}
