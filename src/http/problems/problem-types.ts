/**
 * Every kind of answer that is no success, by its stable code: what `type` of a problem document points to and
 * `/problems` lists. Codes never change their meaning; texts may. Refusals of the case machine are added by name
 * from the domain. Knows no request.
 */
import { REFUSALS, type RefusalCode } from '../../domain/refusals.js';

export interface ProblemType {
  readonly status: number;
  readonly title: string;
  /** What a client can do about it. */
  readonly advice: string;
}

const OWN_TYPES = {
  'malformed-json': {
    status: 400,
    title: 'The body is not one JSON object in UTF-8.',
    advice: 'Send exactly one JSON object, encoded as UTF-8.',
  },
  'duplicate-key': {
    status: 400,
    title: 'A key occurs twice in one object.',
    advice: 'Readers disagree about which one counts, so neither does. Send each key once.',
  },
  'forbidden-key': {
    status: 400,
    title: 'A key has a name that no object may have here.',
    advice: 'Names such as `__proto__` or `constructor` have a meaning of their own in many programs.',
  },
  'ill-formed-text': {
    status: 400,
    title: 'A text holds NUL or half of a surrogate pair.',
    advice: 'Send well-formed Unicode.',
  },
  'unsafe-number': {
    status: 400,
    title: 'A number is too large or too small to be kept as it is.',
    advice: 'No number of this API goes beyond 2^53; amounts are texts.',
  },
  'too-deep': {
    status: 400,
    title: 'The body is nested too deeply.',
    advice: 'No body of this API needs more than a few levels.',
  },
  'too-many-keys': {
    status: 400,
    title: 'The body has too many keys.',
    advice: 'No body of this API needs more than a few dozen.',
  },
  'too-many-items': {
    status: 400,
    title: 'The lists of the body have too many items.',
    advice: 'At most 8,000 in all.',
  },
  'bad-request': {
    status: 400,
    title: 'The request cannot be understood.',
    advice: 'Check the address, its percent-encoding and the headers.',
  },
  'invalid-query': {
    status: 400,
    title: 'The query has an unknown, repeated or invalid parameter.',
    advice: '`errors` names each one.',
  },
  'invalid-cursor': {
    status: 400,
    title: 'The cursor does not belong to this list.',
    advice: 'Pass `meta.nextCursor` unchanged, with the same sort order.',
  },
  'invalid-idempotency-key': {
    status: 400,
    title: 'The Idempotency-Key is not 1 to 255 visible ASCII characters.',
    advice: 'A UUID per intended effect does well.',
  },
  'invalid-if-match': {
    status: 400,
    title: 'If-Match is not one entity tag.',
    advice: 'Pass the ETag of the case unchanged, or `*`.',
  },
  unauthenticated: {
    status: 401,
    title: 'A valid token is needed.',
    advice:
      'Send `Authorization: Bearer <token>` or `X-API-Key: <token>`; with both, the same token in each.',
  },
  forbidden: {
    status: 403,
    title: 'This role may not do this.',
    advice: 'Ask someone who may, or an administrator.',
  },
  'insufficient-scope': {
    status: 403,
    title: 'This key is narrowed to other things than this.',
    advice: 'Its holder may; ask for a key with another scope.',
  },
  'foreign-origin': {
    status: 403,
    title: 'A change that is asked for with a session must come from a page of this service.',
    advice: 'Programs send a token in `Authorization` instead of a cookie.',
  },
  'not-found': {
    status: 404,
    title: 'There is nothing here that you may see.',
    advice: 'What one may not see answers exactly as what does not exist.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'This address does not take this method.',
    advice: 'The `Allow` header lists those that it takes.',
  },
  'not-acceptable': {
    status: 406,
    title: 'The answer cannot be given in a form that `Accept` allows.',
    advice: 'Accept `application/json` and `application/problem+json`.',
  },
  'request-timeout': {
    status: 408,
    title: 'The request took too long to arrive.',
    advice: 'Try again.',
  },
  'idempotency-key-in-progress': {
    status: 409,
    title: 'A request with this Idempotency-Key is still under way.',
    advice: 'Repeat it a little later; the answer will be the same.',
  },
  'clock-not-manual': {
    status: 409,
    title: 'This installation follows the system’s time.',
    advice: 'Only with `CLOCK=manual` can time be moved.',
  },
  'clock-goes-back': {
    status: 409,
    title: 'Time does not go back.',
    advice: 'Name an instant that is not before the present one.',
  },
  'customer-merged': {
    status: 409,
    title: 'This customer’s record has been merged into another.',
    advice: '`mergedInto` names the record that goes on.',
  },
  'customer-erased': {
    status: 409,
    title: 'This person was forgotten; nothing is kept under their record any more.',
    advice: 'Enter whoever comes back as a new customer.',
  },
  'customer-has-open-cases': {
    status: 409,
    title: 'Some cases of this customer cannot be erased as they stand.',
    advice:
      '`cases` names each with its reason. End them first, or send `withdrawOpenCases: true` for open ones.',
  },
  'endpoint-inactive': {
    status: 409,
    title: 'This endpoint is switched off.',
    advice: 'Switch it on first, then ask again.',
  },
  'endpoint-without-secret': {
    status: 409,
    title: 'Messages of this kind of endpoint are not signed.',
    advice: 'Its address is its secret: let the chat system make a new one, and change the address here.',
  },
  'delivery-not-given-up': {
    status: 409,
    title: 'Only what has failed or was suppressed can be sent again.',
    advice: 'A message that is pending is tried by itself; one that is covered was said by a newer one.',
  },
  'api-key-in-use': {
    status: 409,
    title: 'This is the key that you are using; without it you might be locked out.',
    advice: 'Revoke it with another administrator’s key, or rotate it with an `overlapSeconds` above 0.',
  },
  'api-key-ended': {
    status: 409,
    title: 'A key has ended already, or is about to.',
    advice: 'Go on with the key that replaced it, or make a new one.',
  },
  'answer-erased': {
    status: 410,
    title: 'The answer to this request was erased together with its case.',
    advice: 'Use a new Idempotency-Key for a new case.',
  },
  'link-expired': {
    status: 410,
    title: 'This link has expired.',
    advice: 'Ask for a new one.',
  },
  'revision-stale': {
    status: 412,
    title: 'It has changed since you read it.',
    advice: 'Read it again and decide anew.',
  },
  'body-too-large': {
    status: 413,
    title: 'The body is too large.',
    advice: 'At most 256 KiB.',
  },
  'address-too-long': {
    status: 414,
    title: 'The address is too long.',
    advice: 'At most 8 KiB, and 512 characters in one segment.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'The body is not of a type that is read here.',
    advice: 'Send `Content-Type: application/json`, in UTF-8 and uncompressed.',
  },
  'invalid-fields': {
    status: 422,
    title: 'Some fields are invalid.',
    advice: '`errors` names each one by a JSON pointer.',
  },
  'idempotency-key-reused': {
    status: 422,
    title: 'This Idempotency-Key was used for another request.',
    advice: 'Use a new key for a new effect.',
  },
  'too-many-requests': {
    status: 429,
    title: 'Too many requests.',
    advice: 'Wait as long as `Retry-After` says; `RateLimit-Policy` and `RateLimit` name the budget.',
  },
  'case-busy': {
    status: 429,
    title: 'Too many commands wait for this case.',
    advice: 'Nothing was done. Wait as long as `Retry-After` says; other cases are not affected.',
  },
  'headers-too-large': {
    status: 431,
    title: 'The headers are too large.',
    advice: 'At most 16 KiB in all.',
  },
  'internal-error': {
    status: 500,
    title: 'Something failed here that is no fault of yours.',
    advice: 'Report the `traceId`. A command with an Idempotency-Key can safely be repeated.',
  },
  unavailable: {
    status: 503,
    title: 'The service cannot answer just now.',
    advice: 'Repeat after `Retry-After`. A command with an Idempotency-Key can safely be repeated.',
  },
  'machine-version-unsupported': {
    status: 503,
    title: 'The case was written by a newer version than this node runs.',
    advice: 'Repeat later: another node, or this one after its update, can read it.',
  },
} as const satisfies Record<string, ProblemType>;

