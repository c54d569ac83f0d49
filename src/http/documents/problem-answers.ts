/**
 * Which problems each operation of the OpenAPI document can answer with, by rules from its shape alone, so that no
 * route can forget one. Where a route knows more (a 409 of its own), it says so with `AlsoAnswers`. 500 is in no
 * rule: no operation promises to fail, and a checker that meets one must say so.
 */
import { PROBLEM_TYPES } from '../problems/problem-types.js';

/** What the rules ask about an operation. */
export interface Shape {
  /** As the document writes it, with `{name}` for a parameter. */
  readonly path: string;
  readonly method: string;
  readonly isPublic: boolean;
  /** Open to some roles only. */
  readonly isLimited: boolean;
  readonly hasBody: boolean;
  /** Names of headers, and whether there are parameters in path or query. */
  readonly headers: readonly string[];
  readonly hasQuery: boolean;
  /** Media types of its success. */
  readonly produces: readonly string[];
}

const hasPath = ({ path }: Shape) => path.includes('{');
const isCommand = ({ headers }: Shape) => headers.includes('Idempotency-Key');
const changes = ({ method }: Shape) => method !== 'get';
const isByLink = ({ path }: Shape) => path.includes('{token}');
const isInternal = ({ path }: Shape) => !path.startsWith('/api/');

const RULES: readonly (readonly [status: number, when: (shape: Shape) => boolean])[] = [
  // Bad percent-encoding, an unknown or repeated parameter, a malformed header, a body that is not JSON.
  [400, (shape) => hasPath(shape) || shape.hasQuery || shape.headers.length > 0 || changes(shape)],
  [401, ({ isPublic }) => !isPublic],
  [403, (shape) => !shape.isPublic && (shape.isLimited || changes(shape))],
  [404, hasPath],
  // Health and time answer JSON whatever is asked for.
  [406, (shape) => !isInternal(shape) || shape.produces.some((type) => type !== 'application/json')],
  [409, isCommand],
  [410, isByLink],
  [412, ({ headers }) => headers.includes('If-Match')],
  // A body is read, and refused, even where none is asked for.
  [413, changes],
  // An address can be lengthened anywhere, if by a query.
  [414, () => true],
  [415, changes],
  [422, (shape) => shape.hasBody || isCommand(shape)],
  // What watches a node must see it whatever else it does.
  [429, (shape) => !isInternal(shape) || !shape.isPublic],
  // That the process lives depends on nothing.
  [503, ({ path }) => path !== '/health/live'],
];

/** @returns statuses, ascending. */
export function problemsOf(shape: Shape): number[] {
  return RULES.filter(([, when]) => when(shape)).map(([status]) => status);
}

/** The schema of every problem document. */
export const PROBLEM_SCHEMA = {
  type: 'object',
  description:
    'RFC 9457. Refusals by the machine have `state`, `level`, `revision` and `allowedActions` as well.',
  required: ['type', 'title', 'status', 'detail', 'code', 'traceId'],
  properties: {
    type: { type: 'string', format: 'uri-reference', example: '/problems/escalation-limit-reached' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    instance: { type: 'string', description: 'The path that was asked, as it was sent.' },
    code: { type: 'string', enum: Object.keys(PROBLEM_TYPES) },
    traceId: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'code', 'message'],
        properties: {
          pointer: { type: 'string', example: '/purpose' },
          code: { type: 'string', example: 'required' },
          message: { type: 'string' },
        },
      },
    },
    state: { type: 'string' },
    level: { type: 'integer', enum: [0, 1, 2] },
    revision: { type: 'integer' },
    allowedActions: { type: 'array', items: { type: 'string' } },
    stage: { type: 'string', description: 'By link: where the case stands, in the words of its page.' },
    mergedInto: {
      type: 'string',
      format: 'uuid',
      description: 'Of `customer-merged`: the record that goes on.',
    },
    cases: {
      type: 'array',
      description: 'Of `customer-has-open-cases`: those that stand in the way.',
      items: {
        type: 'object',
        required: ['id', 'number', 'state', 'why'],
        properties: {
          id: { type: 'string', format: 'uuid' },
          number: { type: 'string', example: 'C-7K3Q-F9XM' },
          state: { type: 'string' },
          why: { type: 'string', enum: ['case-still-open', 'payment-under-way', 'compensation-paid'] },
        },
      },
    },
  },
};

/** Headers that come with a problem, by its status. */
const HEADERS: Readonly<Record<number, object>> = {
  401: {
    'WWW-Authenticate': { description: 'How to authenticate.', schema: { type: 'string' } },
  },
  429: { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } },
  503: { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } },
};

export const PROBLEM_HEADERS = {
  RetryAfter: {
    description: 'Seconds to wait before the next try.',
    schema: { type: 'integer', minimum: 1 },
  },
};

/**
 * An answer with a problem document.
 * @param description default: the codes of this status.
 */
export function problemResponse(status: number, description?: string): object {
  const codes = Object.entries(PROBLEM_TYPES).filter(([, type]) => type.status === status);
  const [code, { title }] = codes[0] as (typeof codes)[number];
  const example = {
    type: `/problems/${code}`,
    title,
    status,
    detail: title,
    code,
    traceId: '0af7651916cd43dd8448eb211c80319c',
  };
  const meaning = codes.length === 1 ? title : codes.map(([each]) => `\`${each}\``).join(', ');
  return {
    description: description ?? meaning,
    ...(HEADERS[status] ? { headers: HEADERS[status] } : {}),
    content: {
      'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' }, example },
    },
  };
}
