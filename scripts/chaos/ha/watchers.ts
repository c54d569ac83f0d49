/**
 * Somebody who looks at each node from outside, five times a second: whether it says that it is ready and alive, and
 * whether a case can be read. Writes down what was seen; judges nothing.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Sample } from './goals.js';

export interface WatchOptions {
  readonly urls: readonly string[];
  /** Of somebody who may read every case. */
  readonly token: string;
}

export interface Watch {
  readonly samples: readonly Sample[];
  stop(): Promise<void>;
}

const EVERY_MS = 200;
/** Longer than any answer of the product takes. */
const ANSWER_WITHIN_MS = 8_000;
const PATHS: Readonly<Record<Sample['what'], string>> = {
  ready: '/health/ready',
  live: '/health/live',
  read: '/api/v1/cases?limit=1',
};

export function startWatch({ urls, token }: WatchOptions): Watch {
  const samples: Sample[] = [];
  const ended = new AbortController();
  const look = async (node: string, what: Sample['what']): Promise<void> => {
    while (!ended.signal.aborted) {
      const at = performance.now();
      const ok = await answers(new URL(PATHS[what], node), token);
      samples.push({ node, what, at, tookMs: performance.now() - at, ok });
      await pause(Math.max(0, EVERY_MS - (performance.now() - at)));
    }
  };
  const watchers = urls.flatMap((node) =>
    (Object.keys(PATHS) as Sample['what'][]).map((what) => look(node, what)),
  );
  return {
    samples,
    stop: async () => {
      ended.abort();
      await Promise.all(watchers);
    },
  };
}

async function answers(url: URL, token: string): Promise<boolean> {
  try {
    const answer = await fetch(url, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}
