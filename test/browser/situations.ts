/**
 * One case in each situation that a customer's page can show, with what fills a page: a conversation, a promise, a
 * compensation. Made through the engine and the API as people would.
 */
import { randomUUID } from 'node:crypto';
import { StatusLinks } from '../../src/delivery/status-link.js';
import type { Actor } from '../../src/domain/actor.js';
import type { CaseCommand } from '../../src/domain/events.js';
import { DEFAULT_COMPENSATION } from '../../src/domain/policies.js';
import { StatusCases, type LinkedCase } from '../http/status-cases.js';
import type { TestApp } from '../support/app.js';

const AGENT: Actor = { kind: 'agent', id: 'agent-1' };
const DAY_MS = 86_400_000;

/** Paths of pages, by what they show. */
export type Situations = Readonly<Record<SituationName, string>>;

export const SITUATION_NAMES = [
  'received',
  'withDepartment',
  'waiting',
  'resolved',
  'closed',
  'rated',
  'withdrawn',
  'merged',
  'notFound',
  'expired',
] as const;
export type SituationName = (typeof SITUATION_NAMES)[number];

export class House {
  readonly cases: StatusCases;

  constructor(private readonly app: TestApp) {
    this.cases = new StatusCases(app);
  }

  async everySituation(): Promise<Situations> {
    const opened = await this.cases.opened();
    const [first, second] = [
      await this.cases.opened({ externalId: 'one' }),
      await this.cases.opened({ externalId: 'one' }),
    ];
    await this.cases.command(first.id, 'agent', 'merges', { primaryCaseId: second.id, reason: 'the same' });
    const withdrawn = await this.cases.opened();
    await this.app.api(null).post(`/status/${withdrawn.token}/withdrawal`, {});
    const rated = await this.cases.closed();
    await this.app
      .api(null)
      .post(`/status/${rated.token}/rating`, { score: 4, comment: 'Quick and friendly.' });
    return {
      received: opened.page,
      withDepartment: (await this.withDepartment()).page,
      waiting: (await this.waiting()).page,
      resolved: (await this.cases.resolved()).page,
      closed: (await this.cases.closed()).page,
      rated: rated.page,
      withdrawn: withdrawn.page,
      merged: first.page,
      notFound: '/s/no-such-link',
      expired: `/s/${this.app.get(StatusLinks).sign(opened.id, 9)}`,
    };
  }

  async withDepartment(): Promise<LinkedCase> {
    const found = await this.cases.atLogistics();
    const { id } = found;
    const now = (await this.app.engine.read(id))?.context.lastEventAt ?? 0;
    await this.cases.command(id, 'member:logistics', 'messages', {
      text: 'I have asked the driver where he left your parcel and expect his answer this afternoon.',
    });
    const promise = (text: string, days: number): CaseCommand => ({
      type: 'case.promise',
      actor: { kind: 'manager', id: 'manager-1' },
      text,
      promisedAt: now + days * DAY_MS,
      department: null,
      despite: true,
      openTasks: 0,
    });
    await this.send(id, promise('We call you with the result of the search.', 1));
    await this.send(id, { type: 'case.keepPromise', actor: AGENT, n: 1, note: null });
    await this.send(id, promise('A new parcel leaves our warehouse.', 2));
    await this.send(id, {
      type: 'case.proposeCompensation',
      actor: AGENT,
      kind: 'voucher',
      amountMinor: 2_000,
      currency: DEFAULT_COMPENSATION.currency,
      description: 'A voucher for your next order',
      reason: 'late',
      grantedMinor: 0,
    });
    return found;
  }

  async waiting(): Promise<LinkedCase> {
    const found = await this.cases.atLogistics();
    await this.cases.command(found.id, 'member:logistics', 'questions', {
      question:
        'Which address should we send the new parcel to?\nPlease include a phone number for the driver.',
    });
    return found;
  }

  private async send(caseId: string, command: CaseCommand): Promise<void> {
    const outcome = await this.app.engine.send(caseId, command, {
      principal: 'test',
      idempotencyKey: randomUUID(),
      requestHash: 'x',
      ifMatch: null,
      render: () => ({ status: 201, body: '', headers: {} }),
    });
    if (outcome.kind !== 'done') throw new Error(`${command.type}: ${JSON.stringify(outcome)}`);
  }
}
