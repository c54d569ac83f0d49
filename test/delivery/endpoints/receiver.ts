// A receiver of webhooks over a real socket: records what arrives and answers as a test says. Knows no product code.
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Arrival extends Received {
  readonly json: any; // oxlint-disable-line typescript/no-explicit-any -- tests read bodies as a receiver does
}

export type Answerer = (received: Received, response: ServerResponse) => void | Promise<void>;

/** Statuses that need nothing else. */
export const answering =
  (status: number, headers: Record<string, string> = {}, body = ''): Answerer =>
  (_received, response) => {
    response.writeHead(status, headers).end(body);
  };

export class Receiver {
  readonly received: Received[] = [];
  /** How it answers from now on. */
  answer: Answerer = answering(204);
  private constructor(
    readonly url: string,
    private readonly end: () => Promise<void>,
  ) {}

  static async start(): Promise<Receiver> {
    let receiver: Receiver | null = null;
    const server = createServer((request, response) => {
      void handle(request, response);
    });
    const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { method = '', url: path = '', headers } = request;
      const received = { method, path, headers, body: Buffer.concat(chunks).toString('utf8') };
      receiver?.received.push(received);
      await receiver?.answer(received, response);
    };
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    receiver = new Receiver(`http://127.0.0.1:${port}/hook`, async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    return receiver;
  }

  /** What came since the last call, parsed. */
  take(): Arrival[] {
    return this.received
      .splice(0)
      .map((each) => ({ ...each, json: JSON.parse(each.body) as Arrival['json'] }));
  }

  close(): Promise<void> {
    return this.end();
  }
}
