/**
 * Sends requests as they are, many at a time over kept connections, and counts them. Neither cleans what it is given nor
 * reads anything into an answer.
 */
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import pLimit from 'p-limit';

export interface Sent {
  readonly method: string;
  /** As it goes on the wire: encoded already, or not. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Buffer;
}

export interface Received {
  readonly status: number;
  readonly type: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** More at once make nothing faster: client and node share one thread. */
const AT_ONCE = 12;

export class Wire {
  /** Answers so far, by status. */
  readonly counts = new Map<number, number>();
  private readonly agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  private readonly limit = pLimit(AT_ONCE);

  constructor(readonly url: string) {}

  /** @throws when the connection breaks before an answer came. */
  send({ method, path, headers = {}, body }: Sent): Promise<Received> {
    const { hostname, port } = new URL(this.url);
    return new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
      const asking = request(
        { agent: this.agent, hostname, port, method, path, headers: { ...length, ...headers } as never },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const status = response.statusCode ?? 0;
            this.counts.set(status, (this.counts.get(status) ?? 0) + 1);
            const text = Buffer.concat(chunks).toString();
            resolve({
              status,
              type: response.headers['content-type'] ?? '',
              headers: response.headers,
              text,
            });
          });
        },
      );
      asking.on('error', reject);
      asking.end(body);
    });
  }

  /** Works through a list, some at a time; in the list's order. */
  each<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
    return Promise.all(items.map((item) => this.limit(() => work(item))));
  }

  /** Bytes as they are; @returns whatever came back until the node closed the connection. */
  raw(bytes: string | Buffer): Promise<string> {
    const { hostname, port } = new URL(this.url);
    return new Promise((resolve) => {
      const chunks: Buffer[] = [];
      const socket = connect(Number(port), hostname, () => socket.write(bytes));
      socket.on('data', (chunk) => chunks.push(chunk));
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
    });
  }

  close(): void {
    this.agent.destroy();
  }
}
