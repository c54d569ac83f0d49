/** Reads a stream of server-sent events as a browser does, one block at a time. Knows no product code. */

export interface Block {
  /** The number of the event; null for a block that is none. */
  readonly id: number | null;
  readonly data: any; // oxlint-disable-line typescript/no-explicit-any -- tests read answers as a client does
  readonly text: string;
}

export class EventReader {
  private text = '';
  private readonly abort: AbortController;

  private constructor(
    readonly status: number,
    readonly headers: Headers,
    private readonly body: ReadableStreamDefaultReader<Uint8Array>,
    abort: AbortController,
  ) {
    this.abort = abort;
  }

  static async open(url: string, headers: Record<string, string> = {}): Promise<EventReader> {
    const abort = new AbortController();
    const response = await fetch(url, { headers, signal: abort.signal });
    const body = response.body as ReadableStream<Uint8Array>;
    return new EventReader(response.status, response.headers, body.getReader(), abort);
  }

  /** The next block of any kind; null when the stream has ended. */
  async nextBlock(): Promise<Block | null> {
    for (;;) {
      const end = this.text.indexOf('\n\n');
      if (end >= 0) {
        const block = this.text.slice(0, end);
        this.text = this.text.slice(end + 2);
        return toBlock(block);
      }
      const { done, value } = await this.body.read();
      if (done) return null;
      this.text += new TextDecoder().decode(value);
    }
  }

  /** The next event; null when the stream has ended. */
  async next(): Promise<Block | null> {
    for (;;) {
      const block = await this.nextBlock();
      if (block === null || block.id !== null) return block;
    }
  }

  /** What is left to read until the stream ends by itself. */
  async rest(): Promise<Block[]> {
    const events: Block[] = [];
    for (let event = await this.next(); event !== null; event = await this.next()) events.push(event);
    return events;
  }

  close(): void {
    this.abort.abort();
  }
}

function toBlock(text: string): Block {
  const id = /^id: (\d+)$/m.exec(text)?.[1];
  const data = /^data: (.*)$/m.exec(text)?.[1];
  return { id: id === undefined ? null : Number(id), data: data && JSON.parse(data), text };
}
