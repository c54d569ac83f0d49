/**
 * A power bank swells. The playbook of safety cases allows level 2 at once, so product has it within the minute, and
 * the customer's mail does not wait for company as others do. From there no way leads further up: not by asking, not by
 * asking again elsewhere, not by time, not after a return, a hand-back, a rejected solution or a reopening. What level 2
 * cannot do, a manager decides.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type MailSink, startMailSink } from '../delivery/mail/smtp-sink.js';
import { type CaseFile, type Customer, House, monday, refusedBy } from './house.js';

let house: House;
let mails: MailSink;
let battery: CaseFile;
let zhaoLei: Customer;

const NO_THIRD = refusedBy('escalation-limit-reached');

/** How the mails of a case stand: of each step that was told, in order. */
async function mailsOf(file: CaseFile): Promise<string[]> {
  const { data } = await house.manager.asks(`/cases/${file.id}/ledger?limit=100`);
  return data.flatMap(({ covered }: { covered: { channel: string; status: string }[] }) =>
    covered.filter(({ channel }) => channel === 'email').map(({ status }) => status),
  );
}

/** Everybody who might ask for a third level, for each level that might be asked for. */
async function nobodyClimbs(file: CaseFile): Promise<void> {
  for (const one of [house.agent, house.product, house.lead('product'), house.manager, house.admin]) {
    for (const ask of [{}, { toLevel: 1 }, { toLevel: 2 }, { toLevel: 3 }]) {
      await expect(one.escalates(file, 'sales', { ...ask, reason: 'x' })).rejects.toMatchObject(NO_THIRD);
    }
  }
}

beforeAll(async () => {
  mails = await startMailSink();
  house = await House.opens({ SMTP_URL: mails.url, MAIL_FROM: 'Shop <service@shop.example>' });
  await house.publishes('playbooks/safety', {
    directLevel2: true,
    route: { level1: 'logistics', level2: 'product' },
  });
});
afterAll(async () => {
  await house?.closes();
  await mails?.close();
});

