/**
 * A case needs three opinions at once. The agent keeps it and asks product, logistics and finance side by side: product
 * answers, logistics says that it is not theirs, finance lets the time pass, and then its deputy answers. With what they
 * said the agent proposes a joint solution, and both who take part agree and do it. Whoever was asked sees the case;
 * for everybody else it does not exist.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CaseFile, type Customer, HIDDEN, House, monday, type Person, refusedBy } from './house.js';

let house: House;
let screen: CaseFile;
let chen: Customer;
let deputy: Person;

const consultOf = async (n: number) => (await house.agent.reads(screen)).consults[n - 1];

beforeAll(async () => {
  house = await House.opens();
  deputy = await house.deputy('finance');
});
afterAll(() => house?.closes());

describe('three departments asked at once', () => {
  it('see the case while it stays where it is, and nobody else does', async () => {
    screen = await house.agent.opens({
      subject: '螢幕右下角有裂痕',
      description: '外箱一角壓扁，打開後螢幕有裂痕。',
      expectedOutcome: '換一台新的。',
      category: 'damaged-delivery',
      channel: 'web',
      customer: { externalId: 'crm-9', name: '陳志宏', locale: 'zh-TW', timeZone: 'Asia/Taipei' },
    });
    chen = house.customer(screen);
    await house.agent.takes(screen);
    await house.agent.says(screen, '陳先生您好，我正在詢問相關部門。');
    for (const one of [house.product, house.logistics, house.finance, house.sales]) {
      await expect(one.reads(screen)).rejects.toMatchObject(HIDDEN);
    }
    await house.agent.consults(screen, 'product', '是出廠瑕疵嗎？', { blocking: true });
    await house.agent.consults(screen, 'logistics', '貨運公司賠償嗎？');
    await house.agent.consults(screen, 'finance', '可以先換後賠嗎？', { blocking: true });

    for (const [n, one] of [house.product, house.logistics, house.finance].entries()) {
      expect(await one.inboxOf(screen)).toMatchObject([
        { key: `consult-${n + 1}`, kind: 'consult', department: one.department, dueAt: monday('13:00') },
      ]);
      expect(await one.reads(screen)).toMatchObject({
        state: 'frontline.working',
        level: 0,
        owner: { id: 'agent-1' },
        handler: null,
        escalations: [],
      });
    }
    await expect(house.sales.reads(screen)).rejects.toMatchObject(HIDDEN);
    await expect(house.sales.asks(`/cases/${screen.id}/journal`)).rejects.toMatchObject(HIDDEN);
    expect((await house.sales.asks('/cases')).data).toEqual([]);
    expect(await house.sales.inboxOf(screen)).toEqual([]);
  });

  it('answer for themselves only', async () => {
    await expect(house.product.does(screen, 'consults/3/answer', { answer: '可以' })).rejects.toMatchObject({
      status: 403,
      code: 'not-in-department',
    });
    await expect(house.agent.does(screen, 'consults/1/answer', { answer: '是' })).rejects.toMatchObject({
      status: 403,
    });
    await expect(house.sales.does(screen, 'consults/1/answer', { answer: '是' })).rejects.toMatchObject(
      HIDDEN,
    );
  });

  it('answer, or decline with the reason, one after the other', async () => {
    await house.clockReaches(monday('10:00'));
    await house.product.accepts(screen, 'consult');
    await house.product.answers(screen, '不是，是運送中受損。');
    await house.clockReaches(monday('10:30'));
    await house.logistics.declines(screen, '這批貨由賣場自行出貨。');
    expect((await house.agent.reads(screen)).consults).toMatchObject([
      { outcome: 'answered', answer: '不是，是運送中受損。', answeredBy: 'product-1' },
      { outcome: 'declined', answer: '這批貨由賣場自行出貨。', answeredBy: 'logistics-1' },
      { outcome: null, answer: null },
    ]);
    await expect(house.agent.resolves(screen, '換新')).rejects.toMatchObject(refusedBy('consult-open'));
    expect(await house.logistics.reads(screen)).toMatchObject({ id: screen.id });
  });

  it('are not waited for in vain: what is late goes to the deputy', async () => {
    await house.clockReaches(monday('12:59'));
    expect(await consultOf(3)).toMatchObject({ withDeputy: false });
    await house.clockReaches(monday('13:05'));
    expect(await consultOf(3)).toMatchObject({ withDeputy: true, outcome: null });
    expect(await house.agent.reads(screen)).toMatchObject({ state: 'frontline.working', level: 0 });
    const missed = (await house.entries(screen)).findLast(({ type }) => type === 'case.breached');
    expect(missed.data).toMatchObject({
      metric: 'consult',
      attempt: 3,
      alarmed: expect.arrayContaining(['lead:finance']),
    });

    expect(await deputy.task(screen, 'consult')).toMatchObject({ key: 'consult-3', withDeputy: true });
    await house.clockReaches(monday('13:30'));
    await deputy.accepts(screen, 'consult');
    await deputy.answers(screen, '可以，先換後賠。');
    expect(await consultOf(3)).toMatchObject({ outcome: 'answered', answeredBy: 'finance-2' });
  });

  it('agree on a joint solution, and carry it out', async () => {
    await house.agent.proposes(
      screen,
      '先換新機，再向賣場求償。',
      ['product', 'finance'],
      [
        { text: '寄出新機', department: 'product' },
        { text: '向賣場求償', department: 'finance' },
      ],
    );
    await expect(house.logistics.agrees(screen, 1)).rejects.toMatchObject({
      status: 403,
      code: 'not-in-department',
    });
    await house.product.agrees(screen, 1);
    expect((await house.agent.reads(screen)).proposals[0].state).toBe('open');
    await house.lead('finance').agrees(screen, 1, '同意');
    expect((await house.agent.reads(screen)).proposals[0]).toMatchObject({
      state: 'agreed',
      voices: [
        { department: 'product', agrees: true, by: 'product-1' },
        { department: 'finance', agrees: true, by: 'finance-lead' },
      ],
    });
    await house.clockReaches(monday('15:00'));
    await house.product.completes(screen, 'action-1-1', '單號 880');
    await deputy.completes(screen, 'action-1-2', '已發函');
    await house.agent.resolves(screen, '新機已寄出，單號 880。', '運送受損');
    await chen.confirms();
    expect(await house.agent.reads(screen)).toMatchObject({
      state: 'closed',
      maxLevelReached: 0,
      proposals: [{ state: 'carriedOut' }],
    });
  });

  it('were named to the customer, in traditional Chinese, and nothing of what they said', async () => {
    expect(await house.told(screen)).toEqual([
      'opened',
      'started',
      'messaged',
      'consulted',
      'consulted',
      'consulted',
      'solutionAgreed',
      'solutionCarriedOut',
      'resolved',
      'confirmed',
    ]);
    const timeline = await chen.timeline();
    for (const [n, name] of ['產品部', '物流部', '財務部'].entries()) {
      expect(timeline[3 + n]).toContain(name);
    }
    expect(JSON.stringify(await chen.page())).not.toMatch(/求償|賣場|先換後賠|運送中受損/);
  });

  it('leave nothing silent and nothing broken', async () => {
    await house.clockReaches(monday('17:00'));
    expect(await house.silentSteps()).toBe(0);
    expect(await house.faults()).toEqual([]);
  });
});
