// A running application with everything that takes messages in, in the words of its tests. Mails come as raw bytes, as a
// mail server would hand them over.
import pg from 'pg';
import { ChannelIntake } from '../../src/inbound/channel-intake.js';
import type { Receipt } from '../../src/inbound/inbound-message.js';
import { MailIntake } from '../../src/inbound/mail/mail-intake.js';
import { NO_ENVELOPE } from '../../src/inbound/mail/read-mail.js';
import { InboundDesk } from '../../src/http/inbound/inbound-desk.js';
import { OPEN_CASE } from '../http/case-client.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { mail, type MailParts } from './mail.js';

export interface KnownCase {
  readonly id: string;
  readonly number: string;
  readonly customerId: string;
}

export class InboundTest {
  private customers = 0;

  constructor(readonly app: TestApp) {}

  /** A case of a customer of its own. @param email of the customer */
  async openCase(email: string): Promise<KnownCase> {
    this.customers += 1;
    const customer = { externalId: `crm-${this.customers}`, name: 'Ada', email };
    const { body } = await this.app.api('agent').post('/cases', { ...OPEN_CASE, customer });
    return { id: body.id, number: body.number, customerId: body.customer?.id ?? body.customerId };
  }

  /** A case that waits for its customer's answer. */
  async waitingCase(email: string): Promise<KnownCase> {
    const known = await this.openCase(email);
    await this.command(known, 'ownership', {});
    await this.command(known, 'questions', { question: 'Which colour?' });
    return known;
  }

  async command({ id }: KnownCase, path: string, body: object): Promise<void> {
    const answer = await this.app.api('agent').post(`/cases/${id}/${path}`, body);
    if (answer.status !== 201) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
  }

  take(parts: MailParts, envelope = NO_ENVELOPE): Promise<Receipt> {
    return this.app.get(MailIntake).take(mail(parts), envelope);
  }

  get desk(): ChannelIntake {
    return this.app.get(InboundDesk as never);
  }

  /** Says that the latest mail about the case was sent under this id. */
  async sentAs({ id }: KnownCase, messageId: string): Promise<void> {
    await this.sql(
      `UPDATE notifications SET message_id = $2 WHERE (case_id, seq, channel) =
         (SELECT case_id, seq, channel FROM notifications WHERE case_id = $1 ORDER BY seq DESC LIMIT 1)`,
      [id, messageId],
    );
  }

  /** Type, actor and data of what happened since the case was opened, oldest first. */
  async journal(id: string | null) {
    const { body } = await this.app.api('admin').get(`/cases/${id}/journal?limit=100`);
    return body.data as {
      type: string;
      actor: { kind: string; id: string };
      occurredAt: string;
      data: { text?: string };
    }[];
  }

  async replies(id: string | null): Promise<string[]> {
    return (await this.journal(id))
      .filter(({ type }) => type === 'case.replied')
      .map(({ data }) => data.text ?? '');
  }

  async read(id: string | null) {
    return (await this.app.api('admin').get(`/cases/${id}`)).body;
  }

  async countCases(): Promise<number> {
    const [row] = await this.sql<{ count: string }>('SELECT count(*) FROM cases');
    return Number(row?.count);
  }

  /** As the owner of the tables: the application itself may not do everything. */
  async sql<Row = Record<string, unknown>>(text: string, values: unknown[] = []): Promise<Row[]> {
    const client = new pg.Client({ connectionString: this.app.databaseUrl });
    await client.connect();
    try {
      return (await client.query(text, values)).rows as Row[];
    } finally {
      await client.end();
    }
  }
}

export async function startInboundTest(env: Readonly<Record<string, string>> = {}): Promise<InboundTest> {
  return new InboundTest(await startTestApp({ env }));
}
