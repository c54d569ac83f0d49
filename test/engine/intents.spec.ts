import { afterEach, describe, expect, it } from '@jest/globals';
import type { Priority } from '../../src/domain/case.js';
import { CaseEngine } from '../../src/engine/case-engine.js';
import { coalesceMs, DEFAULT_DELIVERY_POLICY } from '../../src/engine/delivery-policy.js';
import { DueLoop } from '../../src/engine/due-loop.js';
import { firstSendAt, PAGE_ONLY, type OutboundRules } from '../../src/engine/intents.js';
import type { Accepted } from '../../src/domain/step-result.js';
import {
  AGENT,
  aRequest,
  DAY,
  done,
  MORNING,
  note,
  openCommand,
  POLICIES,
  startTestEngine,
  type TestEngine,
} from '../support/engine.js';

const WEBHOOK = '01900000-0000-7000-8000-00000000aaaa';
const ROBOT = '01900000-0000-7000-8000-00000000bbbb';

const RULES: OutboundRules = {
  channels: ['email', 'sms'],
  coalesceMs: (priority: Priority) => coalesceMs(DEFAULT_DELIVERY_POLICY, priority),
  endpointsFor: (type) => (type === 'case.noted' ? [WEBHOOK] : [WEBHOOK, ROBOT]),
};

describe('what is to be sent because of a step', () => {
  let house: TestEngine;
  let engine: CaseEngine;
  let loop: DueLoop;
  async function begin(outbound?: OutboundRules): Promise<void> {
    house = await startTestEngine();
    const options = { pool: house.pool, now: house.now, policies: { policiesFor: () => POLICIES }, outbound };
    engine = new CaseEngine(options);
    loop = new DueLoop({ ...options, engine });
  }
  afterEach(() => house.close());

  const open = async (severity: 'high' | 'medium' = 'medium') =>
    done(await engine.open({ ...openCommand(), impact: severity, urgency: severity }, aRequest())).id;
  const messages = (caseId: string) =>
    house.sql(
      `SELECT seq, channel, status, (extract(epoch FROM next_attempt_at - created_at))::integer AS wait,
         finished_at IS NOT NULL AS ended, dedupe_key = case_id || '.' || seq || '.' || channel AS keyed, key
       FROM notifications WHERE case_id = $1 ORDER BY seq, channel`,
      [caseId],
    );
  const deliveries = (caseId: string) =>
    house.sql(
      `SELECT seq, endpoint_id, type, status, next_attempt_at = created_at AS at_once FROM endpoint_deliveries
       WHERE case_id = $1 ORDER BY seq, endpoint_id`,
      [caseId],
    );

  it('is one message for each channel beside the page, told when the time for company has passed', async () => {
    await begin(RULES);
    const waiting = { status: 'pending', wait: 30, ended: false, keyed: true, key: 'case.opened', seq: 1 };
    expect(await messages(await open())).toEqual([
      { ...waiting, channel: 'email' },
      { ...waiting, channel: 'page', status: 'delivered', wait: null, ended: true },
      { ...waiting, channel: 'sms' },
    ]);
    expect(await messages(await open('high'))).toMatchObject([
      { channel: 'email', wait: 0 },
      { channel: 'page', wait: null },
      { channel: 'sms', wait: 0 },
    ]);
  });

  it('is nothing for the customer where a step is silent, and a delivery for each endpoint all the same', async () => {
    await begin(RULES);
    const id = await open();
    done(await engine.send(id, note(), aRequest()));
    expect((await messages(id)).map(({ seq }) => seq)).toEqual([1, 1, 1]);
    const due = { status: 'pending', at_once: true };
    expect(await deliveries(id)).toEqual([
      { seq: 1, endpoint_id: WEBHOOK, type: 'case.opened', ...due },
      { seq: 1, endpoint_id: ROBOT, type: 'case.opened', ...due },
      { seq: 2, endpoint_id: WEBHOOK, type: 'case.noted', ...due },
    ]);
  });

  it('is written for both halves of a merge, and for what time does', async () => {
    await begin(RULES);
    const [gone, stays] = [await open(), await open()];
    const merge = { type: 'case.merge', actor: AGENT, primaryCaseId: stays, reason: 'same' } as const;
    done(await engine.merge(gone, merge, aRequest()));
    expect((await messages(gone)).filter(({ seq }) => seq === 2)).toMatchObject([
      { channel: 'email', key: 'case.merged' },
      { channel: 'page' },
      { channel: 'sms' },
    ]);
    expect((await deliveries(stays)).filter(({ seq }) => seq === 2)).toMatchObject([
      { type: 'case.absorbed' },
      { type: 'case.absorbed' },
    ]);
    done(await engine.send(stays, { type: 'case.start', actor: AGENT, agentId: AGENT.id }, aRequest()));
    const question = { type: 'case.ask', actor: AGENT, question: 'Which?', waitUntilAt: null } as const;
    done(await engine.send(stays, question, aRequest()));
    await loop.advanceTo(MORNING + 3 * DAY);
    expect((await messages(stays)).at(-1)).toMatchObject({ channel: 'sms', key: 'case.waitReminded' });
    expect((await deliveries(stays)).at(-1)).toMatchObject({ type: 'case.waitReminded' });
  });

  it('is nothing where an installation has neither channels nor endpoints', async () => {
    await begin();
    const id = await open();
    expect(await messages(id)).toMatchObject([{ channel: 'page' }]);
    expect(await deliveries(id)).toEqual([]);
  });

  it('is foretold to whoever sends, from the commit on', async () => {
    await begin(RULES);
    const told: number[] = [];
    const told2: number[] = [];
    const onlyMail = { ...RULES, endpointsFor: () => [] };
    engine.onCommitted((accepted: readonly Accepted[]) => {
      told.push(engine.firstSendAt(accepted), firstSendAt(accepted, onlyMail));
      told2.push(firstSendAt(accepted, PAGE_ONLY));
    });
    const id = await open();
    done(await engine.send(id, note(), aRequest()));
    expect(told).toEqual([MORNING, MORNING + 30_000, MORNING, Infinity]);
    expect(told2).toEqual([Infinity, Infinity]);
  });
});
