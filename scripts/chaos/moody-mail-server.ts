/**
 * A mail server that has bad days: it refuses, falls silent, hangs up after it took a mail, or is not there. Writes
 * down every mail that it really took, in order of arrival. Keeps no text; knows no case.
 */
import { createWriteStream, type WriteStream } from 'node:fs';
import type { AddressInfo, Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import PostalMime from 'postal-mime';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import type { SunkMail } from '../replay/mail-sink.js';

/**
 * `refusing`: 451 to every sender. `silent`: takes the mail's text, forgets it and never answers. `forgetful`: takes the
 * mail and hangs up before it says so. `slow`: says so after a while.
 */
export type Mood = 'well' | 'refusing' | 'silent' | 'forgetful' | 'slow';

const SLOW_MS = 1_500;

export class MoodyMailServer {
  mood: Mood = 'well';
  /** Mails that a mood spoiled, and connections that found nobody. */
  spoiled = 0;
  readonly mails: SunkMail[] = [];
  private port = 0;
  private readonly sockets = new Set<Socket>();
  private readonly lines: WriteStream;
  private server: SMTPServer | null = null;

  private constructor(file: string) {
    this.lines = createWriteStream(file, { flags: 'a' });
  }

  /** @param file gets one JSON line per mail. */
  static async start(file: string): Promise<MoodyMailServer> {
    const made = new MoodyMailServer(file);
    await made.open();
    return made;
  }

  get url(): string {
    return `smtp://127.0.0.1:${this.port}`;
  }

  /** Takes connections again, on the same port. Harmless when open. */
  async open(): Promise<void> {
    if (this.server) return;
    const server = this.makeServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.port, '127.0.0.1', resolve);
    });
    // A client that goes away in the middle is the product's affair, not the end of the server.
    server.on('error', () => undefined);
    this.port = (server.server.address() as AddressInfo).port;
    this.server = server;
  }

  /** Hangs up on everybody and is gone. @returns how many it hung up on. */
  async shut(): Promise<number> {
    const { server } = this;
    this.server = null;
    const count = this.hangUp();
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
    return count;
  }

  async close(): Promise<void> {
    await this.shut();
    await new Promise<void>((resolve) => this.lines.end(resolve));
  }

  private hangUp(): number {
    const count = this.sockets.size;
    for (const socket of this.sockets) socket.destroy();
    return count;
  }

  private makeServer(): SMTPServer {
    const server = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      logger: false,
      closeTimeout: 100,
      onMailFrom: (_address, _session, done) => done(this.mood === 'refusing' ? this.refusal() : null),
      onData: (stream, session, done) => void this.take(stream, session, done),
    });
    server.server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
    return server;
  }

  private refusal(): Error {
    this.spoiled += 1;
    return Object.assign(new Error('Too busy'), { responseCode: 451 });
  }

  /** @param done answers the client; a mood may never call it. */
  private async take(
    stream: Readable,
    { envelope }: SMTPServerSession,
    done: (error?: Error) => void,
  ): Promise<void> {
    const { mood } = this;
    // A sender that goes away in the middle has sent nothing.
    const text = await buffer(stream).catch(() => null);
    if (text === null) return;
    const { messageId, subject } = await PostalMime.parse(text);
    if (mood === 'silent') {
      this.spoiled += 1;
      return;
    }
    const to = envelope.rcptTo.map(({ address }) => address).join(',');
    const mail: SunkMail = { messageId: messageId ?? '', to, subject: subject ?? '' };
    this.mails.push(mail);
    this.lines.write(`${JSON.stringify(mail)}\n`);
    if (mood === 'forgetful') {
      this.spoiled += 1;
      this.hangUp();
      return;
    }
    if (mood === 'slow') {
      this.spoiled += 1;
      await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
    }
    done();
  }
}
