/**
 * A receiver of webhooks on loopback that takes some messages, fails at others and has gone away for the rest, so that
 * no message of a fuzzed installation ever leaves this machine. Keeps nothing.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parse } from 'node:path';

export interface Receiver {
  /** Without a slash at its end; below it lies one address per fate. */
  readonly url: string;
  close(): Promise<void>;
}

/** What becomes of a message sent there. */
const STATUS_OF: Readonly<Record<string, number>> = {
  taken: 204,
  failing: 500,
  gone: 410,
  moved: 302,
  busy: 429,
};

export const FATES: readonly string[] = Object.keys(STATUS_OF);

export async function startReceiver(): Promise<Receiver> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(STATUS_OF[parse(request.url ?? '').base] ?? 404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
