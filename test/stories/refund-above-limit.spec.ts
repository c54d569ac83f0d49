/**
 * An agent wants to give back more than agents may. The approval goes to the one who may: the lead of the department
 * that has the case, and beyond the lead a manager; nobody approves their own beyond their own limit, and beyond
 * everybody's limit nothing is even proposed. What was approved is paid once, and a case in which money was paid can no
 * longer be withdrawn. Over all cases of one customer no more than the cap is granted; what others got is shown before.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CaseFile, type Customer, HIDDEN, House, monday, refusedBy } from './house.js';

const LIN = { externalId: 'crm-3', name: '林淑芬', locale: 'zh-TW', timeZone: 'Asia/Taipei' };

let house: House;
let card: CaseFile;
let second: CaseFile;
let linShufen: Customer;

const opens = (subject: string, customer: object): Promise<CaseFile> =>
  house.agent.opens({
    subject,
    description: '同一筆訂單被扣了兩次。',
    expectedOutcome: '退回多扣的一筆。',
    category: 'refund',
    customer,
  });

beforeAll(async () => {
  house = await House.opens();
  for (const [n, amount] of ['20', '30', '46'].entries()) {
    const earlier = await opens('Charged twice', { externalId: `crm-other-${n}`, name: 'Another' });
    await house.agent.offers(earlier, amount, 'The difference', 'Our mistake');
  }
});
afterAll(() => house?.closes());

describe('a refund above the limit', () => {
  it('is considered beside what others got', async () => {
    card = await opens('信用卡重複扣款', LIN);
    linShufen = house.customer(card);
    await house.agent.takes(card);
    await house.agent.escalates(card, 'finance');
    await house.finance.accepts(card);
    expect(await house.agent.asks(`/cases/${card.id}/compensations/hint`)).toMatchObject({
      currency: 'CNY',
      min: '20.00',
      median: '30.00',
      max: '46.00',
    });
    await expect(house.sales.asks(`/cases/${card.id}/compensations/hint`)).rejects.toMatchObject(HIDDEN);
  });

  it('goes to the lead of the department, and nobody else may approve it', async () => {
    const offered = await house.agent.offers(card, '320.00', '退回多扣的一筆', '系統重複請款');
    expect(offered.compensations[0]).toMatchObject({
      state: 'proposed',
      approverRole: 'lead',
      approverDepartment: 'finance',
      authority: null,
    });
    expect((await linShufen.page()).compensations).toEqual([]);
    await expect(house.agent.approves(card, 1)).rejects.toMatchObject(refusedBy('own-proposal'));
    await expect(house.colleague.approves(card, 1)).rejects.toMatchObject(refusedBy('beyond-authority'));
    await expect(house.finance.approves(card, 1)).rejects.toMatchObject(refusedBy('beyond-authority'));
    await expect(house.lead('logistics').approves(card, 1)).rejects.toMatchObject(HIDDEN);
    await expect(house.finance.resolves(card, '已退款')).rejects.toMatchObject(
      refusedBy('compensation-open'),
    );
    await expect(house.agent.pays(card, 1, 'pay-0')).rejects.toMatchObject(refusedBy('compensation-unknown'));

    expect(await house.lead('finance').task(card, 'approve')).toMatchObject({
      key: 'approve-1',
      department: 'finance',
      withDeputy: false,
    });
    await house.clockReaches(monday('10:00'));
    const approved = await house.lead('finance').acts(card, 'approve', 'approval', { comment: '屬實' });
    expect(approved.compensations[0]).toMatchObject({
      state: 'approved',
      decidedBy: 'finance-lead',
      authority: { role: 'lead', limit: '500.00', cap: '5000.00', grantedBefore: '0.00' },
    });
    expect((await linShufen.page()).compensations).toMatchObject([
      { description: '退回多扣的一筆', amountMinor: 32_000, currency: 'CNY', state: 'approved' },
    ]);
  });

  it('goes to a manager where a lead proposes beyond the own limit', async () => {
    const lead = house.lead('finance');
    const offered = await lead.offers(card, '600.00', '補償利息', '延誤三週');
    expect(offered.compensations[1]).toMatchObject({ state: 'proposed', approverRole: 'manager' });
    await expect(lead.approves(card, 2)).rejects.toMatchObject(refusedBy('own-proposal'));
    await expect(house.agent.approves(card, 2)).rejects.toMatchObject(refusedBy('beyond-authority'));
    expect((await lead.inboxOf(card)).map(({ key }) => key)).toEqual(['handle-1-1']);
    const rejected = await house.manager.acts(card, 'approve', 'rejection', { reason: '利息由銀行退回' });
    expect(rejected.compensations[1]).toMatchObject({ state: 'rejected', decidedBy: 'manager-1' });
  });

  it('is not even proposed beyond everybody', async () => {
    for (const one of [house.agent, house.lead('finance'), house.manager]) {
      await expect(one.offers(card, '5000.01', 'x', 'x')).rejects.toMatchObject(
        refusedBy('beyond-authority'),
      );
    }
  });

  it('is paid once', async () => {
    await house.clockReaches(monday('11:00'));
    const paid = await house.finance.pays(card, 1, 'pay-1');
    expect(paid.compensations[0]).toMatchObject({
      state: 'executed',
      reference: 'pay-1',
      executedAt: monday('11:00'),
    });
    await expect(house.finance.pays(card, 1, 'pay-2')).rejects.toMatchObject(
      refusedBy('compensation-unknown'),
    );
    expect((await house.agent.reads(card)).compensations[0].reference).toBe('pay-1');
  });

  it('cannot be taken by withdrawing, or merging, the case afterwards', async () => {
    await expect(house.agent.does(card, 'withdrawals', { reason: '不需要了' })).rejects.toMatchObject(
      refusedBy('compensation-paid'),
    );
    await expect(linShufen.withdraws('不需要了')).rejects.toMatchObject({ status: 409 });
    expect((await linShufen.page()).allowed).not.toContain('withdrawal');
    second = await opens('又被扣了一次', LIN);
    await expect(
      house.agent.does(card, 'merges', { primaryCaseId: second.id, reason: '同一件事' }),
    ).rejects.toMatchObject(refusedBy('compensation-paid'));
  });

  it('counts against the cap of the customer in every other case', async () => {
    await expect(house.manager.offers(second, '4680.01', '退款', '重複')).rejects.toMatchObject(
      refusedBy('customer-cap-reached'),
    );
    const granted = await house.manager.offers(second, '4680.00', '退款', '重複');
    expect(granted.compensations[0]).toMatchObject({
      state: 'approved',
      authority: { role: 'manager', grantedBefore: '320.00' },
    });
    await expect(house.agent.offers(card, '0.01', '一分錢', 'x')).rejects.toMatchObject(
      refusedBy('customer-cap-reached'),
    );
    const { customer } = await house.agent.reads(card);
    expect((await house.agent.asks(`/customers/${customer.id}`)).compensations.sums).toEqual([
      { currency: 'CNY', paidMinor: 32_000, owedMinor: 468_000 },
    ]);
  });

  it('is part of the solution, and was told when it was granted and when it was paid', async () => {
    await house.finance.does(card, 'resolutions', {
      solution: '已退款',
      rootCause: '重複請款',
      compensationId: 1,
    });
    await linShufen.confirms();
    expect(await house.told(card)).toEqual([
      'opened',
      'started',
      'escalated',
      'accepted',
      'compensationApproved',
      'compensationExecuted',
      'resolved',
      'confirmed',
    ]);
    expect((await linShufen.timeline()).slice(4, 6)).toEqual([
      expect.stringMatching(/核准.*320/),
      expect.stringMatching(/320/),
    ]);
    expect(JSON.stringify(await linShufen.page())).not.toMatch(/系統重複請款|pay-1|利息|finance-lead/);
    expect(await house.told(second)).toEqual(['opened', 'compensationApproved']);
  });

  it('leaves nothing silent and nothing broken', async () => {
    await house.clockReaches(monday('13:00'));
    expect(await house.silentSteps()).toBe(0);
    expect(await house.faults()).toEqual([]);
  });
});
