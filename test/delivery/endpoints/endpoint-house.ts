// An engine that tells endpoints, on a clock moved by hand, with the queue that does the telling. Everything is the
// product's own but the receivers and the dice.
import { Endpoints, newWebhookSecret, type NewEndpoint } from '../../../src/directory/endpoints.js';
import { EndpointGuard } from '../../../src/delivery/endpoints/endpoint-guard.js';
import { EndpointQueue } from '../../../src/delivery/endpoints/endpoint-queue.js';
import { Poster } from '../../../src/delivery/endpoints/poster.js';
import { Resends } from '../../../src/delivery/endpoints/resends.js';
import type { Case } from '../../../src/domain/case.js';
import type { CaseCommand } from '../../../src/domain/events.js';
import { CaseEngine } from '../../../src/engine/case-engine.js';
import { EndpointLog } from '../../../src/reports/endpoint-log.js';
import {
  aRequest,
  done,
  openCommand,
  POLICIES,
  startTestEngine,
  type TestEngine,
} from '../../support/engine.js';
import type { Receiver } from './receiver.js';

export const NAMES = {
  department: (key: string) => (key === 'logistics' ? 'Logistics & Transport' : null),
  caseUrl: (caseId: string) => `https://desk.example.com/cases/${caseId}`,
};

export class EndpointHouse {
  readonly engine: CaseEngine;
  readonly endpoints: Endpoints;
  readonly queue: EndpointQueue;
  readonly resends: Resends;
  readonly log: EndpointLog;
  /** What the queue could not write down. */
  readonly reports: unknown[] = [];

  private constructor(readonly base: TestEngine) {
    const { pool, now } = base;
    this.endpoints = new Endpoints(pool, now);
    this.engine = new CaseEngine({
      pool,
      now,
      policies: { policiesFor: () => POLICIES },
      outbound: {
        channels: [],
        coalesceMs: () => 0,
        endpointsFor: (type) => this.endpoints.endpointsFor(type),
      },
    });
    this.queue = this.anotherQueue();
    this.resends = new Resends(pool, now, () => undefined);
    this.log = new EndpointLog(pool);
  }

  static async start(clock: 'manual' | 'system' = 'manual'): Promise<EndpointHouse> {
    return new EndpointHouse(await startTestEngine({ clock, poolSize: 6 }));
  }

  /** As another node has it. */
  anotherQueue(timeoutMs = 300): EndpointQueue {
    const { pool, now } = this.base;
    return new EndpointQueue({
      pool,
      now,
      poster: new Poster(new EndpointGuard({ allowPrivate: true }), timeoutMs),
      names: NAMES,
      onSwitchedOff: () => void this.endpoints.refresh(),
      report: (error) => this.reports.push(error),
      random: () => 0.5,
    });
  }

  /** An endpoint that leads to this receiver. @returns its id and secret */
  async listenTo(receiver: Receiver | string, about: Partial<NewEndpoint> = {}) {
    const url = typeof receiver === 'string' ? receiver : receiver.url;
    const { endpoint, secret } = await this.endpoints.create({
      name: 'Warehouse',
      kind: 'webhook',
      url,
      events: [],
      locale: 'en',
      secret: newWebhookSecret(),
      ...about,
    });
    return { id: endpoint.id, secret: secret ?? '' };
  }

  async open(): Promise<Case> {
    return done(await this.engine.open(openCommand(), aRequest()));
  }

  async send(caseId: string, ...commands: CaseCommand[]): Promise<Case | undefined> {
    let last: Case | undefined;
    for (const command of commands) last = done(await this.engine.send(caseId, command, aRequest()));
    return last;
  }

  /** Everything that is due now. @returns how many were tried */
  async drain(queue = this.queue): Promise<number> {
    let tried = 0;
    for (let claimed = 1; claimed > 0; tried += claimed) claimed = await queue.runDue(32);
    return tried;
  }

  async now(): Promise<number> {
    const [row] = await this.base.sql<{ now: number }>(`SELECT ${this.base.now} AS now`);
    return row?.now ?? 0;
  }

  async nextDue(): Promise<number | null> {
    const [row] = await this.base.sql<{ at: number | null }>(`SELECT ${this.queue.nextDueSql} AS at`);
    return row?.at ?? null;
  }

  async setClock(at: number): Promise<void> {
    await this.base.sql('UPDATE manual_clock SET now_at = $1', [new Date(at).toISOString()]);
  }

  /** Moves the clock, stopping wherever something is due. */
  async passTime(ms: number): Promise<void> {
    const target = (await this.now()) + ms;
    for (let at = await this.nextDue(); at !== null && at <= target; at = await this.nextDue()) {
      await this.setClock(Math.max(at, await this.now()));
      await this.drain();
    }
    await this.setClock(target);
  }

  deliveries(endpointId: string, status?: 'pending' | 'delivered' | 'failed' | 'cancelled') {
    return this.log
      .page({ endpointId, limit: 100, cursor: null, ...(status ? { status } : {}) })
      .then(({ items }) => [...items].sort((a, b) => a.seq - b.seq));
  }

  close(): Promise<void> {
    return this.base.close();
  }
}
