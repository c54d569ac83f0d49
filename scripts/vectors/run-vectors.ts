/**
 * Asks a running instance every question of a vector file through `POST /calendars/preview` and compares the answers.
 * Knows no business time of its own: what it cannot ask the product, it does not know.
 */
import type { Door } from '../replay/http-door.js';
import { describe, inParallel } from '../replay/replay-run.js';
import { toCalendarBody } from './foreign-calendar.js';
import type { Vector, VectorFile } from './read-vectors.js';

/** `close`: as expected where the file accepts both; `opening`: the other accepted reading; `plain`: only one exists. */
export type Reading = 'plain' | 'close' | 'opening';

export interface VectorResult {
  readonly id: string;
  readonly op: Vector['op'];
  /** null: wrong. */
  readonly reading: Reading | null;
  readonly expected: string;
  readonly got: string;
}

const PREVIEW = '/api/v1/calendars/preview';
/** Any principal may ask; the administrator is in every `tokens.json`. */
const ASKER = 'admin';

/** @returns one result per vector, in the order of the file. */
export async function runVectors(
  door: Door,
  { calendars, vectors }: VectorFile,
  concurrency: number,
  progress: (done: number, all: number) => void,
): Promise<VectorResult[]> {
  const bodies = new Map(Object.entries(calendars).map(([key, one]) => [key, toCalendarBody(one)]));
  const results = new Map<Vector, VectorResult>();
  await inParallel(concurrency, vectors, async (vector) => {
    const body = { calendar: bodies.get(vector.calendar), ...questionOf(vector) };
    const answer = await door.send('POST', PREVIEW, ASKER, body);
    results.set(vector, judge(vector, answer.status, answer.body));
    progress(results.size, vectors.length);
  });
  return vectors.map((vector) => results.get(vector) as VectorResult);
}

function questionOf(vector: Vector): object {
  const pauses = vector.pauses?.length ? { pauses: vector.pauses } : {};
  switch (vector.op) {
    case 'due':
      return { start: vector.start, businessSeconds: vector.duration_seconds, ...pauses };
    case 'elapsed':
      return { start: vector.start, end: vector.end, ...pauses };
    case 'before':
      return { end: vector.end, businessSeconds: vector.duration_seconds, ...pauses };
  }
}

function judge(vector: Vector, status: number, body: unknown): VectorResult {
  const { id, op } = vector;
  const answer = body as { dueAt?: string; startAt?: string; businessSeconds?: number };
  if (vector.op === 'elapsed') {
    const expected = String(vector.expected_business_seconds);
    const got = status === 200 ? String(answer.businessSeconds) : describe(status, body);
    return { id, op, reading: got === expected ? 'plain' : null, expected, got };
  }
  const expected = vector.op === 'due' ? vector.expected_due : vector.expected_before;
  const got = vector.op === 'due' ? answer.dueAt : answer.startAt;
  const also = vector.also_accept ?? [];
  const reading = status === 200 && got !== undefined ? readingOf(got, expected, also) : null;
  return { id, op, reading, expected: [expected, ...also].join(' or '), got: got ?? describe(status, body) };
}

/** Compares instants, not texts. */
function readingOf(got: string, expected: string, also: readonly string[]): Reading | null {
  const isSame = (other: string): boolean => Date.parse(other) === Date.parse(got);
  if (isSame(expected)) return also.length > 0 ? 'close' : 'plain';
  return also.some(isSame) ? 'opening' : null;
}
