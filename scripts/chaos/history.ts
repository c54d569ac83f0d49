/**
 * The history of a load: one JSON line per request, with what was asked and what was heard, and nothing of what is
 * true. Written as the answers come, read again by the checker. Knows no case and no database.
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, type WriteStream } from 'node:fs';
import { createInterface } from 'node:readline';

/**
 * `ok`: done, says the answer. `fail`: a definite no, nothing was done. `info`: nobody knows: no answer, a broken one,
 * a 5xx, or another attempt under the same key is still under way.
 */
export type RequestOutcome = 'ok' | 'fail' | 'info';

/** One line of a history: what a client asked and what it heard. Times are ms of one monotonic clock. */
export interface HistoryLine {
  readonly id: number;
  /** Number of the client; its requests come one after the other. */
  readonly client: number;
  /** As the product stores it: id of the staff member who holds the token. */
  readonly principal: string;
  /** Idempotency key; empty for a read. */
  readonly key: string;
  readonly method: string;
  readonly path: string;
  /** The case that the answer is about; null when the request opens one and its answer never came. */
  readonly caseId: string | null;
  readonly ifMatch: number | null;
  readonly invokedAt: number;
  readonly completedAt: number;
  readonly outcome: RequestOutcome;
  /** null: there was no answer. */
  readonly status: number | null;
  /** Of the case in the answer. */
  readonly revision: number | null;
  /** Digest of the whole answer's body; null when there was none. */
  readonly bodyHash: string | null;
  /** Id of the first line under the same key; null when this is the first. */
  readonly retryOf: number | null;
}

export class HistoryWriter {
  private readonly stream: WriteStream;

  constructor(file: string) {
    this.stream = createWriteStream(file, { flags: 'a' });
  }

  write(line: HistoryLine): void {
    this.stream.write(`${JSON.stringify(line)}\n`);
  }

  /** Resolves when everything is in the file. */
  close(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.stream.once('error', reject);
      this.stream.end(resolve);
    });
  }
}

/** In the order in which they were written. @throws Error naming the line that is none. */
export async function readHistory(file: string): Promise<HistoryLine[]> {
  const lines: HistoryLine[] = [];
  let number = 0;
  for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    number += 1;
    if (text === '') continue;
    try {
      lines.push(JSON.parse(text) as HistoryLine);
    } catch {
      throw new Error(`${file}: line ${number} is no line of a history`);
    }
  }
  return lines;
}

/** Short enough for a line, long enough never to meet another one by chance. */
export function bodyHashOf(body: string): string {
  return createHash('sha256').update(body).digest('hex').slice(0, 24);
}

/**
 * What an answer's status says about the command. A limit's 429 comes before anything was done; 409 says `info` only
 * when its code is that of a key in progress.
 */
export function outcomeOf(status: number | null, code: string | null): RequestOutcome {
  if (status === null || status >= 500) return 'info';
  if (status >= 200 && status < 300) return 'ok';
  return status === 409 && (code ?? '').includes('in-progress') ? 'info' : 'fail';
}
