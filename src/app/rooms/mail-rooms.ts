/**
 * What mails are made of and sent by: wordings, sender, channel, and the demo's mailbox. Without a mail server there
 * is no channel, and customers are told on the status page.
 */
import type { FactoryProvider } from '@nestjs/common';
import { parseMailbox } from '../../delivery/mail/mail-address.js';
import { MailComposer } from '../../delivery/mail/mail-composer.js';
import { SmtpChannel } from '../../delivery/mail/smtp-channel.js';
import type { Channel } from '../../delivery/outbound/channel.js';
import { Configuration } from '../../directory/configuration.js';
import { TemplateTexts } from '../../directory/template-texts.js';
import { ClosedMailbox, Mailbox } from '../../http/mailbox/mailbox.js';
import { errorFields, type Logger } from '../logging.js';
import { SettingsError, type Settings } from '../settings.js';
import { made } from './made.js';

export interface MailFoundations {
  readonly logger: Logger;
  readonly settings: Settings;
  /** Absent: customers’ mails go to a mail server, or nowhere. */
  readonly mailbox?: Mailbox | null;
}

export function mailRooms({ logger, settings, mailbox }: MailFoundations): FactoryProvider[] {
  const notFilled = (error: unknown, key: string, locale: string): void =>
    logger.error(
      { ...errorFields(error), key, locale },
      'A wording could not be filled; the built-in words are sent',
    );
  return [
    made(TemplateTexts, [Configuration], (configuration) => new TemplateTexts(configuration, notFilled)),
    made(MailComposer, [TemplateTexts], (texts) => new MailComposer(senderOf(settings), texts.textFor)),
    made(Mailbox, [], () => mailbox ?? new ClosedMailbox()),
  ];
}

/** One channel, or none where no mail server is named. */
export function mailChannels(
  { smtpUrl }: Pick<Settings, 'smtpUrl'>,
  composer: MailComposer,
): readonly Channel[] {
  return smtpUrl === null ? [] : [new SmtpChannel({ url: smtpUrl, composer })];
}

function senderOf({ mailFrom }: Pick<Settings, 'mailFrom'>) {
  const sender = parseMailbox(mailFrom);
  if (sender === null)
    throw new SettingsError('MAIL_FROM must be one address, as in "Name <service@example.com>".');
  return sender;
}
