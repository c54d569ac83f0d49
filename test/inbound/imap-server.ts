// As much of an IMAP server (RFC 9051) as taking mails in needs: one user, one mailbox, flags that stay. It says what it
// was asked, so that a test can wait for that instead of for time.
import { EventEmitter, once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

interface Kept {
  readonly uid: number;
  readonly raw: Buffer;
  readonly flags: Set<string>;
}

export class ImapServer extends EventEmitter {
  readonly mails: Kept[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;

  constructor() {
    super();
    this.server = createServer((socket) => this.serve(socket));
  }

  async listen(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `imap://ada%40example.com:p%40ss@127.0.0.1:${(this.server.address() as AddressInfo).port}/INBOX`;
  }

  async close(): Promise<void> {
    this.dropConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  dropConnections(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  /** Puts a mail there, and tells everybody who idles. */
  deliver(raw: Buffer): void {
    this.mails.push({ uid: this.mails.length + 1, raw, flags: new Set() });
    for (const socket of this.sockets) socket.write(`* ${this.mails.length} EXISTS\r\n`);
  }

  flagsOf(uid: number): string[] {
    return [...(this.mails.find((mail) => mail.uid === uid)?.flags ?? [])].sort();
  }

  private serve(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.sockets.delete(socket));
    socket.write('* OK ready\r\n');
    let rest = '';
    let idling = '';
    socket.on('data', (chunk: Buffer) => {
      rest += chunk.toString('latin1');
      for (let end = rest.indexOf('\r\n'); end !== -1; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        const [, tag = '', command = ''] = /^(\S+) (.*)$/.exec(line) ?? [];
        if (line.toUpperCase() === 'DONE') socket.write(`${idling} OK done\r\n`);
        else if (/^IDLE/i.test(command)) {
          idling = tag;
          socket.write('+ idling\r\n');
        } else socket.write(`${this.answer(command)}${tag} OK done\r\n`, 'latin1');
        this.emit('asked', command || line);
      }
    });
  }

  private answer(command: string): string {
    if (/^CAPABILITY/i.test(command)) return '* CAPABILITY IMAP4rev1 IDLE\r\n';
    if (/^LIST/i.test(command)) return '* LIST () "/" INBOX\r\n';
    if (/^SELECT/i.test(command)) {
      const state = `* ${this.mails.length} EXISTS\r\n* OK [UIDVALIDITY 1] ok\r\n* OK [UIDNEXT ${this.mails.length + 1}] ok\r\n`;
      return `* FLAGS (\\Seen \\Flagged)\r\n* OK [PERMANENTFLAGS (\\Seen \\Flagged)] ok\r\n${state}`;
    }
    if (/^UID SEARCH/i.test(command)) {
      const unseen = this.mails.filter(({ flags }) => !flags.has('\\Seen')).map(({ uid }) => uid);
      return `* SEARCH ${unseen.join(' ')}\r\n`.replace(' \r\n', '\r\n');
    }
    const [, uid = '', rest = ''] = /^UID (?:FETCH|STORE) (\d+) (.*)$/i.exec(command) ?? [];
    const mail = this.mails.find((each) => String(each.uid) === uid);
    if (!mail) return '';
    if (/^UID STORE/i.test(command)) {
      for (const flag of rest.match(/\\\w+/g) ?? []) mail.flags.add(flag);
      return '';
    }
    const text = mail.raw.toString('latin1');
    return `* ${uid} FETCH (UID ${uid} INTERNALDATE "02-Mar-2026 08:30:00 +0000" BODY[]<0> {${text.length}}\r\n${text})\r\n`;
  }
}
