/**
 * How often what may be asked: the one table of budgets, and what is said of one. Rates grow back evenly and are kept
 * in memory; windows are strict ("never more than so many in any minute") and are for what is asked rarely. Knows
 * neither who counts nor who asks.
 */

/** A bucket: `burst` at once, and it grows back at `perSecond`. */
export interface Rate {
  readonly name: string;
  readonly perSecond: number;
  readonly burst: number;
}

/** At most `quota` in any span of `windowMs`, wherever it begins. */
export interface Window {
  readonly name: string;
  readonly quota: number;
  readonly windowMs: number;
}

/** What became of one use. Spans are milliseconds. */
export interface Verdict {
  readonly isServed: boolean;
  /** How many more would be served at this moment. */
  readonly remaining: number;
  /** 0 when served; else how long until one more is served, if nothing else is asked meanwhile. */
  readonly waitMs: number;
  /** How long until the whole budget is there again. */
  readonly wholeInMs: number;
}

/** Twice the rate at once: a page that opens asks for several things together. */
export function principalRate(perSecond: number): Rate {
  return { name: 'principal', perSecond, burst: 2 * perSecond };
}

/** Whoever shows no credential: customers' pages, documents. An address may be a whole office. */
export const ADDRESS_RATE: Rate = { name: 'address', perSecond: 20, burst: 60 };

/** Answers 401 to one address: a wrong key after a rotation, a test, not a search. One each 3 s. */
export const GUESS_RATE: Rate = { name: 'guesses', perSecond: 1 / 3, burst: 20 };

export const WINDOWS = {
  /** A person who clicks, reloads and writes stays far below; whoever tries things out does not (reliability.md §4). */
  link: { name: 'link', quota: 30, windowMs: 60_000 },
  /** Per address; what one account bears is decided where accounts are known. */
  login: { name: 'login', quota: 20, windowMs: 60_000 },
} as const satisfies Record<string, Window>;

export type WindowName = keyof typeof WINDOWS;
