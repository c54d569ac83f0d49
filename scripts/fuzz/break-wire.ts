/**
 * Requests that no client library would make, as bytes for a bare socket: contradicting lengths, broken header lines,
 * unheard-of versions. Two servers in a row that read one of them differently would see different requests.
 */
import type { FuzzRequest } from './fuzz-request.js';
import type { Random } from './random.js';

type Headers = Readonly<Record<string, string>>;
type Wire = NonNullable<FuzzRequest['wire']>;

const CRLF = '\r\n';

/** @param random decides the value at the time of the making, not of the sending. */
export const BREAK_WIRE: Readonly<Record<string, (random: Random) => Wire>> = {
  'a length that is too short': () => (request, headers) =>
    written(request, lines(headers), { length: Math.max(0, sizeOf(request) - 2) }),
  'a length that is too long': () => (request, headers) =>
    written(request, lines(headers), { length: sizeOf(request) + 10 }),
  'two lengths': () => (request, headers) =>
    written(request, [...lines(headers), `content-length: ${sizeOf(request) + 1}`]),
  'a length that is no number': (random) => {
    const length = random.pick(['-1', '+5', 'abc', '0x10', '1e3', '99999999999999999999', '5, 5', ' ']);
    return (request, headers) =>
      written(request, [...lines(headers), `content-length: ${length}`], { length: null });
  },
  'a length and chunks': () => (request, headers) =>
    written(request, [...lines(headers), 'transfer-encoding: chunked'], { chunked: true }),
  'broken chunks': (random) => {
    const chunk = random.pick([
      'zz\r\n{}\r\n',
      '5\r\n{}\r\n',
      'ffffffffffffffffff\r\n{}',
      '2;ext="\r\n{}\r\n0\r\n\r\n',
      '-1\r\n{}\r\n',
    ]);
    return (request, headers) =>
      Buffer.from(`${head(request, [...lines(headers), 'transfer-encoding: chunked'])}${chunk}`, 'latin1');
  },
  'an unknown transfer encoding': (random) => {
    const coding = random.pick([
      'gzip',
      'chunked, gzip',
      'identity',
      'xchunked',
      'chunked\u000b',
      ' chunked',
    ]);
    return (request, headers) =>
      written(request, [...lines(headers), `transfer-encoding: ${coding}`], { length: null });
  },
  'two hosts': () => (request, headers) => written(request, [...lines(headers), 'host: other.invalid']),
  'no host': () => (request, headers) =>
    written(
      request,
      lines(headers).filter((line) => !line.startsWith('host:')),
    ),
  'a folded header': () => (request, headers) =>
    written(request, [...lines(headers), `x-folded: a${CRLF} b`]),
  'bare line feeds': () => (request, headers) =>
    Buffer.from(written(request, lines(headers)).toString('latin1').replaceAll('\r\n', '\n'), 'latin1'),
  'a control character in a header': (random) => {
    const character = random.pick(['\u0000', '\u0001', '\r', '\u007f']);
    return (request, headers) => written(request, [...lines(headers), `x-odd: a${character}b`]);
  },
  'a space before the colon': () => (request, headers) => written(request, [...lines(headers), 'x-odd : a']),
  'many headers': (random) => {
    const many = random.pick([200, 3_000]);
    return (request, headers) =>
      written(request, [...lines(headers), ...Array.from({ length: many }, (_none, n) => `x-${n}: a`)]);
  },
  'a long address': (random) => {
    const length = random.pick([8_200, 30_000, 100_000]);
    return (request, headers) =>
      written({ ...request, target: `${request.target}?q=${'a'.repeat(length)}` }, lines(headers));
  },
  'an absolute address': () => (request, headers) =>
    written({ ...request, target: `http://other.invalid${request.target}` }, lines(headers)),
  'spaces and bytes in the address': (random) => {
    const odd = random.pick([' ', '\u0000', '\u00ff', '\t', '|<>^`{}']);
    return (request, headers) => written({ ...request, target: `${request.target}${odd}x` }, lines(headers));
  },
  'another version': (random) => {
    const version = random.pick([
      'HTTP/1.0',
      'HTTP/2.0',
      'HTTP/0.9',
      'HTTP/9.9',
      'HTTP/1.1 x',
      'http/1.1',
      '',
    ]);
    return (request, headers) => written(request, lines(headers), { version });
  },
  'no request at all': (random) => {
    const noise = random.pick([
      '\r\n\r\n',
      'GET\r\n\r\n',
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
      '\u0016\u0003\u0001\u0002',
      'x'.repeat(70_000),
    ]);
    return () => Buffer.from(noise, 'latin1');
  },
  'half a header': () => (request, headers) => {
    const whole = written(request, lines(headers));
    return whole.subarray(0, Math.floor(head(request, lines(headers)).length / 2));
  },
};

interface Form {
  /** null: said by a line of its own. */
  readonly length?: number | null;
  readonly chunked?: boolean;
  readonly version?: string;
}

function written(
  request: Pick<FuzzRequest, 'method' | 'target' | 'body'>,
  all: readonly string[],
  form: Form = {},
): Buffer {
  const body = request.body ?? Buffer.alloc(0);
  const length = form.length === undefined ? body.length : form.length;
  const said = length === null ? [] : [`content-length: ${length}`];
  const start = head(request, [...all, ...said], form.version);
  const chunks = [
    Buffer.from(`${body.length.toString(16)}${CRLF}`),
    body,
    Buffer.from(`${CRLF}0${CRLF}${CRLF}`),
  ];
  return Buffer.concat([Buffer.from(start, 'latin1'), ...(form.chunked ? chunks : [body])]);
}

function head(
  request: Pick<FuzzRequest, 'method' | 'target'>,
  all: readonly string[],
  version = 'HTTP/1.1',
): string {
  return [`${request.method} ${request.target} ${version}`, ...all, '', ''].join(CRLF);
}

const lines = (headers: Headers): string[] =>
  Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
const sizeOf = ({ body }: FuzzRequest): number => body?.length ?? 0;
