/** The misbehaving proxy, between real sockets: what it does to bytes, and that fair weather comes back. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createConnection, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { TcpProxy, type Weather } from '../../scripts/chaos/tcp-proxy.js';

const open: { close(): unknown }[] = [];

afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

/** Answers every chunk with the same bytes. */
async function echo(answer: (chunk: Buffer) => Buffer = (chunk) => chunk): Promise<number> {
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => socket.write(answer(chunk)));
    socket.on('end', () => socket.end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push(server);
  return (server.address() as AddressInfo).port;
}

async function proxyTo(targetPort: number, weather: Weather = {}): Promise<TcpProxy> {
  const proxy = await TcpProxy.start({ targetPort, random: () => 0.5 });
  proxy.setWeather(weather);
  open.push(proxy);
  return proxy;
}

/** Its connection may be torn before it stands. */
function connecting(proxy: TcpProxy): Peer {
  const peer = new Peer(createConnection({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true }));
  open.push({ close: () => peer.socket.destroy() });
  return peer;
}

async function connect(proxy: TcpProxy): Promise<Peer> {
  const peer = connecting(proxy);
  await once(peer.socket, 'connect');
  return peer;
}

class Peer {
  text = '';
  error: string | null = null;
  readonly closed: Promise<void>;
  private readonly waiting = new Set<() => void>();

  constructor(readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => {
      this.text += chunk.toString();
      for (const look of this.waiting) look();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => (this.error = error.code ?? error.message));
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
  }

  /** Milliseconds until so much was heard. */
  async hears(text: string): Promise<number> {
    const from = performance.now();
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (this.text.length < text.length) return;
        this.waiting.delete(look);
        resolve();
      };
      this.waiting.add(look);
      look();
    });
    expect(this.text).toBe(text);
    return performance.now() - from;
  }
}

/** Looks again and again; a test that waits for what never comes is ended by Jest. */
const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await new Promise<void>((resolve) => setImmediate(resolve));
};

describe('a TCP proxy', () => {
  it('passes bytes and their end both ways in fair weather', async () => {
    const peer = await connect(await proxyTo(await echo()));
    peer.socket.write('hello');
    await peer.hears('hello');
    peer.socket.end();
    await peer.closed;
    expect(peer.error).toBeNull();
  });

  it('delays each chunk by the delay and its share of the jitter, in order', async () => {
    const proxy = await proxyTo(await echo(), { delayMs: 40, jitterMs: 20 });
    const peer = await connect(proxy);
    peer.socket.write('one');
    // There and back: twice 40 + 0.5 × 20.
    expect(await peer.hears('one')).toBeGreaterThanOrEqual(98);
    expect(proxy.counts.delayedChunks).toBe(2);
  });

  it('swallows bytes both ways in a black hole, and does not give them back', async () => {
    const proxy = await proxyTo(await echo());
    const peer = await connect(proxy);
    proxy.setWeather({ flow: 'blackHole' });
    peer.socket.write('lost');
    await until(() => proxy.counts.swallowedBytes > 0);
    expect(proxy.counts.swallowedBytes).toBe(4);
    proxy.setWeather({});
    peer.socket.write('found');
    await peer.hears('found');
    expect(peer.text).toBe('found');
  });

  it('swallows only what goes to the client when half open', async () => {
    const seen: string[] = [];
    const port = await echo((chunk) => {
      seen.push(chunk.toString());
      return chunk;
    });
    const proxy = await proxyTo(port, { flow: 'halfOpen' });
    const peer = await connect(proxy);
    peer.socket.write('heard');
    await until(() => proxy.counts.swallowedBytes > 0);
    expect(seen).toEqual(['heard']);
    expect(peer.text).toBe('');
    expect(proxy.counts.swallowedBytes).toBe(5);
  });

  it('holds bytes while paused, and lets them go afterwards', async () => {
    const proxy = await proxyTo(await echo());
    const peer = await connect(proxy);
    proxy.setWeather({ flow: 'pause' });
    peer.socket.write('later');
    // By the time at which somebody else's words have come there and back, these would have too.
    const other = await connect(await proxyTo(await echo()));
    other.socket.write('at once');
    await other.hears('at once');
    expect(peer.text).toBe('');
    proxy.setWeather({});
    await peer.hears('later');
  });

  it('tears a connection within a chunk, at the byte that it was told', async () => {
    const proxy = await proxyTo(await echo(), { resetAfterBytes: 3 });
    const peer = await connect(proxy);
    peer.socket.write('abcdef');
    await peer.closed;
    expect('abc'.startsWith(peer.text)).toBe(true);
    expect(peer.error).toBe('ECONNRESET');
    expect(proxy.counts.resets).toBe(1);
  });

  it('counts the bytes until the tear from the moment it was told', async () => {
    const proxy = await proxyTo(await echo());
    const peer = await connect(proxy);
    peer.socket.write('0123456789');
    await peer.hears('0123456789');
    proxy.setWeather({ resetAfterBytes: 4 });
    peer.socket.write('abcd');
    await peer.hears('0123456789abcd');
    peer.socket.write('e');
    await peer.closed;
    expect(peer.text).toBe('0123456789abcd');
  });

  it('drips so many bytes a second', async () => {
    const peer = await connect(await proxyTo(await echo(), { dripBytesPerSecond: 100 }));
    peer.socket.write('0123456789abcdefghij');
    // Five at a time, every 50 ms; the first at once.
    expect(await peer.hears('0123456789abcdefghij')).toBeGreaterThanOrEqual(140);
  });

  it('turns new connections away while it refuses, and keeps those that stand', async () => {
    const proxy = await proxyTo(await echo());
    const standing = await connect(proxy);
    standing.socket.write('a');
    await standing.hears('a');
    proxy.setWeather({ refuse: true });
    await connecting(proxy).closed;
    expect(proxy.counts.refused).toBe(1);
    standing.socket.write('b');
    await standing.hears('ab');
  });

  it('leads new connections to another server once it is retargeted', async () => {
    const proxy = await proxyTo(await echo(() => Buffer.from('old')));
    proxy.retarget(await echo(() => Buffer.from('new')));
    const peer = await connect(proxy);
    peer.socket.write('who');
    await peer.hears('new');
  });

  it('resets everything that stands when asked', async () => {
    const proxy = await proxyTo(await echo());
    const peer = await connect(proxy);
    peer.socket.write('a');
    await peer.hears('a');
    expect(proxy.resetAll()).toBe(1);
    await peer.closed;
    expect(peer.error).toBe('ECONNRESET');
  });
});
