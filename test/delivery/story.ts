/**
 * Lives of cases for the tests of this room: real steps of the domain, with every internal text marked, so that a
 * leak shows by itself. The marks stand for what a customer must never read.
 */
import type { Actor, Instant } from '../../src/domain/actor.js';
import type { Case, Intake } from '../../src/domain/case.js';
import type { CaseEvent, EventPayloads, EventType } from '../../src/domain/events.js';
import {
  DEFAULT_COMPENSATION,
  DEFAULT_LIFECYCLE,
  DEFAULT_PLAYBOOK,
  MEASURING_BOOK,
  type Policies,
} from '../../src/domain/policies.js';
import { step } from '../../src/domain/step.js';
import type { PublicNames, VisibleUpdate } from '../../src/delivery/render-update.js';

/** In every text that is not for customers. */
export const CANARY = 'CANARY-7f3a';

export const CUSTOMER_ID = '018f3c1e-0000-7000-8000-00000000c001';
export const CASE_ID = '018f3c1e-5b2a-7c4d-9e6f-1a2b3c4d5e6f';
export const PRIMARY_ID = '018f3c1e-5b2a-7c4d-9e6f-aaaabbbbcccc';
/** Friday 2026-11-06 08:00 in Berlin. */
export const START_AT: Instant = Date.UTC(2026, 10, 6, 7, 0);
const HOUR_MS = 3_600_000;

export const POLICIES: Policies = {
  compensation: DEFAULT_COMPENSATION,
  lifecycle: DEFAULT_LIFECYCLE,
  book: MEASURING_BOOK,
  playbook: { ...DEFAULT_PLAYBOOK, evidenceRequired: false },
  departments: {
    logistics: {
      key: 'logistics',
      publicName: { en: 'Logistics', 'zh-CN': '物流部', 'zh-TW': '物流部' },
      answersFor: CANARY,
      calendar: CANARY,
    },
    product: {
      key: 'product',
      publicName: { en: 'Product', 'zh-CN': '产品部', 'zh-TW': '產品部' },
      answersFor: CANARY,
      calendar: CANARY,
    },
  },
};

export const CUSTOMER: Actor = { kind: 'customer', id: CUSTOMER_ID };
export const AGENT: Actor = { kind: 'agent', id: `agent-${CANARY}` };
export const MEMBER: Actor = { kind: 'member', id: `member-${CANARY}`, department: 'logistics' };
export const PRODUCT_MEMBER: Actor = { kind: 'member', id: `product-${CANARY}`, department: 'product' };
export const MANAGER: Actor = { kind: 'manager', id: `manager-${CANARY}` };
export const SYSTEM: Actor = { kind: 'system', id: 'system' };

export const INTAKE: Intake = {
  subject: 'Parcel has not arrived',
  description: `description ${CANARY}`,
  expectedOutcome: `expected outcome ${CANARY}`,
  category: `delivery ${CANARY}`,
  channel: 'web',
  orderRef: `order ${CANARY}`,
  customerId: CUSTOMER_ID,
  receivedAt: START_AT,
  openedAt: START_AT,
  previousCaseId: null,
};

export interface Told {
  readonly current: Case;
  readonly updates: readonly VisibleUpdate[];
  readonly now: Instant;
}

/** The life of one case, an hour between any two steps. */
export class Story {
  private current: Case | null = null;
  private readonly updates: VisibleUpdate[] = [];
  private now = START_AT - HOUR_MS;

  static opened(intake: Partial<Intake> = {}): Story {
    return new Story().then('case.open', CUSTOMER, {
      caseId: CASE_ID,
      intake: { ...INTAKE, ...intake },
      impact: 'medium',
      urgency: 'high',
      grade: 'standard',
      ownerId: null,
    });
  }

  static started(intake: Partial<Intake> = {}): Story {
    return Story.opened(intake).then('case.start', AGENT, { agentId: AGENT.id });
  }

  static escalated(): Story {
    return Story.started().then('case.escalate', AGENT, escalation('logistics'));
  }

  static accepted(): Story {
    return Story.escalated().then('case.accept', MEMBER, {});
  }

  /** @param laterMs beside the usual hour. */
  then<T extends EventType>(type: T, actor: Actor, payload: EventPayloads[T], laterMs = 0): this {
    this.now += HOUR_MS + laterMs;
    const event = { type, actor, at: this.now, ...payload } as unknown as CaseEvent;
    const result = step(this.current, event, POLICIES);
    if (!result.accepted) throw new Error(`${type}: ${result.refusal.code}`);
    this.current = result.case;
    if (result.update) this.updates.push({ ...result.update, at: this.now });
    return this;
  }

  get told(): Told {
    if (!this.current) throw new Error('nothing has happened yet');
    return { current: this.current, updates: this.updates, now: this.now };
  }
}

export function escalation(department: string): EventPayloads['case.escalate'] {
  return {
    department,
    purpose: `purpose ${CANARY}`,
    expectedOutcome: `expected ${CANARY}`,
    evidence: [`evidence ${CANARY}`],
    fields: { trackingNumber: CANARY },
    reason: `reason ${CANARY}`,
  };
}

export const ASKED: EventPayloads['case.ask'] = {
  question: 'Which address should we send it to?',
  waitUntilAt: null,
};
export const SOLVED: EventPayloads['case.resolve'] = {
  solution: 'The parcel was found and arrives on Friday.',
  rootCause: `root cause ${CANARY}`,
};

/** "Mei" owns everything; departments by their public names. */
export function namesIn(locale: 'en' | 'zh-CN' | 'zh-TW'): PublicNames {
  return {
    owner: (id) => (id === '' ? null : 'Mei'),
    department: (key) => POLICIES.departments[key]?.publicName[locale] ?? null,
  };
}
