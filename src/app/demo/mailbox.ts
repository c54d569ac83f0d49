/**
 * The demo's own mail server: takes every mail that this node sends, keeps the newest in memory and shows them, so
 * that a newcomer sees what customers see without a mail server. Listens on this machine only and forwards nothing.
 */
import type { AddressInfo } from 'node:net';
import { callbackify } from 'node:util';
import PostalMime from 'postal-mime';
import {
  SMTPServer,
  type SMTPServerDataStream,
  type SMTPServerError,
  type SMTPServerSession,
} from 'smtp-server';
import { Mailbox, type MailboxItem } from '../../http/mailbox/mailbox.js';
import type { Settings } from '../settings.js';

/** What a person may want to look back at; together with the sizes below it bounds the memory. */
const MAILS_MAX = 200;
const MAIL_BYTES_MAX = 1024 * 1024;
const ALL_BYTES_MAX = 32 * 1024 * 1024;
/** Our own channel opens five. */
const CLIENTS_MAX = 20;
/** Node's way of stopping waits for idle connections, which the channel keeps for minutes. */
const CLOSE_WITHIN_MS = 200;
const STATUS_URL = /https?:\/\/[^\s<>"]+\/s\/[A-Za-z0-9_-]{56}(?![A-Za-z0-9_-])/;

/** Only where nobody has named a mail server: a demo can also send real mails. */
export function wantsMailbox({ demo, smtpUrl }: Pick<Settings, 'demo' | 'smtpUrl'>): boolean {
  return demo === '1' && smtpUrl === null;
}

interface Kept {
  readonly item: MailboxItem;
  readonly bytes: number;
}

export class DemoMailbox extends Mailbox {
  readonly isOpen = true;
  private kept: readonly Kept[] = [];
  private received = 0;
  private readonly server: SMTPServer;

  private constructor() {
    super();
    this.server = new SMTPServer({
      name: 'demo-mailbox',
      authOptional: true,
      disabledCommands: ['AUTH', 'STARTTLS'],
      disableReverseLookup: true,
      size: MAIL_BYTES_MAX,
      maxClients: CLIENTS_MAX,
      closeTimeout: CLOSE_WITHIN_MS,
      logger: false,
      onData: callbackify((stream: SMTPServerDataStream, session: SMTPServerSession) =>
        this.take(stream, session),
      ),
    });
    // A connection that breaks off is the client's affair.
    this.server.on('error', () => undefined);
  }

  /** @throws Error when no port of this machine can be listened on. */
  static async start(): Promise<DemoMailbox> {
    const mailbox = new DemoMailbox();
    await new Promise<void>((resolve, reject) => {
      mailbox.server.once('error', reject);
      mailbox.server.listen(0, '127.0.0.1', resolve);
    });
    return mailbox;
  }

  /** For `SMTP_URL`. */
  get url(): string {
    return `smtp://127.0.0.1:${(this.server.server.address() as AddressInfo).port}`;
  }

  all(): readonly MailboxItem[] {
    return this.kept.map(({ item }) => item);
  }

  find(id: string): MailboxItem | null {
    return this.kept.find(({ item }) => item.id === id)?.item ?? null;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  /** @returns what the sender is told. @throws SMTPServerError, which tells why not */
  private async take(stream: SMTPServerDataStream, { envelope }: SMTPServerSession): Promise<string> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes <= MAIL_BYTES_MAX) chunks.push(chunk);
    }
    if (bytes > MAIL_BYTES_MAX) throw refusal(552, 'Too large');
    const mail = await PostalMime.parse(Buffer.concat(chunks)).catch(() => {
      throw refusal(554, 'Not a mail');
    });
    const receivedAt = Date.now();
    for (const { address } of envelope.rcptTo) {
      this.received += 1;
      const named = mail.to?.find((to) => to.address === address)?.name ?? '';
      this.keep(bytes, {
        id: String(this.received),
        receivedAt,
        from: { name: mail.from?.name ?? '', address: mail.from?.address ?? '' },
        to: { name: named, address },
        subject: mail.subject ?? '',
        text: mail.text ?? '',
        html: mail.html ?? null,
        headers: mail.headers.map(({ originalKey: name, value }) => ({ name, value })),
        statusUrl: STATUS_URL.exec(mail.text ?? '')?.[0] ?? null,
      });
    }
    return 'Kept for you to look at';
  }

  private keep(bytes: number, item: MailboxItem): void {
    let total = 0;
    this.kept = [{ item, bytes }, ...this.kept].slice(0, MAILS_MAX).filter((one) => {
      total += one.bytes;
      return total <= ALL_BYTES_MAX;
    });
  }
}

function refusal(responseCode: number, why: string): SMTPServerError {
  return Object.assign(new Error(why), { responseCode });
}
