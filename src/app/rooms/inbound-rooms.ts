/** Wires the ways back: mail by SMTP, IMAP and HTTP, signed webhooks, and the files that come with them. */
import type { FactoryProvider } from '@nestjs/common';
import type { Pool } from 'pg';
import { CaseRouting } from '../../directory/case-routing.js';
import { Customers } from '../../directory/customers.js';
import { CaseEngine } from '../../engine/case-engine.js';
import { CaseFiles } from '../../http/attachments/case-files.js';
import { InboundDesk, InboundSignature } from '../../http/inbound/inbound-desk.js';
import { CaseFinder } from '../../inbound/case-finder.js';
import { CaseThreads } from '../../inbound/case-threads.js';
import { ChannelIntake } from '../../inbound/channel-intake.js';
import { Attachments } from '../../inbound/files/attachments.js';
import { OfferedFiles } from '../../inbound/files/offered-files.js';
import { InboundEffects } from '../../inbound/inbound-effects.js';
import { InboundLedger } from '../../inbound/inbound-ledger.js';
import { InboundMessages } from '../../inbound/inbound-messages.js';
import { ImapInbox } from '../../inbound/mail/imap-inbox.js';
import { openImapMailbox } from '../../inbound/mail/imap-mailbox.js';
import { MailIntake } from '../../inbound/mail/mail-intake.js';
import { OurAddress } from '../../inbound/mail/our-address.js';
import { SmtpInbox } from '../../inbound/mail/smtp-inbox.js';
import { WebhookSignature } from '../../inbound/webhook-signature.js';
import type { NowSql } from '../../store/now.js';
import { errorFields, type Logger } from '../logging.js';
import type { Settings } from '../settings.js';
import { made } from './made.js';

export interface InboundFoundations {
  readonly pool: Pool;
  readonly now: NowSql;
  readonly logger: Logger;
  readonly settings: Settings;
}

export function inboundRooms({ pool, now, logger, settings }: InboundFoundations): FactoryProvider[] {
  const { host, mailFrom, imapUrl, inboundSmtpPort, inboundSecret } = settings;
  const notTaken = (error: unknown): void =>
    logger.error(errorFields(error), 'A mail could not be taken in; it stays with its server');
  const open = imapUrl === null ? null : (onNews: () => void) => openImapMailbox(imapUrl, onNews);
  return [
    made(Attachments, [], () => new Attachments(pool, now)),
    made(CaseFiles, [Attachments], (attachments) => new OfferedFiles(attachments)),
    made(
      InboundMessages,
      [CaseEngine, Customers, CaseRouting, Attachments],
      (engine, customers, routing, attachments) =>
        new InboundMessages({
          ledger: new InboundLedger(pool, now),
          finder: new CaseFinder(engine, new CaseThreads(pool), customers),
          effects: new InboundEffects(engine, customers, routing),
          attachments,
          customers,
        }),
    ),
    made(MailIntake, [InboundMessages], (messages) => new MailIntake(messages, new OurAddress(mailFrom))),
    made(InboundDesk, [InboundMessages, MailIntake], (messages, mails) => new ChannelIntake(messages, mails)),
    made(InboundSignature, [], () => new WebhookSignature(inboundSecret)),
    made(
      SmtpInbox,
      [MailIntake],
      (intake) => new SmtpInbox({ intake, host, port: inboundSmtpPort, report: notTaken }),
    ),
    made(ImapInbox, [MailIntake], (intake) => new ImapInbox({ intake, open, report: notTaken })),
  ];
}
