/**
 * Cases for the tests of the customer's link, made through the API by staff, each with its link. Texts that are not
 * for the customer carry the mark.
 */
import type { TestApp } from '../support/app.js';

/** In every text that no customer may read. */
export const CANARY = 'CANARY-9b1d';

export interface LinkedCase {
  readonly id: string;
  readonly token: string;
  /** Path of the customer's page. */
  readonly page: string;
}

export class StatusCases {
  private customers = 0;

  constructor(private readonly app: TestApp) {}

  /** Each of a customer of its own unless `customer.externalId` says otherwise. */
  async opened(
    customer: Record<string, string> = {},
    subject = 'Parcel has not arrived',
  ): Promise<LinkedCase> {
    this.customers += 1;
    const { body } = await this.app.api('agent').post('/cases', {
      subject,
      description: `description ${CANARY}`,
      expectedOutcome: `outcome ${CANARY}`,
      category: 'delivery',
      channel: 'phone',
      impact: 'medium',
      urgency: 'high',
      customer: { externalId: `customer-${this.customers}`, name: `Ada ${CANARY}`, ...customer },
    });
    const page = new URL(body.statusUrl as string).pathname;
    return { id: body.id as string, token: page.slice('/s/'.length), page };
  }

  async atLogistics(): Promise<LinkedCase> {
    const found = await this.opened();
    await this.command(found.id, 'agent', 'ownership', {});
    await this.command(found.id, 'agent', 'escalations', {
      department: 'logistics',
      purpose: `purpose ${CANARY}`,
      expectedOutcome: `expected ${CANARY}`,
      evidence: [`evidence ${CANARY}`],
    });
    await this.command(found.id, 'member:logistics', 'acceptances', {});
    return found;
  }

  async resolved(customer: Record<string, string> = {}): Promise<LinkedCase> {
    const found = await this.opened(customer);
    const solved = { solution: 'The parcel arrives on Friday.', rootCause: `cause ${CANARY}` };
    await this.command(found.id, 'agent', 'resolutions', solved);
    return found;
  }

  async closed(): Promise<LinkedCase> {
    const found = await this.resolved();
    await this.app.api(null).post(`/status/${found.token}/confirmation`, {});
    return found;
  }

  async command(id: string, who: Parameters<TestApp['api']>[0], path: string, body: object): Promise<void> {
    const answer = await this.app.api(who).post(`/cases/${id}/${path}`, body);
    if (answer.status !== 201) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
  }

  /** Types of the journal, in order. */
  async eventsOf(id: string): Promise<string[]> {
    const { body } = await this.app.api('admin').get(`/cases/${id}/journal?limit=100`);
    return (body.data as { type: string }[]).map(({ type }) => type);
  }

  async letDaysPass(days: number): Promise<void> {
    const { body } = await this.app.api('admin').get('/clock');
    await this.app.moveClockTo(new Date(Date.parse(body.now as string) + days * 86_400_000).toISOString());
  }
}

/** Sends a form as a browser does. */
export function submit(app: TestApp, path: string, fields: Record<string, string>) {
  const body = new URLSearchParams(fields).toString();
  return app.api(null).post(path, body, { 'content-type': 'application/x-www-form-urlencoded' });
}

/** The fields that the page itself put into the form of an action. */
export function hiddenFieldsOf(page: string, action: string): Record<string, string> {
  const [, form = ''] = new RegExp(`action="[^"]*/${action}"(.*?)</form>`, 's').exec(page) ?? [];
  const found = [...form.matchAll(/<input type="hidden" name="([^"]+)"\s+value="([^"]*)"/g)];
  return Object.fromEntries(found.map(([, name = '', value = '']) => [name, value]));
}
