/**
 * How an issuer is asked: in bounded time, for a bounded answer, never redirected, and not again at once when it has
 * just failed. Whatever goes wrong on the way is a dependency that does not serve. Knows no document.
 */
import { DependencyUnavailable } from '../store/database-errors.js';

/** As the platform's own, in the form in which the libraries call it. */
export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

/** Two questions at most stand between a request and its answer: it has its 503 within five seconds. */
export const ISSUER_TIMEOUT_MS = 2_000;
/** The largest key sets in public use have 20 KiB. */
const ANSWER_BYTES_MAX = 64 * 1024;
/** An issuer that is down is asked this rarely, however many tokens arrive. */
export const REST_MS = 5_000;

/** @throws DependencyUnavailable for no answer, a late one, or one that is too large. */
export function boundedFetch(ask: Fetch = fetch): Fetch {
  return async (url, init = {}) => {
    const signal = AbortSignal.any([
      AbortSignal.timeout(ISSUER_TIMEOUT_MS),
      ...(init.signal ? [init.signal] : []),
    ]);
    try {
      const response = await ask(url, { ...init, redirect: 'manual', signal });
      const bytes = await readBounded(response);
      const type = response.headers.get('content-type');
      return new Response(bytes.length === 0 ? null : bytes, {
        status: response.status,
        headers: type === null ? {} : { 'content-type': type },
      });
    } catch (cause) {
      throw new DependencyUnavailable('the issuer does not answer', { cause });
    }
  };
}

/** For documents that everybody needs: anything but 200 is a failure, and after one nobody asks for a while. */
export function restingFetch(ask: Fetch, monotonicMs: () => number): Fetch {
  let restsUntil = -Infinity;
  return async (url, init) => {
    if (monotonicMs() < restsUntil) throw new DependencyUnavailable('the issuer has just failed');
    try {
      const response = await ask(url, init);
      if (response.status === 200) return response;
      throw new DependencyUnavailable(`the issuer answers ${response.status}`);
    } catch (error) {
      restsUntil = monotonicMs() + REST_MS;
      throw error;
    }
  };
}

async function readBounded(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    const bytes = chunk as Uint8Array;
    size += bytes.length;
    // Leaving the loop cancels what is still to come.
    if (size > ANSWER_BYTES_MAX) throw new Error('the answer is too large');
    chunks.push(bytes);
  }
  return Uint8Array.from(Buffer.concat(chunks));
}
