/**
 * Who pays for a return? Logistics says sales, sales says logistics. At the second bounce the case stops travelling: a
 * manager names logistics, bindingly, and "this is not ours" is no answer any more. Logistics brings in finance, finance
 * cannot grant it either, and a manager decides: no, and why. The customer reads the reasons and accepts them.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CaseFile, type Customer, House, monday, refusedBy } from './house.js';

let house: House;
let freight: CaseFile;
let zhaoLei: Customer;

beforeAll(async () => {
  house = await House.opens();
});
afterAll(() => house?.closes());

describe('a case that is sent back and forth', () => {
  it('comes back to its owner once, with a suggestion', async () => {
    freight = await house.agent.opens({
      subject: '退货运费到底由谁承担',
      description: '销售说包邮退货，仓库又要我先付 68 元运费。',
      expectedOutcome: '退还我垫付的 68 元。',
      category: 'returns',
      customer: { externalId: 'crm-4', name: '赵磊', locale: 'zh-CN', timeZone: 'Asia/Shanghai' },
    });
    zhaoLei = house.customer(freight);
    await house.agent.takes(freight);
    await house.agent.escalates(freight, 'logistics');
    await house.clockReaches(monday('09:30'));
    const returned = await house.logistics.returns(freight, 'misrouted', { suggestion: 'sales' });
    expect(returned).toMatchObject({
      state: 'frontline.returned',
      level: 0,
      returned: { fromLevel: 1, reason: 'misrouted', suggestion: 'sales' },
    });
    expect(await house.logistics.inboxOf(freight)).toEqual([]);
    expect(await house.agent.reads(freight)).toMatchObject({ flags: [], attention: null });
  });

  it('comes to a manager at the second bounce, and to nobody else', async () => {
    await house.agent.escalates(freight, 'sales');
    await house.clockReaches(monday('10:00'));
    const bounced = await house.sales.returns(freight, 'misrouted', { suggestion: 'logistics' });
    expect(bounced).toMatchObject({
      state: 'arbitration',
      flags: ['attention'],
      attention: { reason: 'bounced between departments' },
    });
    expect(await house.manager.inboxOf(freight)).toMatchObject([{ kind: 'arbitrate', department: null }]);
    for (const one of [house.agent, house.sales, house.logistics]) {
      expect(await one.inboxOf(freight)).toEqual([]);
    }
    await expect(house.agent.escalates(freight, 'finance')).rejects.toMatchObject(
      refusedBy('not-allowed-in-state'),
    );
    await expect(
      house.agent.does(freight, 'assignments', { department: 'sales', reason: 'x' }),
    ).rejects.toMatchObject({ status: 403, code: 'actor-not-permitted' });
    expect(await zhaoLei.page()).toMatchObject({ headline: '正在确定负责部门', whoHasIt: '主管' });
  });

  it('is assigned bindingly, so that it is nobody else’s any more', async () => {
    const assigned = await house.manager.does(freight, 'assignments', {
      department: 'logistics',
      reason: '运费由物流结算',
    });
    expect(assigned).toMatchObject({
      state: 'level1.dispatched',
      level: 1,
      attention: null,
      handler: { department: 'logistics' },
    });
    expect(assigned.escalations).toMatchObject([
      {
        level: 1,
        binding: true,
        attempts: [{ outcome: 'returned' }, { outcome: 'returned' }, { outcome: null }],
      },
    ]);
    expect(await house.manager.inboxOf(freight)).toMatchObject([{ kind: 'handle', department: 'logistics' }]);
    await expect(house.logistics.returns(freight, 'misrouted')).rejects.toMatchObject(
      refusedBy('assignment-binding'),
    );
    await expect(
      house.lead('logistics').does(freight, 'reroutes', { department: 'sales', reason: '不归我们' }),
    ).rejects.toMatchObject(refusedBy('assignment-binding'));
    await house.clockReaches(monday('10:30'));
    await house.logistics.accepts(freight);
    await expect(house.logistics.returns(freight, 'misrouted')).rejects.toMatchObject(
      refusedBy('assignment-binding'),
    );
  });

  it('is decided by a manager once two levels have failed, and never without reasons', async () => {
    await house.logistics.escalates(freight, 'finance', { reason: '超出物流权限' });
    await expect(house.agent.decides(freight, 'refuse', 'x', 'y')).rejects.toMatchObject({ status: 403 });
    await house.clockReaches(monday('11:00'));
    await house.finance.accepts(freight);
    await expect(house.finance.escalates(freight, 'sales')).rejects.toMatchObject(
      refusedBy('escalation-limit-reached'),
    );
    await expect(house.manager.decides(freight, 'refuse', '运费不予退还。', '')).rejects.toMatchObject(
      refusedBy('packet-incomplete'),
    );
    const decided = await house.manager.decides(
      freight,
      'refuse',
      '运费不予退还。',
      '退货原因是个人偏好，条款第 4 条约定由买方承担。',
    );
    expect(decided).toMatchObject({
      state: 'resolved',
      flags: [],
      resolution: { kind: 'decision', decision: 'refuse', by: 'manager-1' },
    });
    expect(await house.finance.inboxOf(freight)).toEqual([]);
    expect(await zhaoLei.page()).toMatchObject({
      offer: 'refusal',
      headline: '我们的处理决定',
      solution: [{ text: '运费不予退还。' }, { text: '退货原因是个人偏好，条款第 4 条约定由买方承担。' }],
    });
    await zhaoLei.confirms();
    expect(await house.agent.reads(freight)).toMatchObject({ state: 'closed', maxLevelReached: 2 });
  });

  it('was told of each hand-over, in Chinese, and of none of the quarrel', async () => {
    expect(await house.told(freight)).toEqual([
      'opened',
      'started',
      'escalated',
      'returned',
      'escalated',
      'arbitrationStarted',
      'assigned',
      'accepted',
      'escalated',
      'accepted',
      'decided.refuse',
      'confirmed',
    ]);
    const timeline = await zhaoLei.timeline();
    expect(timeline.slice(5, 7)).toEqual([
      '主管正在确定由哪个部门负责您的服务单。',
      '主管已指定物流部负责您的服务单。',
    ]);
    expect(timeline.join()).not.toMatch(/权限|结算|See the file/);
  });

  it('leaves nothing silent and nothing broken', async () => {
    await house.clockReaches(monday('13:00'));
    expect(await house.silentSteps()).toBe(0);
    expect(await house.faults()).toEqual([]);
  });
});
