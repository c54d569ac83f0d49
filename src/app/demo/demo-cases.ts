/**
 * The demo's cases as a script: what the customers want, and what happened to each case since. Pure data;
 * `seed-cases.ts` plays it through the engine, so a demo case is a case like any other: left alone, it breaches and
 * climbs. Each was received so recently that it still stands where its script leaves it.
 */
import { chenZhihong, dentalPractice, emily, linShufen, wangFang, zhaoLei } from './demo-customers.js';
import { COMMITMENT_CASES } from './demo-commitments.js';
import { CHECKED_ADDRESS, CHECKED_TRACKING } from './demo-organisation.js';
import {
  accept,
  consult,
  CUSTOMER,
  escalate,
  misrouted,
  reply,
  say,
  start,
  type DemoCase,
} from './demo-steps.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export const DEMO_CASES: readonly DemoCase[] = [
  {
    customer: emily,
    intake: {
      subject: 'Parcel shown as delivered, but nothing arrived',
      description:
        'Tracking says my coffee machine was delivered on Tuesday. Nobody rang and no neighbour has it.',
      expectedOutcome: 'The machine by Saturday, it is a birthday present.',
      category: 'late-delivery',
      channel: 'email',
      orderRef: 'SO-20418',
    },
    receivedHoursAgo: 0.4,
    impact: 'low',
    urgency: 'high',
    steps: (now) => [
      start('agent-1'),
      escalate('agent-1', 'logistics', {
        purpose: 'Find out where the parcel really is.',
        expectedOutcome: 'Delivery or replacement before Saturday.',
        evidence: ['Tracking page, marked delivered Tuesday 10:42', 'Photo of the empty porch'],
        checked: [CHECKED_TRACKING, CHECKED_ADDRESS],
      }),
      accept('logistics-1'),
      say(
        'logistics-1',
        'I have asked the driver where he left your parcel and expect his answer this afternoon.',
      ),
      {
        by: 'logistics-1',
        type: 'case.hold',
        reason: 'The carrier is tracing it.',
        reviewAt: now + 8 * HOUR_MS,
      },
      consult(
        'logistics-1',
        'finance',
        'If the carrier cannot find it: may we replace the machine before the insurance pays?',
      ),
    ],
  },
  {
    customer: wangFang,
    intake: {
      subject: '收到的型号和订单不一致',
      description: '我下单的是 X200 净水器，收到的箱子上写的是 X100，还没有拆封。',
      expectedOutcome: '尽快换成 X200，来回运费由你们承担。',
      category: 'wrong-product',
      channel: 'chat',
      orderRef: 'SO-20455',
    },
    receivedHoursAgo: 1.5,
    impact: 'medium',
    urgency: 'medium',
    steps: (now) => [
      start('agent-2'),
      say('agent-2', '王女士您好，我已核对订单，正在为您安排换货，今天内给您答复。'),
      {
        by: 'agent-2',
        type: 'case.proposeSolution',
        text: '先发出 X200，再上门取回 X100，来回运费由我们承担。',
        departments: ['logistics', 'finance'],
        actions: [
          { text: '发出 X200', department: 'logistics', dueAt: now + DAY_MS },
          { text: '承担来回运费', department: 'finance', dueAt: now + 3 * DAY_MS },
          { text: '告知客户取件时间', department: 'frontline', dueAt: null },
        ],
      },
      { by: 'logistics-1', type: 'case.agreeToSolution', n: 1, comment: '仓库有货，明早可以发出。' },
    ],
  },
  {
    customer: linShufen,
    intake: {
      subject: '信用卡重複扣款',
      description: '同一筆訂單被扣了兩次，各 NT$6,480，帳單上看得到兩筆。',
      expectedOutcome: '退回多扣的一筆，並書面說明原因。',
      category: 'refund',
      channel: 'phone',
      orderRef: 'SO-20391',
    },
    receivedHoursAgo: 3,
    impact: 'medium',
    urgency: 'medium',
    steps: (now) => [
      start('agent-2'),
      escalate('agent-2', 'finance', {
        purpose: '確認是否重複請款。',
        expectedOutcome: '退款並告知入帳日期。',
        evidence: ['信用卡帳單截圖', '訂單付款紀錄'],
      }),
      accept('finance-1'),
      {
        by: 'finance-1',
        type: 'case.ask',
        question: '請提供信用卡末四碼與兩筆扣款的日期，我們才能向銀行調閱。',
        waitUntilAt: now + 5 * DAY_MS,
      },
    ],
  },
  {
    customer: zhaoLei,
    intake: {
      subject: '充电宝充电时发烫并鼓包',
      description: '昨晚充电二十分钟后外壳烫手，今早发现已经鼓包，担心起火。',
      expectedOutcome: '安全回收、全额退款，并说明这一批是否有问题。',
      category: 'safety',
      channel: 'phone',
      orderRef: 'SO-20277',
    },
    receivedHoursAgo: 0.2,
    impact: 'high',
    urgency: 'high',
    steps: () => [
      start('agent-2'),
      {
        by: 'agent-2',
        type: 'case.flag',
        flag: 'reputationRisk',
        on: true,
        reason: '客户提到要在网上发视频',
      },
      escalate('agent-2', 'logistics', {
        purpose: '安排危险品上门回收。',
        expectedOutcome: '今天内安全取走。',
        evidence: ['鼓包照片', '序列号 PB-77120'],
      }),
      accept('logistics-1'),
      say('logistics-1', '赵先生，请先停止使用并远离易燃物，专人今天下午上门回收。'),
      escalate('logistics-1', 'product', {
        purpose: '判断这一批次是否存在安全隐患。',
        expectedOutcome: '批次结论和退款决定。',
        evidence: ['回收单 RC-5521', '同批次已有两起投诉'],
        reason: '物流只能回收，批次问题要由产品部判断。',
      }),
      accept('product-1'),
    ],
  },
  {
    customer: dentalPractice,
    intake: {
      subject: 'Invoice shows the wrong VAT number',
      description:
        'Invoice 2291 carries our old VAT number. Our accountant cannot book it before the end of the month.',
      expectedOutcome: 'A corrected invoice as PDF by Friday.',
      category: 'invoice',
      channel: 'web',
      orderRef: 'INV-2291',
    },
    receivedHoursAgo: 1,
    impact: 'low',
    urgency: 'medium',
    steps: () => [
      start('agent-1'),
      escalate('agent-1', 'finance', {
        purpose: 'Reissue invoice 2291 with the new VAT number.',
        expectedOutcome: 'Corrected PDF sent to the practice by Friday.',
        evidence: ['Invoice 2291', 'VAT certificate of the practice'],
      }),
    ],
  },
  {
    customer: dentalPractice,
    intake: {
      subject: 'Promised volume discount is missing',
      description:
        'Your sales representative promised 8 % from ten chairs on. We ordered twelve and paid the full price.',
      expectedOutcome: 'The difference credited to our account.',
      category: 'pricing',
      channel: 'email',
      orderRef: 'SO-20140',
    },
    receivedHoursAgo: 1.8,
    impact: 'medium',
    urgency: 'low',
    steps: () => [
      start('agent-1'),
      escalate('agent-1', 'sales', {
        purpose: 'Confirm what was promised to the practice.',
        expectedOutcome: 'Credit note over 8 %, or the reason why not.',
        evidence: ['E-mail of the representative with the offer'],
      }),
      accept('sales-2'),
      {
        by: 'sales-2',
        type: 'case.resolve',
        solution: 'The offer stands. A credit note over 8 % of order SO-20140 is on its way to you.',
        rootCause: 'The discount was agreed by e-mail and never entered with the order.',
      },
    ],
  },
  {
    customer: chenZhihong,
    intake: {
      subject: '包裹外箱破損，螢幕有裂痕',
      description: '外箱一角壓扁，打開後螢幕右下角有裂痕，已拍照。',
      expectedOutcome: '換一台新的，不接受維修品。',
      category: 'damaged-delivery',
      channel: 'web',
      orderRef: 'SO-20402',
    },
    receivedHoursAgo: 1.5,
    impact: 'medium',
    urgency: 'medium',
    steps: () => [
      start('agent-1'),
      escalate('agent-1', 'logistics', {
        purpose: '向貨運公司求償並安排換貨。',
        expectedOutcome: '三日內換新機。',
        evidence: ['外箱照片', '螢幕照片'],
      }),
      accept('logistics-2'),
      {
        by: 'logistics-2',
        type: 'case.return',
        reason: 'missingInfo',
        suggestion: null,
        missingFields: ['serialNumber'],
        comment: '沒有序號，貨運公司不受理。',
      },
    ],
  },
  {
    customer: wangFang,
    intake: {
      subject: '滤芯用了两周就有异味',
      description: '按说明书更换的原装滤芯，两周后水有明显异味。',
      expectedOutcome: '检测水质，更换滤芯或退款。',
      category: 'quality',
      channel: 'chat',
      orderRef: 'SO-19870',
    },
    receivedHoursAgo: 20,
    impact: 'medium',
    urgency: 'medium',
    steps: () => [
      start('agent-2'),
      escalate('agent-2', 'product', {
        purpose: '判断滤芯是否有质量问题。',
        expectedOutcome: '检测结论。',
        evidence: ['滤芯批号 F-3391'],
      }),
      accept('product-2'),
      escalate('product-2', 'finance', {
        purpose: '为客户办理退款。',
        expectedOutcome: '退款到账。',
        evidence: ['检测报告 QR-118'],
        reason: '检测确认滤芯不合格，需要财务退款。',
      }),
      accept('finance-1'),
      {
        by: 'manager-1',
        type: 'case.decide',
        decision: 'grant',
        solution: '全额退款，并免费寄送两支新批次滤芯。',
        reasons: '检测确认该批次滤芯不合格。',
      },
      { by: CUSTOMER, type: 'case.confirm', comment: '已收到退款和新滤芯，谢谢。' },
      { by: CUSTOMER, type: 'case.rate', score: 2, recommend: 4, comment: '结果可以，但是来回解释了三遍。' },
    ],
  },
  {
    customer: zhaoLei,
    intake: {
      subject: '退货运费到底由谁承担',
      description: '销售说包邮退货，仓库又要我先付 68 元运费，互相推。',
      expectedOutcome: '给一个明确说法，退还我垫付的 68 元。',
      category: 'returns',
      channel: 'phone',
      orderRef: 'SO-20301',
    },
    receivedHoursAgo: 3,
    impact: 'low',
    urgency: 'medium',
    steps: () => [
      start('agent-2'),
      escalate('agent-2', 'logistics', {
        purpose: '确认退货运费的承担方。',
        expectedOutcome: '退还 68 元，或说明依据。',
        evidence: ['付款截图 68 元', '与销售的聊天记录'],
      }),
      misrouted('logistics-lead', 'sales', '包邮是销售承诺的，不归物流。'),
      escalate('agent-2', 'sales', {
        purpose: '核实包邮退货的承诺。',
        expectedOutcome: '退还 68 元，或说明依据。',
        evidence: ['与销售的聊天记录'],
      }),
      misrouted('sales-lead', 'logistics', '运费由物流结算，不归销售。'),
    ],
  },
  {
    customer: emily,
    intake: {
      subject: 'Gift card code is rejected at the till',
      description: 'The code on my 50 pound gift card was refused twice in your shop in Camden.',
      expectedOutcome: 'A working code by e-mail.',
      category: 'gift-card',
      channel: 'web',
      orderRef: null,
    },
    receivedHoursAgo: 0.5,
    impact: 'low',
    urgency: 'low',
    steps: () => [reply('I have found the receipt, the card was bought on 3 March.')],
  },
  ...COMMITMENT_CASES,
];
