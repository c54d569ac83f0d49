/**
 * A TCP proxy that misbehaves on command: late, silent, torn, dripping. Stands between a product and what it depends
 * on. Knows bytes and connections; knows no protocol.
 */
import { createConnection, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** What happens to bytes on their way; all of it from now on, also on connections that stand. */
export interface Weather {
  /** Each chunk waits so long, */
  readonly delayMs?: number;
  /** and up to so much longer; chunks of one direction stay in order. */
  readonly jitterMs?: number;
  /** `blackHole`: bytes are swallowed both ways and nobody is told. `halfOpen`: those to the client alone. `pause`: bytes wait, and go on afterwards. */
  readonly flow?: 'open' | 'blackHole' | 'halfOpen' | 'pause';
  /** Each connection is reset once so many more bytes went to its client; within a chunk, too. */
  readonly resetAfterBytes?: number;
  /** No more bytes a second to the client. */
  readonly dripBytesPerSecond?: number;
  /** New connections are closed at once. */
  readonly refuse?: boolean;
}

export interface ProxyCounts {
  readonly connections: number;
  readonly resets: number;
  readonly swallowedBytes: number;
  readonly delayedChunks: number;
  readonly refused: number;
}

export interface TcpProxyOptions {
  readonly targetPort: number;
  readonly targetHost?: string;
  /** From [0, 1); for tests. */
  readonly random?: () => number;
}

const DRIP_EVERY_MS = 50;
/** A reset that overtakes the bytes before it looks to the client like an ordinary end. */
const TEAR_MS = 10;

export class TcpProxy {
  readonly counts = { connections: 0, resets: 0, swallowedBytes: 0, delayedChunks: 0, refused: 0 };
  private readonly links = new Set<Link>();
  private weather: Weather = {};
  private target: { port: number; host: string };

  private constructor(
    private readonly server: Server,
    readonly port: number,
    options: TcpProxyOptions,
    readonly random: () => number,
  ) {
    this.target = { port: options.targetPort, host: options.targetHost ?? '127.0.0.1' };
    server.on('connection', (client) => this.accept(client));
  }

  static async start(options: TcpProxyOptions): Promise<TcpProxy> {
    const server = createServer({ allowHalfOpen: true });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return new TcpProxy(
      server,
      (server.address() as AddressInfo).port,
      options,
      options.random ?? Math.random,
    );
  }

  /** Replaces what was before; `{}` is fair weather. Bytes that waited go on. */
  setWeather(weather: Weather): void {
    this.weather = weather;
    for (const link of this.links) link.weatherChanged();
  }

  get now(): Weather {
    return this.weather;
  }

  /** For new connections. */
  retarget(port: number): void {
    this.target = { ...this.target, port };
  }

  /** Resets every connection that stands. @returns how many. */
  resetAll(): number {
    const count = this.links.size;
    for (const link of this.links) link.reset();
    return count;
  }

  async close(): Promise<void> {
    this.resetAll();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private accept(client: Socket): void {
    if (this.weather.refuse) {
      this.counts.refused += 1;
      client.on('error', () => undefined);
      tear(client);
      return;
    }
    this.counts.connections += 1;
    const upstream = createConnection({ ...this.target, allowHalfOpen: true });
    const link = new Link(this, client, upstream, () => this.links.delete(link));
    this.links.add(link);
  }
}

/** `resetAndDestroy` says goodbye first (FIN), and then nobody hears of the reset; its own mark on the socket does not. */
function tear(socket: Socket): void {
  (socket as Socket & { resetAndClosing: boolean }).resetAndClosing = true;
  socket.destroy();
}

/** One connection: two directions that share an end. */
class Link {
  private readonly ways: readonly [Way, Way];
  private sentToClient = 0;

  constructor(
    private readonly proxy: TcpProxy,
    private readonly client: Socket,
    private readonly upstream: Socket,
    private readonly onEnd: () => void,
  ) {
    client.setNoDelay(true);
    upstream.setNoDelay(true);
    this.ways = [new Way(proxy, client, upstream, null), new Way(proxy, upstream, client, this)];
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.onEnd();
        // In a black hole nobody hears of the other's end, as when a cable is cut.
        if (this.proxy.now.flow === 'blackHole') return;
        for (const way of this.ways) way.stop();
        other.destroySoon();
      });
    }
  }

  weatherChanged(): void {
    this.sentToClient = 0;
    for (const way of this.ways) way.pump();
  }

  reset(): void {
    this.proxy.counts.resets += 1;
    for (const way of this.ways) way.stop();
    tear(this.client);
    tear(this.upstream);
    this.onEnd();
  }

  /** @returns how much of the chunk may still go; less than all of it: the connection is to be reset behind it. */
  allowance(length: number): number {
    const { resetAfterBytes } = this.proxy.now;
    if (resetAfterBytes === undefined) return length;
    const left = Math.max(0, resetAfterBytes - this.sentToClient);
    return Math.min(length, left);
  }

  sent(bytes: number): void {
    this.sentToClient += bytes;
  }
}

