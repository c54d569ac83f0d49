/**
 * All open streams of this node: how many there may be, that each hears of changes of its case, and that they end
 * before the server does. Knows neither who reads nor what is read.
 */
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { CaseChanges } from '../../delivery/live/case-changes.js';
import { Problem } from '../problems/problem.js';
import { retryLater } from '../problems/to-problem.js';
import { LiveStream, type LiveStreamOptions } from './live-stream.js';

/** Each costs a socket, a timer and up to 64 KiB of what was not taken. */
export const STREAMS_MAX = 500;
/** A few windows of one person; more is a program that opens and forgets. */
export const STREAMS_PER_READER_MAX = 5;
/** Windows are closed and nodes are added: it is worth asking again, but not at once. */
const RETRY_AFTER_SECONDS = 30;

@Injectable()
export class LiveStreams implements OnModuleDestroy {
  private readonly open = new Set<LiveStream>();
  private readonly openPerReader = new Map<string, number>();

  constructor(private readonly changes: CaseChanges) {}

  /** How many are open. */
  get size(): number {
    return this.open.size;
  }

  /**
   * @param reader a link or a principal, to be counted by.
   * @throws Problem 429 when this node, or this reader, has as many as there may be.
   */
  begin(reader: string, caseId: string, options: LiveStreamOptions): LiveStream {
    const theirs = this.openPerReader.get(reader) ?? 0;
    if (theirs >= STREAMS_PER_READER_MAX || this.open.size >= STREAMS_MAX) {
      throw new Problem('too-many-requests', retryLater(RETRY_AFTER_SECONDS));
    }
    const stream = new LiveStream(options);
    this.open.add(stream);
    this.openPerReader.set(reader, theirs + 1);
    const unwatch = this.changes.watch(caseId, stream.seenId, () => stream.nudge());
    stream.once('close', () => {
      unwatch();
      this.open.delete(stream);
      this.leave(reader);
    });
    return stream;
  }

  /** Called while the server still runs: a stream that stayed open would hold up its end. */
  onModuleDestroy(): void {
    for (const stream of this.open) stream.end();
  }

  private leave(reader: string): void {
    const left = (this.openPerReader.get(reader) ?? 1) - 1;
    if (left > 0) this.openPerReader.set(reader, left);
    else this.openPerReader.delete(reader);
  }
}
