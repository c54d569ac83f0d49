/**
 * The demo's cases about what was promised, offered and waited for: an approval beyond the agent's limit, a promise
 * about to break, a customer who keeps asking. Pure data, like the other cases beside it.
 */
import { linShufen, ninaBrooks, wangFang } from './demo-customers.js';
import { accept, escalate, reply, say, start, type DemoCase } from './demo-steps.js';

const MINUTE_MS = 60_000;

/** Beyond an agent's and a member's own limit, and within a lead's. */
const REFUND_MINOR = 32_000;

export const COMMITMENT_CASES: readonly DemoCase[] = [
  {
    customer: wangFang,
    intake: {
      subject: '净水器接口漏水，橱柜受潮',
      description: '安装后第三天接口开始渗水，橱柜底板已经发胀，有照片。',
      expectedOutcome: '修好接口，并赔偿橱柜底板。',
      category: 'refund',
      channel: 'chat',
      orderRef: 'SO-20219',
    },
    receivedHoursAgo: 1.2,
    impact: 'medium',
    urgency: 'medium',
    steps: () => [
      start('agent-2'),
      escalate('agent-2', 'finance', {
        purpose: '确认橱柜底板的赔偿金额。',
        expectedOutcome: '批准赔偿，或说明依据。',
        evidence: ['渗水照片', '橱柜维修报价 320 元'],
      }),
      accept('finance-1'),
      {
        by: 'agent-2',
        type: 'case.proposeCompensation',
        kind: 'refund',
        amountMinor: REFUND_MINOR,
        currency: 'CNY',
        description: '赔偿橱柜底板 320 元',
        reason: '安装接口渗水，责任在我方。',
        grantedMinor: 0,
      },
    ],
  },
  {
    customer: linShufen,
    intake: {
      subject: '約好的到府維修沒有人來',
      description: '約了上午到府檢修，等到中午都沒有人來，也沒有電話。',
      expectedOutcome: '今天給我確定的時間。',
      category: 'repair',
      channel: 'phone',
      orderRef: 'SO-20133',
    },
    receivedHoursAgo: 0.5,
    impact: 'low',
    urgency: 'medium',
    steps: (now) => [
      start('agent-2'),
      say('agent-2', '林小姐您好，非常抱歉，我正在聯絡維修人員。'),
      {
        // A manager's word also stands when the house is closed, so that the demo tells this story at any hour.
        by: 'manager-1',
        type: 'case.promise',
        text: '維修人員親自致電，確認今天到府的時間。',
        promisedAt: now + 45 * MINUTE_MS,
        department: null,
        despite: true,
        openTasks: 0,
      },
    ],
  },
  {
    customer: ninaBrooks,
    intake: {
      subject: 'Replacement handpiece has not been sent',
      description: 'You agreed on Monday to send a replacement. We have two patients waiting.',
      expectedOutcome: 'A tracking number today.',
      category: 'replacement',
      channel: 'email',
      orderRef: 'SO-20377',
    },
    receivedHoursAgo: 1.6,
    impact: 'medium',
    urgency: 'medium',
    steps: () => [
      start('agent-1'),
      reply('Has it been sent?'),
      reply('Could somebody please answer?'),
      reply('I am asking for the third time now.'),
      reply('We have to cancel the appointments.'),
      reply('Is anybody there?'),
      reply('I will call your sales representative.'),
    ],
  },
];
