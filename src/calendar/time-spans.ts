/**
 * Set arithmetic on half-open spans of instants: union, difference, intersection with a range.
 * Responsible for never counting a millisecond twice; it knows no zone, no date and no calendar.
 */

/** `[fromMs, toMs)` in epoch milliseconds. */
export interface TimeSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The union as sorted, disjoint, non-empty spans; spans that overlap or touch become one. */
export function mergeSpans(spans: readonly TimeSpan[]): TimeSpan[] {
  const sorted = spans.filter((s) => s.toMs > s.fromMs).sort((a, b) => a.fromMs - b.fromMs);
  const merged: TimeSpan[] = [];
  for (const span of sorted) {
    const last = merged[merged.length - 1];
    if (last === undefined || span.fromMs > last.toMs) merged.push(span);
    else if (span.toMs > last.toMs) merged[merged.length - 1] = { fromMs: last.fromMs, toMs: span.toMs };
  }
  return merged;
}

/** What is left of `spans` without `cuts`; both sorted and disjoint, as is the result. */
export function cutSpans(spans: readonly TimeSpan[], cuts: readonly TimeSpan[]): TimeSpan[] {
  const left: TimeSpan[] = [];
  for (const span of spans) {
    let fromMs = span.fromMs;
    for (const cut of cuts) {
      if (cut.toMs <= fromMs || cut.fromMs >= span.toMs) continue;
      if (cut.fromMs > fromMs) left.push({ fromMs, toMs: cut.fromMs });
      fromMs = Math.min(cut.toMs, span.toMs);
    }
    if (fromMs < span.toMs) left.push({ fromMs, toMs: span.toMs });
  }
  return left;
}

/** The part of each span within `[fromMs, toMs)`. */
export function clipSpans(spans: readonly TimeSpan[], fromMs: number, toMs: number): TimeSpan[] {
  return spans
    .map((s) => ({ fromMs: Math.max(s.fromMs, fromMs), toMs: Math.min(s.toMs, toMs) }))
    .filter((s) => s.toMs > s.fromMs);
}
