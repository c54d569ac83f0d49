/**
 * What is wrong with an answer, held against the document and against what every answer of this product promises
 * (reliability I16). Keeps nothing; a finding is plain data. Knows no operation by name.
 */
import { type Contract, isJson, type Operation } from './contract.js';
import type { AnswerShapes } from './answer-shapes.js';
import type { FuzzRequest } from './fuzz-request.js';
import type { Answer } from './send.js';

/** Findings of one kind at one operation are one fault, however often it is met. */
export interface Fault {
  readonly kind: FaultKind;
  readonly detail: string;
}

export type FaultKind =
  | 'failure'
  | 'no answer'
  | 'undocumented status'
  | 'undocumented media type'
  | 'not as documented'
  | 'bad problem'
  | 'leak'
  | 'accepted'
  | 'not repeated';

/** What only the inside of a program says: stacks, SQL, drivers, the runtime's own exceptions. */
const INSIDE =
  /\n\s+at .+[(:]\d+|node_modules|\.[jt]s:\d+|\bSELECT .+ FROM\b|\bINSERT INTO\b|\bUPDATE \w+ SET\b|QueryFailedError|syntax error at or near|violates \w+[ -]?\w* constraint|duplicate key value|invalid input syntax|\b(TypeError|RangeError|SyntaxError|ReferenceError)\b|Cannot read propert|is not a function|\bE(CONN|NOENT|ADDR)\w+|\bpg_\w+|\bFST_ERR|\bERR_[A-Z]/;

/** Before an operation is known: the address or the request as such cannot be read, or there is none of that name. */
const BEFORE_ROUTING: ReadonlySet<number> = new Set([400, 401, 404, 405, 414, 431]);
/** To what is hardly HTTP. */
const ON_THE_WIRE: ReadonlySet<number> = new Set([400, 401, 404, 405, 408, 411, 413, 414, 415, 417, 431]);
/** Longest address and headers that any server of this product reads. */
const LONG_BYTES = 8 * 1024;
const HUGE_BYTES = 256 * 1024;

export interface Verdict {
  /** The operation that was really asked; null for none. */
  readonly asked: Operation | null;
  readonly faults: readonly Fault[];
}

export function judge(
  contract: Contract,
  shapes: AnswerShapes,
  request: FuzzRequest,
  answer: Answer,
): Verdict {
  const asked = contract.operationAt(request.method, request.target);
  if (answer.trouble !== null) {
    // A connection may be closed on what is no request, or in the middle of what is too large; not be left open.
    const isFair = answer.trouble === 'broken' && (request.wire !== null || isHuge(request));
    return { asked, faults: isFair ? [] : [{ kind: 'no answer', detail: answer.detail }] };
  }
  const faults = [
    ...failures(answer),
    ...statusFaults(asked, request, answer),
    ...acceptanceFaults(shapes, asked, request, answer),
    ...(answer.status >= 400 ? problemFaults(shapes, request, answer) : []),
    ...(answer.status < 400 && asked ? shapeFaults(shapes, asked, request, answer) : []),
  ];
  return { asked, faults };
}

/** More than is read of any JSON. Whoever still sends when it is refused may lose the answer with the connection. */
function isHuge({ body }: FuzzRequest): boolean {
  return (body?.length ?? 0) > HUGE_BYTES;
}

function failures({ status, headers }: Answer): Fault[] {
  if (status < 500) return [];
  if (status === 503 && /^\d+$/.test(headers['retry-after'] ?? '')) return [];
  return [{ kind: 'failure', detail: status === 503 ? '503 without Retry-After' : `status ${status}` }];
}

function statusFaults(asked: Operation | null, request: FuzzRequest, { status }: Answer): Fault[] {
  const isDocumented = asked?.answers.has(status) ?? BEFORE_ROUTING.has(status);
  if (isDocumented || (request.wire && ON_THE_WIRE.has(status))) return [];
  if (BEFORE_ROUTING.has(status) && isUnreadable(request)) return [];
  return [
    { kind: 'undocumented status', detail: `${status}${asked ? '' : ' at an address without an operation'}` },
  ];
}

/** What the server refuses before it looks for a route. */
function isUnreadable({ target, headers }: FuzzRequest): boolean {
  const isLong = target.length > LONG_BYTES || JSON.stringify(headers).length > LONG_BYTES;
  try {
    return isLong || decodeURIComponent(target.replaceAll('+', ' ')).includes('\u0000');
  } catch {
    return true;
  }
}

/** Only a request that breaks the document must fail; one that keeps it may still be refused for a reason. */
function acceptanceFaults(
  shapes: AnswerShapes,
  asked: Operation | null,
  request: FuzzRequest,
  { status, headers }: Answer,
): Fault[] {
  // A replay is the answer to an earlier request, and a redirect or an empty answer to OPTIONS accepts nothing.
  if (
    status < 200 ||
    status > 299 ||
    request.wire ||
    asked !== request.operation ||
    headers['idempotent-replayed']
  )
    return [];
  if (request.mustFail !== null)
    return [{ kind: 'accepted', detail: `${status} although ${request.mustFail}` }];
  const broken = shapes.whatIsWrongWithInput(asked, request);
  return broken === null
    ? []
    : [{ kind: 'accepted', detail: `${status} although the document forbids it: ${broken}` }];
}

function problemFaults(
  shapes: AnswerShapes,
  request: FuzzRequest,
  { status, headers, body }: Answer,
): Fault[] {
  const text = body.toString('utf8');
  // Node itself answers a request without a host, before anybody else hears of it: with a line and nothing else.
  if (request.method === 'HEAD' || (request.wire && body.length === 0)) return [];
  const leak = INSIDE.exec(text)?.[0];
  const leaks: Fault[] =
    leak === undefined || saidByUs(request, leak) ? [] : [{ kind: 'leak', detail: leak.trim().slice(0, 60) }];
  const wrong = (detail: string): Fault[] => [
    ...leaks,
    { kind: 'bad problem', detail: `${status}: ${detail}` },
  ];
  if (!/^application\/problem\+json\b/.test(headers['content-type'] ?? '')) {
    return wrong(`content type ${headers['content-type'] ?? 'is missing'}`);
  }
  const problem = parsed(text);
  const shape = shapes.whatIsWrongWithProblem(problem);
  if (shape !== null) return wrong(shape);
  if ((problem as { status: number }).status !== status) return wrong('its status is another');
  const needed = NEEDED_HEADERS[status];
  return needed !== undefined && !headers[needed] ? wrong(`no ${needed} header`) : leaks;
}

const NEEDED_HEADERS: Readonly<Record<number, string>> = {
  401: 'www-authenticate',
  405: 'allow',
  429: 'retry-after',
  503: 'retry-after',
};

function shapeFaults(
  shapes: AnswerShapes,
  asked: Operation,
  request: FuzzRequest,
  { status, headers, body }: Answer,
): Fault[] {
  const documented = asked.answers.get(status);
  if (!documented || request.method === 'HEAD') return [];
  if (documented.size === 0)
    return body.length === 0 ? [] : [{ kind: 'not as documented', detail: `${status} has a body` }];
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
  const fitting = [...documented.keys()].find((one) => one === type || one === '*/*' || one.endsWith('/*'));
  if (fitting === undefined)
    return [{ kind: 'undocumented media type', detail: `${status} ${type || 'without one'}` }];
  const pointer = documented.get(fitting) ?? null;
  if (pointer === null || !isJson(type)) return [];
  const wrong = shapes.whatIsWrong(pointer, parsed(body.toString('utf8')));
  return wrong === null ? [] : [{ kind: 'not as documented', detail: `${status} ${wrong}` }];
}

/** What was sent may be repeated to the sender. */
function saidByUs({ target, headers, body }: FuzzRequest, words: string): boolean {
  return [target, ...Object.values(headers), body?.toString('utf8') ?? ''].some((said) =>
    said.includes(words.trim()),
  );
}

/** undefined for what is no JSON: no schema allows it. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
