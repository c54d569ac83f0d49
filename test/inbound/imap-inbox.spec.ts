// A mailbox that is looked into: against a server of this protocol for the way of a mail, and against a mailbox in memory
// for everything that can go wrong on it.
import { EventEmitter, once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Receipt } from '../../src/inbound/inbound-message.js';
import { ImapInbox } from '../../src/inbound/mail/imap-inbox.js';
import type { Mailbox } from '../../src/inbound/mail/imap-mailbox.js';
import { UnreadableMail } from '../../src/inbound/mail/parse-mail.js';
import { DependencyUnavailable } from '../../src/store/database-errors.js';
import { ImapServer } from './imap-server.js';
import { InboundTest, startInboundTest } from './inbound-case.js';
import { mail } from './mail.js';

describe('a mailbox on a server', () => {
  let server: ImapServer;
  let test: InboundTest;
  beforeAll(async () => {
    server = new ImapServer();
    test = await startInboundTest({ IMAP_URL: await server.listen() });
  });
  afterAll(async () => {
    await test?.app.close();
    await server?.close();
  });

  const asked = async (what: RegExp) => {
    for (;;) if (what.test(String((await once(server, 'asked'))[0]))) return;
  };

  it('gives its mails to us, which are marked once they are recorded; lost connections are made again', async () => {
    const stored = asked(/STORE/);
    server.deliver(mail({ id: '<imap-1@example.com>', from: 'imap@example.com', text: '请问几时到？' }));
    await stored;
    const rows = await test.sql(
      `SELECT c.description, c.received_at FROM inbound_messages i JOIN cases c ON c.id = i.case_id WHERE message_id = $1`,
      ['<imap-1@example.com>'],
    );
    expect(rows).toEqual([{ description: '请问几时到？', received_at: new Date('2026-03-02T08:30:00Z') }]);
    expect(server.flagsOf(1)).toEqual(['\\Seen']);
    const again = asked(/STORE/);
    server.dropConnections();
    server.deliver(Buffer.from('no mail at all'));
    await again;
    expect(server.flagsOf(2)).toEqual(['\\Flagged', '\\Seen']);
  });
});

/** A mailbox whose mails, marks and faults a test sets, and an inbox that looks into it. */
class Scene extends EventEmitter {
  readonly unseen = new Set<number>([1, 2, 3]);
  readonly flagged: number[] = [];
  readonly tried: number[] = [];
  readonly reports: unknown[] = [];
  opened = 0;
  /** Thrown on taking this mail, while there are some. */
  readonly faults = new Map<number, Error[]>();
  private news: () => void = () => undefined;

  readonly inbox = new ImapInbox({
    open: async (onNews) => {
      this.opened += 1;
      this.news = onNews;
      return this.mailbox();
    },
    intake: {
      take: async (raw) => {
        const [uid = 0] = raw;
        this.tried.push(uid);
        const fault = this.faults.get(uid)?.shift();
        if (fault) throw fault;
        return {} as Receipt;
      },
    },
    report: (error) => this.reports.push(error),
  });

  /** Resolves when a look has come to its end. */
  async looked(): Promise<void> {
    await once(this, 'looked');
  }

  tellNews(): void {
    this.news();
  }

  private mailbox(): Mailbox {
    return {
      unseen: async () => {
        const found = [...this.unseen];
        // The look is over when all of these were taken or left.
        setImmediate(() => setImmediate(() => setImmediate(() => this.emit('looked'))));
        return found;
      },
      fetch: async (uid) => ({ raw: Uint8Array.of(uid), receivedAt: null }),
      markSeen: async (uid, flagged) => {
        this.unseen.delete(uid);
        if (flagged) this.flagged.push(uid);
      },
      close: async () => void this.emit('closed'),
    };
  }
}

describe('a mailbox that is looked into', () => {
  async function afterLooks(scene: Scene, looks = 1): Promise<void> {
    const first = scene.looked();
    scene.inbox.start();
    await first;
    for (let n = 1; n < looks; n += 1) {
      const next = scene.looked();
      scene.tellNews();
      await next;
    }
    await scene.inbox.stop();
  }

  it('loses its marks one by one, in order, each after its mail was taken', async () => {
    const scene = new Scene();
    await afterLooks(scene);
    expect([scene.tried, [...scene.unseen], scene.flagged, scene.reports]).toEqual([[1, 2, 3], [], [], []]);
  });

  it('keeps what fails by our own fault unseen, gives up after three tries, and goes on with the others', async () => {
    const scene = new Scene();
    scene.faults.set(
      2,
      Array.from({ length: 9 }, () => new TypeError('x is not a function')),
    );
    await afterLooks(scene, 5);
    expect([scene.tried, [...scene.unseen], scene.reports.length]).toEqual([[1, 2, 3, 2, 2], [2], 3]);
  });

  it('flags what nobody can read for somebody to look at', async () => {
    const scene = new Scene();
    scene.faults.set(1, [new UnreadableMail('x')]);
    await afterLooks(scene);
    expect([scene.flagged, [...scene.unseen]]).toEqual([[1], []]);
  });

  it('is left alone while the database is away: nothing is marked, nothing is lost', async () => {
    const scene = new Scene();
    scene.faults.set(2, [new DependencyUnavailable('away')]);
    const closed = once(scene, 'closed');
    scene.inbox.start();
    await closed;
    await scene.inbox.stop();
    expect([scene.tried, [...scene.unseen], scene.reports.length]).toEqual([[1, 2], [2, 3], 1]);
    await afterLooks(scene);
    expect([[...scene.unseen], scene.opened]).toEqual([[], 2]);
  });

  it('is not opened where there is none', async () => {
    const inbox = new ImapInbox({
      open: null,
      intake: { take: async () => ({}) as Receipt },
      report: () => undefined,
    });
    inbox.start();
    await inbox.stop();
  });
});
