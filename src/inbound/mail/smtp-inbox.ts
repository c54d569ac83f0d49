/**
 * Takes mails in by SMTP, for our own domain and nobody else's: no relay, no accounts. Says 250 once the effect of the
 * mail is committed and never before; what cannot be done now is answered with 4xx, so that the sender keeps the mail
 * and tries again. Meant to stand behind the house's own mail server, which speaks TLS and judges senders.
 */
import type { AddressInfo } from 'node:net';
import { callbackify } from 'node:util';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { dependencyFault } from '../../store/database-errors.js';
import type { MailIntake } from './mail-intake.js';
import { MAIL_BYTES_MAX, UnreadableMail } from './parse-mail.js';

export interface SmtpInboxOptions {
  readonly intake: MailIntake;
  /** null: none is taken in this way. 0: any free one. */
  readonly port: number | null;
  readonly host: string;
  /** Told of what failed here; the mail stays with its sender. */
  readonly report: (error: unknown) => void;
}

/** Each may hold a whole mail in memory. */
const CLIENTS_MAX = 20;
/** A mail for us has one recipient; a few copies of it go to further addresses of ours. */
const RECIPIENTS_MAX = 20;
/** Longer than a commit may take. Whoever stays on after that is told to come back. */
const CLOSE_TIMEOUT_MS = 6_000;
const SILENCE_TIMEOUT_MS = 60_000;

/** What the sender's server reads. */
class Refusal extends Error {
  constructor(
    readonly responseCode: number,
    text: string,
  ) {
    super(text);
  }
}

const NOT_OURS = new Refusal(550, '5.7.1 Not a recipient of this server; no relaying');
const TOO_LARGE = new Refusal(552, '5.3.4 The message is too large');
const UNREADABLE = new Refusal(554, '5.6.0 The message cannot be read');
const LATER = new Refusal(451, '4.3.0 Not possible just now, try again later');

export class SmtpInbox {
  private server: SMTPServer | null = null;
  /** Where it listens; null while it does not. */
  port: number | null = null;

  constructor(private readonly options: SmtpInboxOptions) {}

  /** Harmless when begun. @throws Error when the port cannot be had */
  async start(): Promise<void> {
    const { port, host, report } = this.options;
    if (port === null || this.server) return;
    const server = this.makeServer();
    this.server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => resolve());
    });
    // From here on these are failures of single connections.
    server.removeAllListeners('error');
    server.on('error', report);
    this.port = (server.server.address() as AddressInfo).port;
  }

  /** Ends after the mails under way. */
  async stop(): Promise<void> {
    const { server } = this;
    this.server = null;
    this.port = null;
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  private makeServer(): SMTPServer {
    const { ours } = this.options.intake;
    return new SMTPServer({
      name: ours.domain,
      banner: 'ready',
      size: MAIL_BYTES_MAX,
      maxClients: CLIENTS_MAX,
      maxRecipients: RECIPIENTS_MAX,
      socketTimeout: SILENCE_TIMEOUT_MS,
      closeTimeout: CLOSE_TIMEOUT_MS,
      disableReverseLookup: true,
      // A certificate of our own would be one that nobody can check.
      disabledCommands: ['AUTH', 'STARTTLS'],
      logger: false,
      onRcptTo: ({ address }, _session, callback) => callback(ours.takes(address) ? null : NOT_OURS),
      onData: callbackify((stream: SMTPServerDataStream, session: SMTPServerSession) =>
        this.answer(stream, session),
      ),
    });
  }

  /** @throws Refusal */
  private async answer(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<string> {
    try {
      await this.take(stream, session);
      return 'OK: recorded';
    } catch (error) {
      throw this.refusalOf(error);
    }
  }

  private async take(stream: SMTPServerDataStream, { envelope }: SMTPServerSession): Promise<void> {
    const raw = await bytesOf(stream);
    if (raw === null) throw TOO_LARGE;
    await this.options.intake.take(raw, {
      from: envelope.mailFrom === false ? null : envelope.mailFrom.address,
      to: envelope.rcptTo.map(({ address }) => address),
      receivedAt: null,
    });
  }

  private refusalOf(error: unknown): Refusal {
    if (error instanceof Refusal) return error;
    if (error instanceof UnreadableMail) return UNREADABLE;
    if (!dependencyFault(error)) this.options.report(error);
    return LATER;
  }
}

/** The whole mail; null when it is too large, after it was read to its end, as the protocol asks. */
async function bytesOf(stream: SMTPServerDataStream): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (stream.sizeExceeded) chunks.length = 0;
    else chunks.push(chunk);
  }
  return stream.sizeExceeded ? null : Buffer.concat(chunks);
}
