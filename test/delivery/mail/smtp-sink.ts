/**
 * Mail servers for the tests: one that takes what it is given, as real as any, and one that follows a script of bad
 * manners line by line. Both listen on this machine only.
 */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { callbackify } from 'node:util';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';

export interface Received {
  readonly sender: string;
  readonly recipients: readonly string[];
  readonly raw: string;
  readonly mail: Email;
}

export interface MailSink {
  readonly url: string;
  readonly received: Received[];
  close(): Promise<void>;
}

/** @param onReceived called when a mail has come whole, before that is answered */
export async function startMailSink(onReceived: () => void = () => undefined): Promise<MailSink> {
  const received: Received[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData: callbackify(async (stream: SMTPServerDataStream, { envelope }: SMTPServerSession) => {
      const chunks: Buffer[] = [];
      for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
      const raw = Buffer.concat(chunks);
      received.push({
        sender: envelope.mailFrom === false ? '' : envelope.mailFrom.address,
        recipients: envelope.rcptTo.map(({ address }) => address),
        raw: raw.toString('latin1'),
        mail: await PostalMime.parse(raw),
      });
      onReceived();
      return 'taken';
    }),
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: urlOf(server.server),
    received,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

/**
 * What to answer when a word of SMTP arrives, or `silence`, or `hangUp`; `dot` is the end of a mail, `STAR` is STARTTLS. An absent one is
 * answered as it is meant.
 */
export type Manners = Partial<
  Record<'greeting' | 'EHLO' | 'STAR' | 'AUTH' | 'MAIL' | 'RCPT' | 'DATA' | 'dot', string>
>;

const GOOD: Required<Manners> = {
  greeting: '220 sink',
  EHLO: '250 sink',
  STAR: '220 begin',
  AUTH: '235 welcome',
  MAIL: '250 ok',
  RCPT: '250 ok',
  DATA: '354 go on',
  dot: '250 taken',
};

export interface RudeServer {
  readonly url: string;
  /** How often each word has arrived. */
  readonly heard: Map<string, number>;
  manners: Manners;
  close(): Promise<void>;
}

export async function startRudeServer(manners: Manners): Promise<RudeServer> {
  const sockets = new Set<Socket>();
  const heard = new Map<string, number>();
  const rude: RudeServer = {
    url: '',
    heard,
    manners,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    const on = (word: keyof Manners) => {
      heard.set(word, (heard.get(word) ?? 0) + 1);
      const manner = rude.manners[word] ?? GOOD[word];
      if (manner === 'hangUp') socket.destroy();
      else if (manner !== 'silence') socket.write(`${manner}\r\n`);
      return manner;
    };
    let isMail = false;
    let rest = '';
    on('greeting');
    socket.on('data', (chunk) => {
      rest += chunk.toString('latin1');
      for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        const word = line.slice(0, 4).toUpperCase();
        if (isMail) {
          if (line !== '.') continue;
          isMail = false;
          on('dot');
        } else if (word === 'QUIT') socket.end('221 bye\r\n');
        else if (word === 'RSET') socket.write('250 ok\r\n');
        else isMail = on(word as keyof Manners) === GOOD.DATA;
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(rude, { url: urlOf(server) });
}

function urlOf(server: Server): string {
  return `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
