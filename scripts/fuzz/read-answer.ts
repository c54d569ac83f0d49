/** The first answer in what a bare socket received: status, headers, body. A stream of bytes in, plain data out. */
import type { IncomingHttpHeaders } from 'node:http';

export interface ReadAnswer {
  /** 0: this is no answer. */
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** @param bytes all that came until the connection ended. */
export function readAnswer(bytes: Buffer): ReadAnswer {
  const end = bytes.indexOf('\r\n\r\n');
  const [start = '', ...lines] = bytes.subarray(0, Math.max(end, 0)).toString('latin1').split('\r\n');
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(start)?.[1] ?? 0);
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const rest = bytes.subarray(end + 4);
  // What announces more to come is followed by the answer itself.
  if (status >= 100 && status < 200) return readAnswer(rest);
  const length = Number(headers['content-length'] ?? rest.length);
  const isChunked = headers['transfer-encoding'] === 'chunked';
  return { status, headers, body: isChunked ? unchunked(rest) : rest.subarray(0, length) };
}

function unchunked(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  let at = 0;
  while (at < bytes.length) {
    const lineEnd = bytes.indexOf('\r\n', at);
    const size = lineEnd < 0 ? 0 : Number.parseInt(bytes.subarray(at, lineEnd).toString('latin1'), 16);
    if (!(size > 0)) break;
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
  return Buffer.concat(parts);
}
