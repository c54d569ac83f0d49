/**
 * A customer was sent the wrong model. Product takes the case and proposes a solution together with sales, who object
 * because nobody asked them about the price. To the second proposal they agree; each does its part, the agent's own
 * included, everybody sees what came of it, and the customer hears of the agreement and of its end, in Chinese.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CaseFile, type Customer, HIDDEN, House, monday, refusedBy } from './house.js';

let house: House;
let purifier: CaseFile;
let wangFang: Customer;

beforeAll(async () => {
  house = await House.opens();
});
afterAll(() => house?.closes());

describe('a wrong product', () => {
  it('goes to product, who know what was meant', async () => {
    purifier = await house.agent.opens({
      subject: '收到的型号和订单不一致',
      description: '我下单的是 X200 净水器，收到的是 X100。',
      expectedOutcome: '尽快换成 X200，来回运费由你们承担。',
      category: 'wrong-product',
      channel: 'chat',
      customer: { externalId: 'crm-2', name: '王芳', locale: 'zh-CN', timeZone: 'Asia/Shanghai' },
    });
    wangFang = house.customer(purifier);
    await house.agent.takes(purifier);
    await house.agent.escalates(purifier, 'product');
    await house.clockReaches(monday('09:30'));
    await house.product.accepts(purifier);
    await house.product.says(purifier, '王女士您好，我们正在核对订单。');
    expect(await wangFang.page()).toMatchObject({
      locale: 'zh-CN',
      headline: expect.stringContaining('产品部'),
    });
  });

  it('is not settled by a proposal to which one department objects', async () => {
    await expect(house.sales.reads(purifier)).rejects.toMatchObject(HIDDEN);
    const proposed = await house.product.proposes(
      purifier,
      '换成 X200，差价由客户承担。',
      ['product', 'sales'],
      [{ text: '寄出 X200', department: 'product' }],
    );
    expect(proposed.proposals[0]).toMatchObject({
      state: 'open',
      voices: [
        { department: 'product', agrees: true, by: 'product-1' },
        { department: 'sales', agrees: null },
      ],
    });
    await expect(house.product.agrees(purifier, 1)).rejects.toMatchObject(refusedBy('unchanged'));
    await expect(house.agent.agrees(purifier, 1)).rejects.toMatchObject({ status: 403 });
    await expect(house.logistics.agrees(purifier, 1)).rejects.toMatchObject(HIDDEN);

    await house.clockReaches(monday('10:30'));
    const objected = await house.sales.objects(purifier, 1, '差价是我们答应免除的。');
    expect(objected.proposals[0]).toMatchObject({
      state: 'objected',
      voices: [{ agrees: true }, { agrees: false, by: 'sales-1', comment: '差价是我们答应免除的。' }],
    });
    await expect(house.sales.agrees(purifier, 1)).rejects.toMatchObject(refusedBy('proposal-unknown'));
    await expect(
      house.product.does(purifier, 'proposals/1/actions/1/completion', { outcome: 'x' }),
    ).rejects.toMatchObject(refusedBy('proposal-unknown'));
    expect((await house.product.inboxOf(purifier)).map(({ key }) => key)).toEqual(['handle-1-1']);
  });

  it('is settled by the second proposal, and each finds the own part in the inbox', async () => {
    await house.product.proposes(
      purifier,
      '换成 X200，免差价，取回 X100。',
      ['product', 'sales'],
      [
        { text: '寄出 X200', department: 'product', dueAt: monday('15:00') },
        { text: '免除差价', department: 'sales', dueAt: monday('14:00') },
        { text: '告知客户取件时间', department: 'frontline' },
      ],
    );
    await house.clockReaches(monday('11:00'));
    const agreed = await house.sales.agrees(purifier, 2, '可以');
    expect(agreed.proposals.map(({ state }: { state: string }) => state)).toEqual(['objected', 'agreed']);
    expect(await house.product.task(purifier, 'action-2-1')).toMatchObject({
      dueAt: monday('15:00'),
      state: 'open',
    });
    expect(await house.sales.inboxOf(purifier)).toMatchObject([{ key: 'action-2-2', department: 'sales' }]);
    expect(await house.agent.own(purifier)).toMatchObject([{ key: 'action-2-3', department: null }]);
    expect(await house.colleague.own(purifier)).toEqual([]);
  });

  it('is carried out part by part, each by whose it is', async () => {
    await expect(house.sales.completes(purifier, 'action-2-1', '寄出')).rejects.toMatchObject(HIDDEN);
    await expect(
      house.sales.does(purifier, 'proposals/2/actions/1/completion', { outcome: '寄出' }),
    ).rejects.toMatchObject({ status: 403, code: 'not-in-department' });
    await house.sales.completes(purifier, 'action-2-2', '差价已免除');
    await house.clockReaches(monday('12:00'));
    await house.agent.completes(purifier, 'action-2-3', '周三上午取件');
    expect((await house.told(purifier)).at(-1)).toBe('solutionAgreed');
    await house.clockReaches(monday('14:00'));
    const done = await house.product.completes(purifier, 'action-2-1', '单号 4711');
    expect(done.proposals[1].state).toBe('carriedOut');
    for (const one of [house.agent, house.product, house.sales, house.manager]) {
      const { proposals } = await one.reads(purifier);
      expect(proposals[1].actions).toMatchObject([
        { outcome: '单号 4711', doneBy: 'product-1', doneAt: monday('14:00') },
        { outcome: '差价已免除', doneBy: 'sales-1' },
        { outcome: '周三上午取件', doneBy: 'agent-1' },
      ]);
    }
  });

  it('ends with what was agreed, and the customer confirms it', async () => {
    await house.product.resolves(purifier, 'X200 已寄出，免差价，周三上午取回 X100。', '拣货错误');
    expect(await wangFang.page()).toMatchObject({
      stage: 'solution',
      solution: [{ text: 'X200 已寄出，免差价，周三上午取回 X100。' }],
    });
    await wangFang.confirms();
    expect(await house.agent.reads(purifier)).toMatchObject({
      state: 'closed',
      flags: [],
      maxLevelReached: 1,
    });
  });

  it('was told in Chinese, without a word of the dispute', async () => {
    expect(await house.told(purifier)).toEqual([
      'opened',
      'started',
      'escalated',
      'accepted',
      'messaged',
      'solutionAgreed',
      'solutionCarriedOut',
      'resolved',
      'confirmed',
    ]);
    expect((await wangFang.timeline()).slice(2, 7)).toEqual([
      '我们已请产品部协助处理您的服务单。',
      '产品部已签收您的服务单，并开始处理。',
      '我们给您发来一条消息。',
      '相关部门已就解决方案达成一致，正在共同落实。',
      '约定的各项措施均已落实。',
    ]);
    expect(JSON.stringify(await wangFang.page())).not.toMatch(/答应免除|拣货|销售部/);
  });

  it('leaves nothing silent and nothing broken', async () => {
    await house.clockReaches(monday('17:00'));
    expect(await house.silentSteps()).toBe(0);
    expect(await house.faults()).toEqual([]);
  });
});
