/**
 * One open mailbox of an IMAP server, reduced to what taking mails in needs. Knows the protocol's library and no mail.
 */
import { ImapFlow } from 'imapflow';
import type { Instant } from '../../domain/actor.js';
import { MAIL_BYTES_MAX } from './parse-mail.js';

/** A mail as the server keeps it. */
export interface StoredMail {
  readonly raw: Uint8Array;
  readonly receivedAt: Instant | null;
}

/** Every method throws when the connection is lost. */
export interface Mailbox {
  /** Ids of mails that nobody has taken yet, oldest first. */
  unseen(): Promise<number[]>;
  /** null: it is gone. */
  fetch(uid: number): Promise<StoredMail | null>;
  /** @param flagged for somebody to look at */
  markSeen(uid: number, flagged: boolean): Promise<void>;
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 15_000;
/** The server may be silent for as long as an idle connection is; it renews itself before that. */
const SILENCE_TIMEOUT_MS = 5 * 60_000;
/** Many servers drop a connection that idles for half an hour. */
const IDLE_MS = 4 * 60_000;
/** One more byte than is taken tells a mail that is too large. */
const FETCH_BYTES_MAX = MAIL_BYTES_MAX + 1;

/**
 * @param url `imaps://user:password@host/INBOX`; without a path the inbox. `imap:` upgrades to TLS where offered.
 * @param onNews called when the server says that there is more, and when the connection is lost
 */
export async function openImapMailbox(url: string, onNews: () => void): Promise<Mailbox> {
  const { protocol, hostname, port, username, password, pathname } = new URL(url);
  const secure = protocol === 'imaps:';
  const client = new ImapFlow({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (secure ? 993 : 143) : Number(port),
    secure,
    auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) },
    logger: false,
    maxIdleTime: IDLE_MS,
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SILENCE_TIMEOUT_MS,
    maxLiteralSize: 2 * FETCH_BYTES_MAX,
  });
  // Each command that is under way rejects by itself; without a listener the event would end the process.
  client.on('error', onNews);
  client.on('close', onNews);
  client.on('exists', onNews);
  try {
    await client.connect();
    await client.mailboxOpen(decodeURIComponent(pathname.slice(1)) || 'INBOX');
  } catch (error) {
    client.close();
    throw error;
  }
  /** On a connection that is lost the library answers with nothing, as for a mailbox that is empty. */
  const held = <T>(answer: T): T => {
    if (!client.usable) throw new Error('The connection to the mailbox is lost.');
    return answer;
  };
  return {
    unseen: async () => held(await client.search({ seen: false }, { uid: true })) || [],
    fetch: async (uid) => {
      const query = { source: { maxLength: FETCH_BYTES_MAX }, internalDate: true };
      const found = held(await client.fetchOne(String(uid), query, { uid: true }));
      if (!found || !found.source) return null;
      return {
        raw: found.source,
        receivedAt: found.internalDate ? new Date(found.internalDate).getTime() : null,
      };
    },
    markSeen: async (uid, flagged) => {
      const flags = flagged ? ['\\Seen', '\\Flagged'] : ['\\Seen'];
      held(await client.messageFlagsAdd(String(uid), flags, { uid: true }));
    },
    close: async () => {
      if (client.usable) await client.logout().catch(() => undefined);
      client.close();
    },
  };
}
