import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  AGENT,
  escalateTo,
  MORNING,
  note,
  resolve,
  SALES,
  startTestEngine,
  type TestEngine,
} from '../support/engine.js';

describe('one write per transition', () => {
  let house: TestEngine;
  beforeAll(async () => {
    house = await startTestEngine();
  });
  afterAll(() => house.close());

  it('writes case, journal, escalation, task and page message together', async () => {
    const opened = await house.open();
    await house.send(opened.id, { type: 'case.start', actor: AGENT, agentId: AGENT.id });
    await house.send(opened.id, escalateTo('sales'));
    await house.send(opened.id, { type: 'case.accept', actor: SALES });
    const after = await house.send(opened.id, note());

    expect(await house.engine.read(opened.id)).toEqual(after);
    expect(await house.sql('SELECT * FROM audit."case" WHERE case_id = $1', [opened.id])).toEqual([
      expect.objectContaining({
        state: 'level1.working',
        level: 1,
        revision: 5,
        department: 'sales',
        terminal: false,
      }),
    ]);
    expect(
      await house.sql(
        'SELECT seq, type, from_state, customer_visible, occurred_at FROM journal WHERE case_id = $1 ORDER BY seq',
        [opened.id],
      ),
    ).toEqual([
      { seq: 1, type: 'case.opened', from_state: null, customer_visible: true, occurred_at: MORNING },
      { seq: 2, type: 'case.started', from_state: 'received', customer_visible: true, occurred_at: MORNING },
      {
        seq: 3,
        type: 'case.escalated',
        from_state: 'frontline.working',
        customer_visible: true,
        occurred_at: MORNING,
      },
      {
        seq: 4,
        type: 'case.accepted',
        from_state: 'level1.dispatched',
        customer_visible: true,
        occurred_at: MORNING,
      },
      {
        seq: 5,
        type: 'case.noted',
        from_state: 'level1.working',
        customer_visible: false,
        occurred_at: MORNING,
      },
    ]);
    expect(
      await house.sql('SELECT level, department, by FROM escalations WHERE case_id = $1', [opened.id]),
    ).toEqual([{ level: 1, department: 'sales', by: AGENT.id }]);
    expect(
      await house.sql('SELECT key, state, assignee_id FROM tasks WHERE case_id = $1', [opened.id]),
    ).toEqual([{ key: 'handle-1-1', state: 'accepted', assignee_id: SALES.id }]);
    expect(
      await house.sql(
        'SELECT seq, channel, status, created_at = finished_at AS at_once FROM notifications WHERE case_id = $1 ORDER BY seq',
        [opened.id],
      ),
    ).toEqual([1, 2, 3, 4].map((seq) => ({ seq, channel: 'page', status: 'delivered', at_once: true })));
    await house.send(opened.id, resolve(SALES));
    expect(await house.sql('SELECT state, closed_at FROM tasks WHERE case_id = $1', [opened.id])).toEqual([
      { state: 'done', closed_at: MORNING },
    ]);
  });
});