export type ProblemCode = keyof typeof OWN_TYPES | RefusalCode;

/** "Not you", and "never so". All others are 409: the state of the case says no. */
const REFUSAL_STATUS: Readonly<Partial<Record<RefusalCode, number>>> = {
  'actor-not-permitted': 403,
  'not-in-department': 403,
  'too-far-ahead': 422,
};

export const PROBLEM_TYPES: Readonly<Record<ProblemCode, ProblemType>> = {
  ...OWN_TYPES,
  ...(Object.fromEntries(
    (Object.entries(REFUSALS) as [RefusalCode, string][]).map(([code, title]) => [
      code,
      {
        status: REFUSAL_STATUS[code] ?? 409,
        title,
        advice: 'Nothing was changed. `allowedActions` lists what the case accepts from you now.',
      },
    ]),
  ) as Record<RefusalCode, ProblemType>),
};

/** The code for an answer of which only the status is known: errors of the framework. */
export function problemCodeOf(status: number): ProblemCode {
  return STATUS_CODES[status] ?? (status >= 500 ? 'internal-error' : 'bad-request');
}

const STATUS_CODES: Readonly<Record<number, ProblemCode>> = {
  400: 'bad-request',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not-found',
  405: 'method-not-allowed',
  406: 'not-acceptable',
  408: 'request-timeout',
  410: 'link-expired',
  412: 'revision-stale',
  413: 'body-too-large',
  414: 'address-too-long',
  415: 'unsupported-media-type',
  422: 'invalid-fields',
  429: 'too-many-requests',
  431: 'headers-too-large',
  503: 'unavailable',
};
