/**
 * One POST to somebody else's server, bounded in every direction: time, size of headers and of the answer. Follows no
 * redirect and unpacks nothing, so neither can lead it anywhere. Knows no endpoint and no meaning of an answer.
 */
import http from 'node:http';
import https from 'node:https';
import { displayText } from '../display-text.js';
import { AddressForbidden, type EndpointGuard } from './endpoint-guard.js';

export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type Posted =
  | {
      readonly kind: 'answered';
      readonly status: number;
      /** As sent. */
      readonly retryAfter: string | null;
      /** At most `ANSWER_BYTES_MAX` of it, made safe to show; empty when it was compressed. */
      readonly text: string;
      readonly latencyMs: number;
    }
  /** No answer. `code` is short and stable, e.g. `ECONNREFUSED`, `timeout`, `address-forbidden`. */
  | {
      readonly kind: 'unanswered';
      readonly code: string;
      readonly detail: string;
      readonly latencyMs: number;
    };

/** From the first look-up to the end of the answer (reliability.md §4): a slow server must not hold a place for long. */
export const TIMEOUT_MS = 10_000;
/** Of an answer no more is read, whatever its size. */
export const ANSWER_BYTES_MAX = 65_536;
/** Node ends a connection whose headers never end. */
const HEADER_BYTES_MAX = 16_384;
const DETAIL_LENGTH_MAX = 200;

export class Poster {
  /** @param timeoutMs shorter in tests */
  constructor(
    private readonly guard: EndpointGuard,
    private readonly timeoutMs = TIMEOUT_MS,
  ) {}

  /**
   * Never throws for anything that the other side does.
   * @param stop cuts it short, e.g. when the node ends; whether it arrived is then not known
   */
  async post({ url, headers, body }: Post, stop?: AbortSignal): Promise<Posted> {
    const startedAt = performance.now();
    const latency = (): number => Math.round(performance.now() - startedAt);
    const timer = AbortSignal.timeout(this.timeoutMs);
    const signal = stop === undefined ? timer : AbortSignal.any([timer, stop]);
    try {
      const route = this.guard.routeTo(url);
      const options = {
        ...route.options,
        method: 'POST',
        maxHeaderSize: HEADER_BYTES_MAX,
        headers: { ...headers, 'accept-encoding': 'identity', 'content-length': Buffer.byteLength(body) },
        signal,
      };
      const response = await answerTo(route.url, options, body);
      const text = await textOf(response);
      const status = response.statusCode ?? 0;
      const retryAfter = response.headers['retry-after'] ?? null;
      return { kind: 'answered', status, retryAfter, text, latencyMs: latency() };
    } catch (error) {
      const code = timer.aborted ? 'timeout' : codeOf(error);
      const detail = (error instanceof Error ? error.message : String(error)).slice(0, DETAIL_LENGTH_MAX);
      return { kind: 'unanswered', code, detail, latencyMs: latency() };
    }
  }
}

function answerTo(url: URL, options: https.RequestOptions, body: string): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'http:' ? http : https).request(url, options);
    request.on('response', resolve);
    request.on('error', reject);
    // An answer that changes the protocol is none, and ends without an error.
    request.on('close', () => reject(new Error('the connection ended without an answer')));
    request.end(body);
  });
}

/** The status is known by now and stands, so whatever ends the body early only ends the reading. */
async function textOf(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      // Leaving the loop destroys the connection.
      if (size >= ANSWER_BYTES_MAX) break;
    }
  } catch {
    // Cut off, or out of time.
  }
  const encoding = response.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') return '';
  return displayText(Buffer.concat(chunks).subarray(0, ANSWER_BYTES_MAX).toString('utf8'));
}

function codeOf(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown };
  // The agent's refusals carry words alone.
  if (error instanceof AddressForbidden || /is not allowed\. Because/.test(String(message)))
    return 'address-forbidden';
  return typeof code === 'string' ? code : 'failed';
}
