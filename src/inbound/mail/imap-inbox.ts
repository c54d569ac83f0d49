/**
 * Looks into a mailbox for mails that nobody has taken, at once when its server says so and every half minute anyway. A
 * mail is marked as seen once its effect is committed; until then it stays where it is. Outages of either side are
 * waited out. Several nodes may look into the same mailbox: a mail has one effect, whoever brings it.
 */
import { Sleeper } from '../../engine/sleeper.js';
import { dependencyFault } from '../../store/database-errors.js';
import type { Mailbox } from './imap-mailbox.js';
import type { MailIntake } from './mail-intake.js';
import { UnreadableMail } from './parse-mail.js';

export interface ImapInboxOptions {
  readonly intake: Pick<MailIntake, 'take'>;
  /** null: there is no mailbox. @param onNews to be called when there may be more in it */
  readonly open: ((onNews: () => void) => Promise<Mailbox>) | null;
  readonly report: (error: unknown) => void;
}

const LOOK_EVERY_MS = 30_000;
const RETRY_MS_MIN = 1_000;
const RETRY_MS_MAX = 60_000;
/** A mail that fails so often by our own fault would hold up nobody else for ever; it stays unseen. */
const TRIES_MAX = 3;

export class ImapInbox {
  private readonly pause = new Sleeper();
  private readonly failures = new Map<number, number>();
  private stopping = false;
  private retryMs = RETRY_MS_MIN;
  private running: Promise<void> | null = null;

  constructor(private readonly options: ImapInboxOptions) {}

  /** Harmless when begun. */
  start(): void {
    if (this.running || this.options.open === null) return;
    this.stopping = false;
    this.running = this.run(this.options.open);
  }

  /** Ends after the mail under way. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.pause.wake();
    await this.running;
    this.running = null;
  }

  private async run(open: NonNullable<ImapInboxOptions['open']>): Promise<void> {
    while (!this.stopping) {
      try {
        await this.look(open);
      } catch (error) {
        this.options.report(error);
      }
      if (!this.stopping) await this.pause.sleep(this.retryMs, Infinity);
      this.retryMs = Math.min(this.retryMs * 2, RETRY_MS_MAX);
    }
  }

  /** For as long as the connection lives. */
  private async look(open: NonNullable<ImapInboxOptions['open']>): Promise<void> {
    let isLive = false;
    // The end of a connection that never lived is no news: it would turn the pause before the next one into none.
    const mailbox = await open(() => {
      if (isLive) this.pause.wake();
    });
    isLive = true;
    try {
      while (!this.stopping) {
        await this.takeAll(mailbox);
        this.retryMs = RETRY_MS_MIN;
        if (!this.stopping) await this.pause.sleep(LOOK_EVERY_MS, Infinity);
      }
    } finally {
      isLive = false;
      await mailbox.close().catch(this.options.report);
    }
  }

  private async takeAll(mailbox: Mailbox): Promise<void> {
    for (const uid of await mailbox.unseen()) {
      if (this.stopping) return;
      if ((this.failures.get(uid) ?? 0) < TRIES_MAX) await this.takeOne(mailbox, uid);
    }
  }

  private async takeOne(mailbox: Mailbox, uid: number): Promise<void> {
    const mail = await mailbox.fetch(uid);
    if (!mail) return;
    try {
      await this.options.intake.take(mail.raw, { from: null, to: [], receivedAt: mail.receivedAt });
    } catch (error) {
      if (dependencyFault(error)) throw error;
      this.options.report(error);
      if (error instanceof UnreadableMail) return mailbox.markSeen(uid, true);
      this.failures.set(uid, (this.failures.get(uid) ?? 0) + 1);
      return;
    }
    this.failures.delete(uid);
    await mailbox.markSeen(uid, false);
  }
}
