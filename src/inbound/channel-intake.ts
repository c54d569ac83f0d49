/**
 * Messages of channels that are no mail: brought into the common form and recorded. Their adapters are trusted with who
 * wrote, as a mail server is; whether that sender may write into a case is decided like for everybody.
 */
import type { Instant } from '../domain/actor.js';
import { cleanLine, cleanText } from './clean-text.js';
import type { IncomingFile, Receipt, Sender } from './inbound-message.js';
import type { InboundMessages } from './inbound-messages.js';
import { guessLocale } from './mail/guess-locale.js';
import type { MailIntake } from './mail/mail-intake.js';
import { UnreadableMail } from './mail/parse-mail.js';

interface ChannelMessage {
  readonly channel: string;
  readonly messageId: string;
  readonly from: Sender;
  readonly caseNumber: string | null;
  readonly subject: string;
  readonly text: string;
  readonly sentAt: Instant | null;
  readonly automatic: boolean;
  readonly files: readonly IncomingFile[];
}

export class ChannelIntake {
  constructor(
    private readonly messages: InboundMessages,
    private readonly mails: MailIntake,
  ) {}

  /** @returns null for what is no mail that can be read. @throws DependencyUnavailable */
  async takeMail(raw: Uint8Array): Promise<Receipt | null> {
    try {
      return await this.mails.take(raw);
    } catch (error) {
      if (error instanceof UnreadableMail) return null;
      throw error;
    }
  }

  /** @throws DependencyUnavailable */
  takeMessage({ caseNumber, subject, text, automatic, ...message }: ChannelMessage): Promise<Receipt> {
    const words = cleanText(text);
    return this.messages.receive({
      ...message,
      refersTo: [],
      caseNumbers: caseNumber === null ? [] : [caseNumber.toUpperCase()],
      subject: cleanLine(subject),
      words,
      wholeText: words,
      locale: guessLocale(words),
      receivedAt: null,
      automatic: automatic ? 'auto-reply' : null,
      isForged: false,
      report: null,
    });
  }
}
