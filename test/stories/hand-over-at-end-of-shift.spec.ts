/**
 * Work changes hands inside a department, and nobody outside loses track. The lead of logistics names who takes a case
 * on, gives it to the deputy at noon, and the deputy hands it back into the inbox for the next shift. Those who received
 * it rate how well it was handed over. They ask for more time before the deadline: the lead grants it, and the customer
 * reads why; a later wish for more time is denied, and the customer is not bothered with it.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type CaseFile,
  type Customer,
  friday,
  HIDDEN,
  House,
  monday,
  type Person,
  refusedBy,
  tuesday,
} from './house.js';

const WHY = '货物滞留在海关，我们需要到周二中午。';

let house: House;
let customs: CaseFile;
let wangFang: Customer;
let lead: Person;
let deputy: Person;

const handler = async () => (await house.agent.reads(customs)).handler;
const clockOf = async (metric: string) =>
  (await house.agent.reads(customs)).clocks.find((clock: { metric: string }) => clock.metric === metric);

beforeAll(async () => {
  house = await House.opens();
  lead = house.lead('logistics');
  deputy = await house.deputy('logistics');
  customs = await house.agent.opens({
    subject: '包裹滞留海关',
    description: '查询显示一直在清关。',
    expectedOutcome: '给一个确定的日期。',
    category: 'late-delivery',
    customer: { externalId: 'crm-11', name: '王芳', locale: 'zh-CN', timeZone: 'Asia/Shanghai' },
  });
  wangFang = house.customer(customs);
  await house.agent.takes(customs);
  await house.agent.says(customs, '王女士您好，我正在请物流部查询。');
  await house.agent.escalates(customs, 'logistics');
});
afterAll(() => house?.closes());

describe('work that changes hands', () => {
  it('is taken on by whom the lead names, and by no colleague', async () => {
    await expect(
      house.logistics.assigns(customs, 'handle', 'logistics-2', '他熟悉海关'),
    ).rejects.toMatchObject({
      status: 403,
      code: 'actor-not-permitted',
    });
    await expect(lead.assigns(customs, 'handle', 'finance-1', 'x')).rejects.toMatchObject({ status: 422 });
    await lead.assigns(customs, 'handle', 'logistics-1', '熟悉承运商');
    expect(await house.logistics.own(customs)).toMatchObject([{ key: 'handle-1-1', state: 'open' }]);
    await expect(deputy.accepts(customs)).rejects.toMatchObject(refusedBy('task-taken'));
    await house.clockReaches(monday('09:30'));
    await house.logistics.accepts(customs);
    expect(await handler()).toEqual({ department: 'logistics', memberId: 'logistics-1' });
  });

  it('is rated by those who received it, once', async () => {
    await expect(house.finance.does(customs, 'hand-off-ratings', { score: 5 })).rejects.toMatchObject(HIDDEN);
    await expect(house.agent.does(customs, 'hand-off-ratings', { score: 5 })).rejects.toMatchObject({
      status: 403,
    });
    await house.logistics.does(customs, 'hand-off-ratings', { score: 2, comment: '没有运单号' });
    await expect(lead.does(customs, 'hand-off-ratings', { score: 5 })).rejects.toMatchObject(
      refusedBy('already-rated'),
    );
    expect((await house.agent.reads(customs)).handOffRatings).toMatchObject([
      { level: 1, attempt: 1, department: 'logistics', score: 2, comment: '没有运单号', by: 'logistics-1' },
    ]);
  });

  it('is delegated to the deputy, and back into the inbox for the next shift', async () => {
    await house.clockReaches(monday('12:00'));
    await lead.assigns(customs, 'handle', 'logistics-2', '中午换班');
    expect(await handler()).toEqual({ department: 'logistics', memberId: 'logistics-2' });
    expect(await deputy.own(customs)).toMatchObject([{ key: 'handle-1-1' }]);
    expect(await house.logistics.own(customs)).toEqual([]);
    await expect(house.logistics.assigns(customs, 'handle', null, '我不做了')).rejects.toMatchObject(
      refusedBy('task-taken'),
    );

    await house.clockReaches(monday('13:00'));
    await deputy.assigns(customs, 'handle', null, '下班');
    expect(await handler()).toEqual({ department: 'logistics', memberId: null });
    expect(await house.logistics.inboxOf(customs, '&assignee=none')).toMatchObject([
      { key: 'handle-1-1', state: 'open' },
    ]);
    await house.clockReaches(monday('13:30'));
    await house.logistics.accepts(customs);
    expect(await handler()).toEqual({ department: 'logistics', memberId: 'logistics-1' });
    expect((await house.agent.reads(customs)).escalations[0].attempts).toHaveLength(1);
  });

  it('gets more time from the lead, and the customer reads why', async () => {
    expect(await clockOf('olaWork')).toMatchObject({ dueAt: monday('17:00') });
    await house.clockReaches(monday('14:30'));
    await house.logistics.does(customs, 'extensions', {
      metric: 'olaWork',
      untilAt: tuesday('12:00'),
      reason: '海关只在上午放行',
      tell: WHY,
    });
    expect((await house.told(customs)).at(-1)).toBe('accepted');
    await expect(house.logistics.does(customs, 'extensions/1/grant')).rejects.toMatchObject({ status: 403 });
    await expect(house.lead('finance').does(customs, 'extensions/1/grant')).rejects.toMatchObject(HIDDEN);
    expect(await lead.task(customs, 'extension-1')).toMatchObject({
      kind: 'approve',
      dueAt: monday('17:00'),
    });
    await lead.acts(customs, 'extension-1', 'approval', { comment: '同意' });
    expect(await clockOf('olaWork')).toMatchObject({ dueAt: tuesday('12:00'), breachedAt: null });
    expect((await house.agent.reads(customs)).extensions).toMatchObject([
      { state: 'granted', decidedBy: 'logistics-lead', comment: '同意' },
    ]);
    const { timeline } = await wangFang.page();
    expect(timeline.at(-1)).toMatchObject({
      text: expect.stringContaining('需要更多时间'),
      quotes: [{ text: WHY }],
    });
  });

  it('gets no more time where a manager says no, and the customer is not told', async () => {
    const before = (await clockOf('resolution')).dueAt;
    const told = await house.told(customs);
    await house.agent.does(customs, 'extensions', {
      metric: 'resolution',
      untilAt: friday('12:00'),
      reason: '以防万一',
      tell: '我们需要到周五。',
    });
    await expect(lead.does(customs, 'extensions/2/grant')).rejects.toMatchObject({ status: 403 });
    await house.manager.acts(customs, 'extension-2', 'rejection', { reason: '没有理由' });
    expect((await house.agent.reads(customs)).extensions[1]).toMatchObject({
      state: 'denied',
      decidedBy: 'manager-1',
      comment: '没有理由',
    });
    expect((await clockOf('resolution')).dueAt).toBe(before);
    expect(await house.told(customs)).toEqual(told);
    await expect(house.manager.does(customs, 'extensions/2/grant')).rejects.toMatchObject(
      refusedBy('extension-unknown'),
    );
  });

  it('is done within the time that was granted', async () => {
    await house.clockReaches(tuesday('11:00'));
    expect(await house.agent.reads(customs)).toMatchObject({ state: 'level1.working', level: 1, flags: [] });
    await house.logistics.resolves(customs, '已放行，周三送达。', '缺少申报单');
    await wangFang.confirms();
    expect(await clockOf('olaWork')).toMatchObject({ outcome: 'met', stoppedAt: tuesday('11:00') });
    expect(await lead.inboxOf(customs)).toEqual([]);
  });

  it('was told in Chinese, without a word of who was on shift', async () => {
    expect(await house.told(customs)).toEqual([
      'opened',
      'started',
      'messaged',
      'escalated',
      'accepted',
      'extensionGranted',
      'resolved',
      'confirmed',
    ]);
    expect(JSON.stringify(await wangFang.page())).not.toMatch(
      /换班|下班|没有运单号|海关只在|以防万一|logistics/,
    );
  });

  it('leaves nothing silent and nothing broken', async () => {
    await house.clockReaches(tuesday('13:00'));
    expect(await house.silentSteps()).toBe(0);
    expect(await house.faults()).toEqual([]);
  });
});
