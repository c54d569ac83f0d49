/**
 * When to try again, and when to give up. Pure: the same for mail and endpoints, and the caller brings the dice. An
 * outage of an hour is over within ten minutes of its end, because no pause in the first hour is longer; an
 * address that is away over a long weekend is still reached.
 */
import type { Instant } from '../../domain/actor.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Pauses after the first, second, … failure. Even at the shortest roll of the dice they last more than three days. */
const PAUSES_MS: readonly number[] = [
  30 * SECOND,
  MINUTE,
  2 * MINUTE,
  4 * MINUTE,
  ...Array.from({ length: 7 }, () => 8 * MINUTE),
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  4 * HOUR,
  8 * HOUR,
  12 * HOUR,
  24 * HOUR,
  24 * HOUR,
  24 * HOUR,
];

/** Tries of one message; after the last one it has failed. */
export const TRIES_MAX = PAUSES_MS.length + 1;

/** A crowd that failed together must not come back together. */
const JITTER = 0.2;
/** Whoever asks for more than a day is mistaken, or means never. */
const RETRY_AFTER_MAX_MS = 24 * HOUR;

/**
 * @param attempt the number of the try that has just failed, from 1. @param random from [0, 1)
 * @returns milliseconds until the next try; null: that was the last one.
 */
export function retryDelayMs(attempt: number, random: number): number | null {
  const pauseMs = PAUSES_MS[Math.max(attempt, 1) - 1];
  if (pauseMs === undefined) return null;
  return Math.round(pauseMs * (1 - JITTER + 2 * JITTER * random));
}

/** The later of our own pause and what the other side asks for, when that is sensible: more than 0, at most a day. */
export function afterRetryAfter(delayMs: number, retryAfterMs: number | undefined): number {
  const isSensible = retryAfterMs !== undefined && retryAfterMs > 0 && retryAfterMs <= RETRY_AFTER_MAX_MS;
  return isSensible ? Math.max(delayMs, Math.ceil(retryAfterMs)) : delayMs;
}

/** @param header of `Retry-After`: seconds or an HTTP date. @returns milliseconds from `now`; undefined for what is neither. */
export function parseRetryAfter(header: string | null | undefined, now: Instant): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d{1,12}$/.test(text)) return Number(text) * SECOND;
  // Date.parse reads far more than HTTP dates, so only their shape is handed to it.
  const at = /^[A-Z][a-z]{2,8},? .*GMT$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : at - now;
}
