/**
 * Whether an answer to bad input is the one that it deserves: the right status, a whole problem document, nothing of
 * our inside, nothing quoted at length, and pointers that lead into what was sent. Knows no route.
 */
import type { Received } from './wire.js';

const LEAKS =
  /node_modules|\n\s+at |\.[jt]s:\d|syntax error|violates|relation "|column "|\bSQL\b|postgres|typeorm|fastify|FST_|nestjs|class-validator|ECONN|\[object |undefined|NaN/i;

/** Much more than any answer of ours needs, much less than what was sent. */
const ANSWER_BYTES_MAX = 24 * 1024;
const TEXT_LENGTH_MAX = 600;
/** What would disturb whoever reads an answer or a log of it. */
const DISTURBING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\p{Surrogate}]/u;

interface ProblemDocument {
  readonly type?: unknown;
  readonly title?: unknown;
  readonly status?: unknown;
  readonly detail?: unknown;
  readonly instance?: unknown;
  readonly code?: unknown;
  readonly traceId?: unknown;
  readonly errors?: readonly { readonly pointer: string; readonly code: string; readonly message: string }[];
}

export interface Expected {
  readonly statuses: readonly number[];
  /** Where the faults are; of each, one error at least must name it, or what lies above or below it. */
  readonly pointers?: readonly string[];
  /** What pointers lead into. */
  readonly sent?: unknown;
}

/** @returns what is wrong with an answer; null when it is as it must be. */
export function faultOf(answer: Received, { statuses, pointers, sent }: Expected): string | null {
  const { status, type, text } = answer;
  if (!statuses.includes(status))
    return `answered ${status}, not ${statuses.join(' or ')}: ${text.slice(0, 300)}`;
  if (status < 400) return null;
  if (type !== 'application/problem+json; charset=utf-8') return `is of type ${type}`;
  const problem = JSON.parse(text) as ProblemDocument;
  return (
    faultOfDocument(problem, answer) ??
    (status === 422 && pointers !== undefined ? faultOfPointers(problem, pointers, sent) : null)
  );
}

function faultOfDocument(problem: ProblemDocument, { status, text, headers }: Received): string | null {
  const { type, title, detail, instance, code, traceId, errors = [] } = problem;
  if (problem.status !== status) return `says ${String(problem.status)} and answers ${status}`;
  if (type !== `/problems/${String(code)}`) return `has the type ${String(type)}`;
  for (const member of [title, detail, traceId])
    if (typeof member !== 'string') return `lacks a member: ${text}`;
  if (typeof instance !== 'string' || !/^\/[\x21-\x7e]*$/.test(instance))
    return `has the instance ${String(instance)}`;
  if (traceId !== headers['trace-id']) return 'has a trace id of its own';
  if (Buffer.byteLength(text) > ANSWER_BYTES_MAX) return `has ${Buffer.byteLength(text)} bytes`;
  const texts = [title, detail, ...errors.map(({ message }) => message)] as string[];
  const leak = texts.find((each) => LEAKS.test(each));
  if (leak !== undefined) return `tells of our inside: ${leak}`;
  const odd = texts.find((each) => each.length > TEXT_LENGTH_MAX || DISTURBING.test(each));
  return odd === undefined ? null : `quotes too much: ${JSON.stringify(odd.slice(0, 200))}`;
}

function faultOfPointers(
  { errors = [] }: ProblemDocument,
  wanted: readonly string[],
  sent: unknown,
): string | null {
  const pointers = errors.map(({ pointer }) => pointer);
  const isNamed = (place: string) =>
    pointers.some((each) => each === place || each.startsWith(`${place}/`) || place.startsWith(`${each}/`));
  const unnamed = wanted.find((place) => !isNamed(place));
  if (unnamed !== undefined) return `names ${pointers.join(', ') || 'nothing'}, not ${unnamed}`;
  const lost = pointers.find(
    (each) => !leadsInto(each, sent) && !pointers.some((up) => each.startsWith(`${up}/`)),
  );
  return lost === undefined ? null : `points to ${lost.slice(0, 150)}, which was not sent`;
}

/** Names of this length may be cut off. */
const NAME_LENGTH_MAX = 100;

/** Whether the place exists, or would in the object that is there. */
function leadsInto(pointer: string, sent: unknown): boolean {
  if (pointer === '') return true;
  const names = pointer.split('/').slice(1);
  let place: unknown = sent;
  for (const [n, escaped] of names.entries()) {
    if (typeof place !== 'object' || place === null) return false;
    const name = escaped.replaceAll('~1', '/').replaceAll('~0', '~');
    if (n === names.length - 1 || [...name].length >= NAME_LENGTH_MAX) return true;
    place = (place as Record<string, unknown>)[name];
  }
  return true;
}
