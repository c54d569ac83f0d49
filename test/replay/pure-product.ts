/**
 * The product without network, database or time of its own: the pure step behind the paths that the replay uses. Lets
 * whole logs be lived through in seconds, and shows a fault of planner or domain without starting anything.
 */
import type { Actor } from '../../src/domain/actor.js';
import type { Case, Severity } from '../../src/domain/case.js';
import { deadlines, dueEvent } from '../../src/domain/deadlines.js';
import type { CaseCommand, CaseEvent } from '../../src/domain/events.js';
import {
  DEFAULT_COMPENSATION,
  DEFAULT_LIFECYCLE,
  DEFAULT_PLAYBOOK,
  type Department,
  type LifecyclePolicy,
  type Playbook,
  type Policies,
} from '../../src/domain/policies.js';
import { step } from '../../src/domain/step.js';
import type { JournalEntry } from '../../src/domain/step-result.js';
import { NO_PROMISES } from './no-promises.js';
import type { Answer, Door } from '../../scripts/replay/http-door.js';

interface Kept {
  current: Case;
  readonly journal: JournalEntry[];
}

type Body = Record<string, never> & Record<string, unknown>;

const NAMES = { en: 'x', 'zh-CN': 'x', 'zh-TW': 'x' };
const DEPARTMENTS: Record<string, Department> = Object.fromEntries(
  ['sales', 'product', 'logistics', 'finance'].map((key) => [
    key,
    { key, publicName: NAMES, answersFor: key, calendar: 'default' },
  ]),
);

export class PureProduct implements Door {
  readonly cases = new Map<string, Kept>();
  /** Every key seen, so that a test can ask whether one was used twice. */
  readonly keys: string[] = [];
  now = 0;
  private nextDueAt = Infinity;
  private lifecycle: LifecyclePolicy = DEFAULT_LIFECYCLE;
  private readonly playbooks = new Map<string, Playbook>();

  async send(method: string, path: string, role: string, body?: unknown, key?: string): Promise<Answer> {
    if (key !== undefined) this.keys.push(key);
    if (path === '/clock') return this.moveClock(Date.parse((body as { now: string }).now));
    const [, , , noun, id, ...rest] = path.replace(/\?.*/, '').split('/');
    if (noun === 'playbooks')
      this.playbooks.set(id ?? '', { category: id ?? '', ...(body as object) } as Playbook);
    if (noun === 'lifecycle-policies') this.lifecycle = body as LifecyclePolicy;
    if (method === 'PUT') return { status: 200, body };
    if (method === 'GET') return this.journal(id ?? '', path);
    return this.command(id ?? null, rest.join('/'), body as Body, actorOf(role));
  }

  private command(id: string | null, noun: string, body: Body, actor: Actor): Answer {
    const kept = id === null ? null : (this.cases.get(id) ?? null);
    const caseId = id ?? `case-${this.cases.size + 1}`;
    const command = toCommand(caseId, noun, body, actor, this.now);
    return this.apply(caseId, kept, { ...command, at: this.now } as CaseEvent);
  }

  private apply(caseId: string, kept: Kept | null, event: CaseEvent): Answer {
    const category =
      kept?.current.intake.category ?? (event.type === 'case.open' ? event.intake.category : '');
    const result = step(kept?.current ?? null, event, this.policies(category));
    if (!result.accepted)
      return { status: 409, body: { code: result.refusal.code, detail: result.refusal.message } };
    const after = { current: result.case, journal: kept?.journal ?? [] };
    after.journal.push(result.entry);
    this.cases.set(caseId, after);
    this.nextDueAt = Math.min(this.nextDueAt, deadlines(result.case)[0]?.dueAt ?? Infinity);
    const { context, state, revision } = result.case;
    const flags = context.hold ? ['onHoldExternal'] : [];
    const { level, handler, escalations } = context;
    return { status: 201, body: { id: caseId, state, level, revision, flags, handler, escalations } };
  }

  private moveClock(now: number): Answer {
    if (now < this.now) return { status: 409, body: { code: 'clock-goes-back' } };
    this.now = now;
    while (this.nextDueAt <= now) this.fireAll();
    return { status: 200, body: {} };
  }

  private fireAll(): void {
    this.nextDueAt = Infinity;
    for (const [id, kept] of this.cases) {
      const event = dueEvent(kept.current, this.now);
      if (event) this.apply(id, kept, event);
      else this.nextDueAt = Math.min(this.nextDueAt, deadlines(kept.current)[0]?.dueAt ?? Infinity);
    }
  }

  private journal(id: string, path: string): Answer {
    const from = Number(new URL(path, 'http://x').searchParams.get('cursor') ?? 0);
    const limit = Number(new URL(path, 'http://x').searchParams.get('limit') ?? 25);
    const all = this.cases.get(id)?.journal ?? [];
    const data = all.slice(from, from + limit).map((entry) => ({
      ...entry,
      occurredAt: new Date(entry.occurredAt).toISOString(),
    }));
    const nextCursor = from + limit < all.length ? String(from + limit) : null;
    return { status: 200, body: { data, meta: { hasMore: nextCursor !== null, nextCursor } } };
  }

  private policies(category: string): Policies {
    const playbook = { ...DEFAULT_PLAYBOOK, ...this.playbooks.get(category) };
    return {
      lifecycle: this.lifecycle,
      compensation: DEFAULT_COMPENSATION,
      playbook,
      departments: DEPARTMENTS,
      book: NO_PROMISES,
    };
  }
}

function actorOf(role: string): Actor {
  const [kind, department] = role.split(':');
  return { kind: kind as Actor['kind'], id: role, ...(department === undefined ? {} : { department }) };
}

function toCommand(caseId: string, noun: string, body: Body, actor: Actor, now: number): CaseCommand {
  const reason = (body['reason'] as string | undefined) ?? null;
  const payloads: Record<string, object> = {
    '': { type: 'case.open', ...opening(body, now) },
    ownership: { type: 'case.start', agentId: actor.id },
    escalations: { type: 'case.escalate', evidence: [], fields: {}, ...body },
    acceptances: { type: 'case.accept' },
    returns: { type: 'case.return', suggestion: null, missingFields: [], ...body },
    'hand-backs': { type: 'case.handBack', department: null, ...body },
    questions: { type: 'case.ask', waitUntilAt: null, ...body },
    'waits/cancellation': { type: 'case.cancelWait', reason },
    holds: { type: 'case.hold', reason, reviewAt: Date.parse(String(body['reviewAt'])) },
    'holds/release': { type: 'case.release', reason },
    resolutions: { type: 'case.resolve', ...body },
    confirmations: { type: 'case.confirm', comment: null },
    rejections: { type: 'case.reject', reason },
    reopenings: { type: 'case.reopen', reason },
    withdrawals: { type: 'case.withdraw', reason },
  };
  const payload = payloads[noun];
  if (!payload) throw new Error(`no such noun: ${noun}`);
  return { caseId, actor, ...payload } as unknown as CaseCommand;
}

function opening(body: Body, now: number): object {
  const { impact, urgency, ...rest } = body;
  return {
    impact: impact as Severity | undefined,
    urgency: urgency as Severity | undefined,
    grade: 'standard',
    ownerId: null,
    intake: {
      ...rest,
      orderRef: null,
      customerId: 'customer',
      receivedAt: now,
      openedAt: now,
      previousCaseId: null,
    },
  };
}