/** One direction of a connection: what came in waits here until it may go out. */
class Way {
  private readonly queue: { chunk: Buffer; readyAt: number }[] = [];
  private timer: NodeJS.Timeout | null = null;
  private ended = false;
  private stopped = false;

  /** @param link of the direction to the client, which alone can be torn and dripped; null for the other one */
  constructor(
    private readonly proxy: TcpProxy,
    from: Socket,
    private readonly to: Socket,
    private readonly link: Link | null,
  ) {
    from.on('data', (chunk: Buffer) => this.take(chunk));
    from.on('end', () => {
      this.ended = true;
      this.pump();
    });
  }

  stop(): void {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
    this.queue.length = 0;
  }

  private take(chunk: Buffer): void {
    const { delayMs = 0, jitterMs = 0 } = this.proxy.now;
    if (this.isSwallowed()) {
      this.proxy.counts.swallowedBytes += chunk.length;
      return;
    }
    if (delayMs + jitterMs > 0) this.proxy.counts.delayedChunks += 1;
    const last = this.queue.at(-1)?.readyAt ?? 0;
    const readyAt = performance.now() + delayMs + jitterMs * this.proxy.random();
    this.queue.push({ chunk, readyAt: Math.max(last, readyAt) });
    this.pump();
  }

  /** Sends what may go, and comes back for the rest. */
  pump(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    while (!this.stopped && this.proxy.now.flow !== 'pause') {
      const head = this.queue[0];
      if (!head) {
        if (this.ended && !this.isSwallowed()) this.to.end();
        return;
      }
      const waitMs = head.readyAt - performance.now();
      if (waitMs > 0) {
        this.timer = setTimeout(() => this.pump(), waitMs);
        return;
      }
      if (!this.sendHead(head)) return;
    }
  }

  /** @returns whether the next one may follow at once. */
  private sendHead(head: { chunk: Buffer; readyAt: number }): boolean {
    const drip = this.link === null ? undefined : this.proxy.now.dripBytesPerSecond;
    const wanted =
      drip === undefined ? head.chunk.length : Math.max(1, Math.round((drip * DRIP_EVERY_MS) / 1000));
    const length = Math.min(wanted, head.chunk.length);
    const allowed = this.link?.allowance(length) ?? length;
    if (allowed > 0) this.to.write(head.chunk.subarray(0, allowed));
    this.link?.sent(allowed);
    if (allowed < length) {
      setTimeout(() => this.link?.reset(), TEAR_MS);
      this.stopped = true;
      return false;
    }
    if (length === head.chunk.length) this.queue.shift();
    else head.chunk = head.chunk.subarray(length);
    if (drip === undefined) return true;
    this.timer = setTimeout(() => this.pump(), DRIP_EVERY_MS);
    return false;
  }

  private isSwallowed(): boolean {
    const { flow } = this.proxy.now;
    return flow === 'blackHole' || (flow === 'halfOpen' && this.link !== null);
  }
}
