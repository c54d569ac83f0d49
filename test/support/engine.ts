/**
 * An engine on a database of its own, with plain policies and short words for what engine tests do again and again.
 * Knows the engine's public calls only.
 */
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { DataSource } from 'typeorm';
import type { Actor } from '../../src/domain/actor.js';
import type { Case, Intake } from '../../src/domain/case.js';
import type { CaseCommand } from '../../src/domain/events.js';
import {
  DEFAULT_COMPENSATION,
  DEFAULT_LIFECYCLE,
  DEFAULT_PLAYBOOK,
  MEASURING_BOOK,
  type Department,
  type Policies,
} from '../../src/domain/policies.js';
import { CaseEngine } from '../../src/engine/case-engine.js';
import { DueLoop } from '../../src/engine/due-loop.js';
import type { CommandRequest, Outcome } from '../../src/engine/outcome.js';
import { createDataSource, poolOf } from '../../src/store/data-source.js';
import { MANUAL_NOW, startManualClock, SYSTEM_NOW, type NowSql } from '../../src/store/now.js';
import { startTestDatabase } from './database.js';

export const AGENT: Actor = { kind: 'agent', id: 'agent-1' };
export const SALES: Actor = { kind: 'member', id: 'member-sales', department: 'sales' };
export const LOGISTICS: Actor = { kind: 'member', id: 'member-logistics', department: 'logistics' };
export const MANAGER: Actor = { kind: 'manager', id: 'manager-1' };

/** Monday, 2 March 2026, 09:00 UTC. */
export const MORNING = Date.UTC(2026, 2, 2, 9);
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

const DEPARTMENT_KEYS = ['sales', 'product', 'logistics', 'finance'];

export const POLICIES: Policies = {
  compensation: DEFAULT_COMPENSATION,
  lifecycle: DEFAULT_LIFECYCLE,
  playbook: DEFAULT_PLAYBOOK,
  departments: Object.fromEntries(DEPARTMENT_KEYS.map((key) => [key, department(key)])),
  book: MEASURING_BOOK,
};

function department(key: string): Department {
  const publicName = { en: key, 'zh-CN': key, 'zh-TW': key };
  return { key, publicName, answersFor: key, calendar: 'default' };
}

export interface TestEngineOptions {
  readonly clock?: 'manual' | 'system';
  readonly poolSize?: number;
  readonly policies?: Policies;
}

export class TestEngine {
  readonly pool: pg.Pool;
  readonly engine: CaseEngine;
  readonly loop: DueLoop;
  /** What the loop reported. */
  readonly reports: { error: unknown; caseId: string | null }[] = [];

  constructor(
    readonly url: string,
    dataSource: DataSource,
    readonly now: NowSql,
    policies: Policies,
    private readonly end: () => Promise<void>,
  ) {
    this.pool = poolOf(dataSource);
    const options = { pool: this.pool, now, policies: { policiesFor: () => policies } };
    this.engine = new CaseEngine(options);
    const report = (error: unknown, caseId: string | null): void => void this.reports.push({ error, caseId });
    this.loop = new DueLoop({ ...options, engine: this.engine, report });
  }

  /** Opens a case and returns it. */
  async open(intake: Partial<Intake> = {}, request: Partial<CommandRequest> = {}): Promise<Case> {
    return done(await this.engine.open(openCommand(intake), aRequest(request)));
  }

  async send(caseId: string, command: CaseCommand, request: Partial<CommandRequest> = {}): Promise<Case> {
    return done(await this.engine.send(caseId, command, aRequest(request)));
  }

  /** Rows of any statement, as the application's role. */
  async sql<Row = Record<string, unknown>>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.pool.query(text, values)).rows as Row[];
  }

  /** A second process, as far as the database can tell: its own pool, engine and loop. */
  async another(poolSize = 4, url = this.url): Promise<TestEngine> {
    const dataSource = await connect(url, poolSize);
    return new TestEngine(url, dataSource, this.now, POLICIES, () => dataSource.destroy());
  }

  async close(): Promise<void> {
    await this.loop.stop();
    await this.end();
  }
}

export async function startTestEngine(options: TestEngineOptions = {}): Promise<TestEngine> {
  const { clock = 'manual', poolSize = 4, policies = POLICIES } = options;
  const database = await startTestDatabase();
  const dataSource = await connect(database.url, poolSize);
  if (clock === 'manual') await startManualClock(poolOf(dataSource), MORNING);
  const now = clock === 'manual' ? MANUAL_NOW : SYSTEM_NOW;
  return new TestEngine(database.url, dataSource, now, policies, async () => {
    await dataSource.destroy();
    await database.drop();
  });
}

async function connect(url: string, poolSize: number): Promise<DataSource> {
  return createDataSource({ url, poolSize, role: 'app', applicationName: 'test' }).initialize();
}

export function openCommand(intake: Partial<Intake> = {}) {
  return {
    type: 'case.open' as const,
    actor: AGENT,
    intake: {
      subject: 'Wrong colour delivered',
      description: 'I ordered blue and got green.',
      expectedOutcome: 'The blue one, this week.',
      category: 'delivery',
      channel: 'phone' as const,
      orderRef: null,
      customerId: '01900000-0000-7000-8000-000000000001',
      receivedAt: Infinity,
      openedAt: 0,
      previousCaseId: null,
      ...intake,
    },
    impact: 'medium' as const,
    urgency: 'medium' as const,
    grade: 'standard' as const,
    ownerId: AGENT.id,
  };
}

/** A request without a key, unless one is given; the answer's body is the revision. */
export function aRequest(request: Partial<CommandRequest> = {}): CommandRequest {
  return {
    principal: 'key-1',
    idempotencyKey: null,
    requestHash: null,
    ifMatch: null,
    render: (current) => ({ status: 201, body: { id: current.id, revision: current.revision }, headers: {} }),
    ...request,
  };
}

/** The case of an accepted command; anything else fails the test with what was answered. */
export function done(outcome: Outcome): Case {
  if (outcome.kind !== 'done') throw new Error(`not done: ${JSON.stringify(outcome)}`);
  return outcome.case;
}

export const note = (text = 'called back'): CaseCommand<'case.note'> => ({
  type: 'case.note',
  actor: AGENT,
  text,
});

export const escalateTo = (department: string, actor: Actor = AGENT): CaseCommand<'case.escalate'> => ({
  type: 'case.escalate',
  actor,
  department,
  purpose: 'find the parcel',
  expectedOutcome: 'a delivery date',
  evidence: [],
  fields: {},
  reason: 'beyond us',
});

export const resolve = (actor: Actor = AGENT): CaseCommand<'case.resolve'> => ({
  type: 'case.resolve',
  actor,
  solution: 'sent the blue one',
  rootCause: 'picking error',
});

export const aKey = (): string => randomUUID();
