// One POST against servers that mean it badly (reliability.md D8, D9): bounded in time and size, led nowhere.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { EndpointGuard } from '../../../src/delivery/endpoints/endpoint-guard.js';
import { ANSWER_BYTES_MAX, Poster } from '../../../src/delivery/endpoints/poster.js';
import { answering, Receiver } from './receiver.js';

const poster = new Poster(new EndpointGuard({ allowPrivate: true }), 400);

describe('a POST', () => {
  let receiver: Receiver;
  beforeEach(async () => {
    receiver = await Receiver.start();
  });
  afterEach(() => receiver.close());
  const post = () =>
    poster.post({ url: receiver.url, headers: { 'content-type': 'text/plain' }, body: '你好' });

  it('brings its body whole and says that it reads nothing packed', async () => {
    receiver.answer = answering(200, { 'retry-after': '7' }, 'thanks');
    expect(await post()).toMatchObject({ kind: 'answered', status: 200, text: 'thanks', retryAfter: '7' });
    expect(receiver.received).toMatchObject([
      { body: '你好', headers: { 'content-length': '6', 'accept-encoding': 'identity' } },
    ]);
  });

  it.each([301, 302, 303, 307, 308])('does not follow a redirect: %d', async (status) => {
    const elsewhere = await Receiver.start();
    receiver.answer = answering(status, { location: elsewhere.url });
    expect(await post()).toMatchObject({ kind: 'answered', status });
    expect(elsewhere.received).toEqual([]);
    await elsewhere.close();
  });

  it('reads 64 KiB of an endless answer and hangs up', async () => {
    let sent = 0;
    const closed = new Promise<void>((done) => {
      receiver.answer = (_received, response) => {
        response.on('close', done);
        response.writeHead(200);
        const more = (): void => {
          while (response.write(Buffer.alloc(65_536, 'a'))) sent += 65_536;
          sent += 65_536;
        };
        response.on('drain', more);
        more();
      };
    });
    const posted = await post();
    expect(posted).toMatchObject({ kind: 'answered', status: 200, text: 'a'.repeat(ANSWER_BYTES_MAX) });
    await closed;
    expect(sent).toBeLessThan(16 * 1_048_576);
  });

  it('unpacks no bomb', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    receiver.answer = (_received, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
    };
    expect(await post()).toMatchObject({ kind: 'answered', status: 200, text: '' });
  });

  it('makes safe to show and to store what came back', async () => {
    receiver.answer = answering(200, {}, 'a\u0000b\u202ec\u001b[2J\ud800');
    expect(await post()).toMatchObject({ text: 'a␀bc␛[2J\ufffd' });
    receiver.answer = (_received, response) => void response.end(Buffer.from([0x61, 0xff, 0xfe]));
    expect(await post()).toMatchObject({ text: 'a\ufffd\ufffd' });
  });

  it('waits no longer than it may, for an answer and for its end', async () => {
    receiver.answer = () => undefined;
    expect(await post()).toMatchObject({ kind: 'unanswered', code: 'timeout' });
    receiver.answer = (_received, response) => void response.writeHead(202).write('and then');
    expect(await post()).toMatchObject({ kind: 'answered', status: 202, text: 'and then' });
  });

  it('can be called off', async () => {
    const off = new AbortController();
    receiver.answer = () => off.abort();
    const posted = await poster.post({ url: receiver.url, headers: {}, body: '' }, off.signal);
    expect(posted).toMatchObject({ kind: 'unanswered', code: 'ABORT_ERR' });
  });
});

describe('a POST to what speaks no proper HTTP', () => {
  let server: Server;
  afterEach(() => new Promise<void>((resolve) => void server.close(() => resolve())));
  async function to(serve: (socket: Socket) => void) {
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => serve(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const posted = await poster.post({ url: `http://127.0.0.1:${port}/`, headers: {}, body: '{}' });
    return posted;
  }

  it('ends with headers that never end', async () => {
    const posted = await to((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const more = (): void => {
        while (socket.writable && socket.write(`x-${'y'.repeat(1_000)}: z\r\n`));
      };
      socket.on('drain', more);
      more();
    });
    expect(posted).toMatchObject({ kind: 'unanswered', code: 'HPE_HEADER_OVERFLOW' });
  });

  it('ends with a connection that is closed without an answer', async () => {
    expect(await to((socket) => socket.destroy())).toMatchObject({ kind: 'unanswered', code: 'ECONNRESET' });
  });

  it('takes a change of protocol for no answer', async () => {
    const upgrade = 'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n';
    const posted = await to((socket) => void socket.write(upgrade));
    expect(posted).toMatchObject({ kind: 'unanswered' });
  });

  it('takes junk for no answer', async () => {
    expect(await to((socket) => void socket.end('220 smtp.example.com ESMTP\r\n'))).toMatchObject({
      kind: 'unanswered',
      code: expect.stringMatching(/^HPE_/),
    });
  });

  it('is not held by interim answers that never end', async () => {
    const posted = await to((socket) => {
      const more = (): void => {
        while (socket.writable && socket.write('HTTP/1.1 102 Processing\r\n\r\n'));
      };
      socket.on('drain', more);
      more();
    });
    expect(posted).toMatchObject({ kind: 'unanswered' });
  });
});