describe('an emergency', () => {
  it('goes straight to level 2, where the playbook allows it and nowhere else', async () => {
    battery = await house.agent.opens({
      subject: '充电宝充电时发烫并鼓包',
      description: '昨晚充电二十分钟后外壳烫手，今早发现已经鼓包。',
      expectedOutcome: '安全回收、全额退款。',
      category: 'safety',
      impact: 'high',
      urgency: 'high',
      customer: {
        externalId: 'crm-6',
        name: '赵磊',
        email: 'zhao.lei@example.com',
        locale: 'zh-CN',
        timeZone: 'Asia/Shanghai',
      },
    });
    zhaoLei = house.customer(battery);
    await house.agent.takes(battery);
    await expect(house.agent.escalates(battery, 'product', { toLevel: 3 })).rejects.toMatchObject({
      status: 409,
    });
    const climbed = await house.agent.escalates(battery, 'product', { toLevel: 2 });
    expect(climbed).toMatchObject({ priority: 'P1', state: 'level2.dispatched', level: 2 });
    expect(climbed.escalations.map(({ level }: { level: number }) => level)).toEqual([2]);

    const everyday = await house.agent.opens({
      subject: 'Parcel is late',
      description: 'It is late.',
      expectedOutcome: 'The parcel.',
      customer: { externalId: 'crm-7', name: 'Emily', email: 'emily@example.com', locale: 'en' },
    });
    await expect(house.agent.escalates(everyday, 'product', { toLevel: 2 })).rejects.toMatchObject(
      refusedBy('direct-level2-not-allowed'),
    );
    // No time passes: what is due is sent.
    await house.clockReaches(monday('09:00'));
    expect(await mailsOf(everyday)).toEqual(['pending']);
    const sent = await mailsOf(battery);
    expect(sent).toHaveLength(3);
    expect(sent.filter((status) => status !== 'delivered' && status !== 'covered')).toEqual([]);
    const received = mails.received.filter(({ recipients }) => recipients.includes('zhao.lei@example.com'));
    expect(received.map(({ mail }) => mail.text).join()).toContain('产品部');
  });

  it('climbs no further while product has it, whoever asks', async () => {
    await nobodyClimbs(battery);
    await house.clockReaches(monday('09:10'));
    await house.product.accepts(battery);
    await house.product.says(battery, '请先停止使用并远离易燃物，专人今天上门回收。');
    await nobodyClimbs(battery);
    await house.product.asksCustomer(battery, '请提供序列号');
    await nobodyClimbs(battery);
    await zhaoLei.writes('PB-77120');
    await house.product.does(battery, 'holds', { reason: '实验室检测', reviewAt: monday('16:00') });
    await nobodyClimbs(battery);
    await house.product.does(battery, 'holds/release', { reason: '有结果' });
  });

  it('climbs no further by a return or a hand-back: the levels that were used are all there are', async () => {
    await house.clockReaches(monday('09:20'));
    await house.product.returns(battery, 'missingInfo', { missingFields: ['serialNumber'] });
    const again = await house.agent.escalates(battery, 'product', { fields: { serialNumber: 'PB-77120' } });
    expect(again).toMatchObject({ level: 2, escalations: [{ level: 2, attempts: [{ n: 1 }, { n: 2 }] }] });
    await nobodyClimbs(battery);
    await house.product.accepts(battery);
    const handedBack = await house.product.does(battery, 'hand-backs', {
      decision: '上门回收',
      department: 'logistics',
    });
    expect(handedBack).toMatchObject({ state: 'level1.working', level: 1, maxLevelReached: 2 });
    await house.logistics.escalates(battery, 'product', { reason: '回收时冒烟' });
    const { escalations } = await house.agent.reads(battery);
    expect(escalations.map(({ level }: { level: number }) => level)).toEqual([1, 2]);
    await nobodyClimbs(battery);
  });

  it('climbs no further by time: a manager is called to decide, and the customer hears of the delay', async () => {
    const before = await house.told(battery);
    await house.clockReaches(monday('13:30'));
    expect(await house.agent.reads(battery)).toMatchObject({
      level: 2,
      handler: { department: 'product' },
      flags: expect.arrayContaining(['attention', 'breached', 'finalDecisionRequired']),
    });
    const since = (await house.told(battery)).slice(before.length);
    expect(since).toContain('delayed');
    expect(since).toContain('stillWorking');
    expect(since).not.toContain('breachEscalated');
    await nobodyClimbs(battery);
  });

  it('climbs no further after the solution was rejected, or the case reopened', async () => {
    await house.manager.decides(battery, 'grant', '全额退款，今天下午上门回收。', '该批次存在缺陷。');
    await zhaoLei.does('rejection', { reason: '还没有人来' });
    expect(await house.agent.reads(battery)).toMatchObject({ level: 2, cycle: 1 });
    await nobodyClimbs(battery);
    await house.manager.decides(battery, 'grant', '全额退款，三点前回收。', '该批次存在缺陷。');
    await zhaoLei.confirms();
    await house.clockReaches(monday('16:00'));
    await zhaoLei.does('reopening', { reason: '退款没有到账' });
    expect(await house.agent.reads(battery)).toMatchObject({
      level: 2,
      cycle: 2,
      state: 'level2.dispatched',
    });
    await nobodyClimbs(battery);
    await house.product.accepts(battery);
    await house.product.resolves(battery, '退款已到账。', '银行延迟');
    await zhaoLei.confirms();
  });

  it('never was above level 2, nor at one level twice', async () => {
    const levels = (await house.entries(battery)).map(({ level }) => level);
    expect(Math.max(...levels)).toBe(2);
    const { escalations, state } = await house.agent.reads(battery);
    expect([state, escalations.map(({ level }: { level: number }) => level)]).toEqual(['closed', [1, 2]]);
  });

  it('was told at each step, in Chinese, on the page and by mail', async () => {
    const told = await house.told(battery);
    expect(told.filter((key) => key !== 'stillWorking')).toEqual([
      'opened',
      'started',
      'escalated',
      'accepted',
      'messaged',
      'questionAsked',
      'replied',
      'held',
      'released',
      'returned',
      'escalated',
      'accepted',
      'handedBack',
      'escalated',
      // Nobody took it on, nobody was done in time, and the solution itself is late.
      'delayed',
      'delayed',
      'delayed',
      'decided.grant',
      'rejected',
      'decided.grant',
      'confirmed',
      'reopened',
      'accepted',
      'resolved',
      'confirmed',
    ]);
    expect((await zhaoLei.timeline()).filter((text) => !/\p{Script=Han}/u.test(text))).toEqual([]);
    await house.clockReaches(monday('16:00'));
    const statuses = await mailsOf(battery);
    expect(statuses).toHaveLength(told.length);
    expect(statuses.filter((status) => status !== 'delivered' && status !== 'covered')).toEqual([]);
  });

  it('leaves nothing silent and nothing broken', async () => {
    await house.clockReaches(monday('17:30'));
    expect(await house.silentSteps()).toBe(0);
    expect(await house.faults()).toEqual([]);
  });
});
