/**
 * A problem: the one thing that code of this room throws or answers when it cannot give what was asked, and its
 * document by RFC 9457. Holds nothing but what the client may read: no stack, no SQL, no driver's words.
 */
import { displayText } from '../../delivery/display-text.js';
import { firstCodePoints } from '../../domain/readable-text.js';
import { PROBLEM_TYPES, type ProblemCode } from './problem-types.js';

/** One faulty field. `pointer` is a JSON pointer into the body, or the name of a parameter after `?`. */
export interface FieldError {
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
}

interface ProblemParts {
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
  /** Further members of the document, such as `state` and `allowedActions`. */
  readonly members?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

export class Problem extends Error {
  readonly status: number;

  constructor(
    readonly code: ProblemCode,
    readonly parts: ProblemParts = {},
  ) {
    super(code);
    this.name = 'Problem';
    this.status = PROBLEM_TYPES[code].status;
  }
}

/** Bounds the answer to a request that has everything wrong. */
const ERRORS_MAX = 50;
/** Our longest sentence, with a few words of the client's in it; code points. */
const MESSAGE_MAX = 500;

/** The document's media type. */
export const PROBLEM_MEDIA_TYPE = 'application/problem+json; charset=utf-8';

/** @param instance the path that was asked, as it was sent; `null` when it is not known. */
export function toProblemDocument(
  problem: Problem,
  instance: string | null,
  traceId: string,
): Record<string, unknown> {
  const { detail, errors, members } = problem.parts;
  const { title } = PROBLEM_TYPES[problem.code];
  return {
    type: `/problems/${problem.code}`,
    title,
    status: problem.status,
    detail: detail ?? title,
    ...(instance === null ? {} : { instance }),
    code: problem.code,
    traceId,
    ...(errors && errors.length > 0 ? { errors: errors.slice(0, ERRORS_MAX).map(shown) } : {}),
    ...members,
  };
}

/** A message may quote a few words of what was sent: never many, and none that disturb what stands around them. */
function shown({ pointer, code, message }: FieldError): FieldError {
  return { pointer, code, message: firstCodePoints(displayText(message), MESSAGE_MAX) };
}
