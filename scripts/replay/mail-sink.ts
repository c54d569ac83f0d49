/**
 * A mail server on loopback that takes every mail and writes down which came, one JSON line each: what the customers
 * of a replay really received, by another witness than the product. Keeps no text; knows no case.
 */
import { createWriteStream } from 'node:fs';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { callbackify, promisify } from 'node:util';
import PostalMime from 'postal-mime';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';

export interface MailSink {
  /** For the product's `SMTP_URL`. */
  readonly url: string;
  /** Mails taken so far. */
  readonly received: number;
  close(): Promise<void>;
}

/** One line of the sink's file. */
export interface SunkMail {
  readonly messageId: string;
  readonly to: string;
  readonly subject: string;
}

/** @param file is appended to; a mail is acknowledged only when its line is written. */
export async function startMailSink(file: string): Promise<MailSink> {
  const lines = createWriteStream(file, { flags: 'a' });
  let received = 0;
  const write = promisify((line: string, done: (error?: Error | null) => void) => lines.write(line, done));
  const take = async (stream: Readable, { envelope }: SMTPServerSession): Promise<void> => {
    const { messageId, subject } = await PostalMime.parse(await buffer(stream));
    const to = envelope.rcptTo.map(({ address }) => address).join(',');
    const line: SunkMail = { messageId: messageId ?? '', to, subject: subject ?? '' };
    await write(`${JSON.stringify(line)}\n`);
    received += 1;
  };
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    logger: false,
    onData: callbackify(take),
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  // A client that goes away in the middle is the product's affair, not the end of the sink.
  server.on('error', () => undefined);
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    get received() {
      return received;
    },
    close: async () => {
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await new Promise<void>((resolve) => lines.end(resolve));
    },
  };
}
