/**
 * The way to customers by mail: hands each message to one SMTP server over a few kept connections. Each wait has an
 * end, and whatever the server does comes back as a value. Does not queue, does not retry, does not choose texts.
 */
import { createTransport } from 'nodemailer';
import { Channel, type Outgoing, type Recipient, type SendResult } from '../outbound/channel.js';
import type { ComposedMail } from './compose-mail.js';
import { isMailAddress } from './mail-address.js';
import type { MailComposer } from './mail-composer.js';
import { sendResultOf } from './smtp-answer.js';

export interface SmtpTimeouts {
  readonly connectMs: number;
  readonly greetingMs: number;
  /** Silence of the server at any later moment. */
  readonly silenceMs: number;
}

/** Shorter than RFC 5321 asks of a relay: a mail that is tried again costs less than a sender that stands still. */
const TIMEOUTS: SmtpTimeouts = { connectMs: 10_000, greetingMs: 10_000, silenceMs: 15_000 };
/** One that hangs must not stop the others (D5); more than a handful is what servers call abuse. */
const CONNECTIONS_MAX = 5;
/** A connection that the server had closed while it was idle: the mail goes over another one, not a byte was sent. */
const REQUEUES_MAX = 1;

export interface SmtpOptions {
  /** `smtp://` uses TLS where it is offered, `smtps://` always. May hold credentials. */
  readonly url: string;
  readonly composer: MailComposer;
  readonly timeouts?: SmtpTimeouts;
}

export class SmtpChannel extends Channel {
  readonly name = 'email';
  private readonly transport: ReturnType<typeof transportOf>;
  private readonly underWay = new Set<Promise<unknown>>();
  private isClosed = false;

  constructor(private readonly options: SmtpOptions) {
    super();
    this.transport = transportOf(options.url, options.timeouts ?? TIMEOUTS);
  }

  addressOf({ email }: Recipient): string | null {
    return email !== null && isMailAddress(email) ? email : null;
  }

  async send(message: Outgoing, address: string, signal: AbortSignal): Promise<SendResult> {
    if (this.isClosed) return { kind: 'tryAgain', code: 'closed', detail: 'shutting down', arrived: 'no' };
    if (!isMailAddress(address)) {
      return { kind: 'refused', code: 'address', detail: 'not one plain mail address', badAddress: true };
    }
    const sending = this.deliver(this.options.composer.compose(message, address), signal);
    this.underWay.add(sending);
    try {
      return await sending;
    } finally {
      this.underWay.delete(sending);
    }
  }

  /** Waits for what is under way, which the timeouts bound. */
  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.all(this.underWay);
    this.transport.close();
  }

  private async deliver(mail: ComposedMail, signal: AbortSignal): Promise<SendResult> {
    let wasHandedOver = false;
    const { from, to, references, ...rest } = mail;
    try {
      const { response } = await this.transport.sendMail({
        ...rest,
        inReplyTo: mail.inReplyTo ?? undefined,
        references: [...references],
        from: { ...from },
        to: { ...to },
        // Named apart, so that no header is ever read for it.
        envelope: { from: from.address, to: [to.address] },
        signal,
        onHandedOver: () => (wasHandedOver = true),
      } as Parameters<typeof this.transport.sendMail>[0]);
      return { kind: 'delivered', code: /^\d{3}/.exec(response)?.[0] ?? '250', messageId: mail.messageId };
    } catch (error) {
      return sendResultOf(error, wasHandedOver);
    }
  }
}

function transportOf(url: string, { connectMs, greetingMs, silenceMs }: SmtpTimeouts) {
  const transport = createTransport({
    url,
    pool: true,
    maxConnections: CONNECTIONS_MAX,
    maxRequeues: REQUEUES_MAX,
    connectionTimeout: connectMs,
    dnsTimeout: connectMs,
    greetingTimeout: greetingMs,
    socketTimeout: silenceMs,
    // A mail is made of strings; a path or an address in one of them must stay a string.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  transport.use('stream', (mail, done) => {
    const { onHandedOver } = mail.data as { onHandedOver?: () => void };
    // Ends when the connection has drawn the last byte, after which the final dot follows by itself.
    mail.message.processFunc((whole) => {
      whole.once('end', () => onHandedOver?.());
      return whole;
    });
    done();
  });
  return transport;
}
