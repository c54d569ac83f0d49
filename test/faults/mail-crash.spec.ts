// A node that is killed between the mail server's "250" and its own note of it: the customer may get that one mail
// twice, under one Message-ID, and nothing is lost. The built product as a process, a real mail server, kill -9.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildProduct, discardProduct, type NodeProcess, startNodeProcess } from '../app/node-process.js';
import { type MailSink, startMailSink } from '../delivery/mail/smtp-sink.js';
import { clientOf, type Client } from '../support/client.js';
import { startTestDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
let mails: MailSink;
let dataDir: string;
let node: NodeProcess;
/** Called when a mail has arrived whole, before the server says so. */
let onMail: () => void = () => undefined;

beforeAll(async () => {
  buildProduct();
  dataDir = mkdtempSync(join(tmpdir(), 'case-escalation-crash-'));
  database = await startTestDatabase();
  mails = await startMailSink(() => onMail());
});
afterEach(() => node?.kill('SIGKILL'));
afterAll(async () => {
  discardProduct();
  await mails?.close();
  await database?.drop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function startNode(): Promise<(who: string) => Client> {
  node = startNodeProcess({
    DATABASE_URL: database.url,
    DATA_DIR: dataDir,
    DEMO: 'directory',
    CLOCK: 'manual',
    CLOCK_START: '2026-03-02T09:00:00Z',
    SMTP_URL: mails.url,
    MAIL_FROM: 'Shop <service@shop.example>',
  });
  const url = await node.serving;
  const tokens = JSON.parse(readFileSync(join(dataDir, 'tokens.json'), 'utf8')) as Record<string, string>;
  return (who) => clientOf(url, tokens[who] ?? '');
}

describe('a node killed while a mail server has its mail', () => {
  it('sends that mail again under the same id, and the next one once', async () => {
    let as = await startNode();
    const { body: opened } = await as('agent').post('/cases', {
      subject: 'Parcel has not arrived',
      description: 'It was promised for Monday.',
      expectedOutcome: 'The parcel.',
      category: 'delivery',
      channel: 'phone',
      impact: 'medium',
      urgency: 'medium',
      customer: { externalId: 'crm-1', name: 'Ada Lovelace', email: 'ada@customers.example' },
    });
    onMail = () => node.kill('SIGKILL');
    await expect(as('admin').put('/clock', { now: '2026-03-02T09:02:00Z' })).rejects.toThrow('fetch failed');
    expect(await node.ended).toBeNull();
    onMail = () => undefined;
    expect(mails.received).toHaveLength(1);

    as = await startNode();
    expect((await as('agent').post(`/cases/${opened.id}/ownership`, {})).status).toBe(201);
    const moved = await as('admin').put('/clock', { now: '2026-03-02T09:10:00Z' });
    expect(moved.status).toBe(200);

    const { body: ledger } = await as('manager').get(`/cases/${opened.id}/ledger?limit=100`);
    const notices = ledger.data.map(({ covered }: { covered: Notice[] }) =>
      covered.find(({ channel }) => channel === 'email'),
    );
    expect(notices).toMatchObject([
      { status: 'delivered', attempts: 2 },
      { status: 'delivered', attempts: 1 },
    ]);
    const [first, again, next] = mails.received.map(({ mail }) => mail.messageId);
    expect(mails.received).toHaveLength(3);
    expect(again).toBe(first);
    expect(next).not.toBe(first);
    expect(notices.map((notice: Notice | undefined) => notice?.messageId)).toEqual([first, next]);
  });
});

interface Notice {
  readonly channel: string;
  readonly status: string;
  readonly attempts: number;
  readonly messageId: string | null;
}
