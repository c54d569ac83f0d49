/**
 * What a wording may say: each field with its meaning and with an example in each language, by which a wording is
 * tried before it is saved. No other value ever reaches a wording (domain.md §5).
 */
import type { Locale } from '../domain/policies.js';

interface Field {
  readonly about: string;
  readonly example: string | Readonly<Record<Locale, string>>;
}

const inAll = (en: string, zhCN: string, zhTW: string): Readonly<Record<Locale, string>> => ({
  en,
  'zh-CN': zhCN,
  'zh-TW': zhTW,
});

export const TEMPLATE_FIELDS = {
  number: { about: 'Number of the case.', example: 'C-7K3Q-F9XM' },
  subject: {
    about: 'What the customer wrote to us about.',
    example: inAll('Parcel has not arrived', '包裹没有收到', '包裹沒有收到'),
  },
  customerName: { about: 'The customer.', example: inAll('Ada Lovelace', '王芳', '林淑芬') },
  department: {
    about: 'Public name of the department that this update names.',
    example: inAll('Logistics', '物流部', '物流部'),
  },
  owner: { about: 'Who stays the customer’s contact.', example: inAll('Mei', '陈静', '陳靜') },
  at: {
    about: 'The day and hour of this update: until when to answer, to confirm, to wait.',
    example: inAll(
      'Friday, 6 November 2026, 08:00 (Central European Time)',
      '2026年11月6日星期五 15:00（中国标准时间）',
      '2026年11月6日星期五 15:00（台北標準時間）',
    ),
  },
  hearBy: {
    about: 'By when the customer hears from us again.',
    example: inAll(
      'Monday, 9 November 2026, 17:00 (Central European Time)',
      '2026年11月9日星期一 17:00（中国标准时间）',
      '2026年11月9日星期一 17:00（台北標準時間）',
    ),
  },
  statusUrl: { about: 'The customer’s link to the case.', example: 'https://help.example.com/s/AbCdEf' },
  happened: {
    about: 'The built-in words for what happened.',
    example: inAll('We have a question for you.', '我们有一个问题需要向您确认。', '我們有個問題想請您確認。'),
  },
  next: {
    about: 'The built-in words for what comes next.',
    example: inAll('We go on where we stopped.', '我们会立即继续处理。', '我們會立刻繼續處理。'),
  },
  needed: {
    about: 'The built-in words for what we need.',
    example: inAll('Please answer our question.', '请您答复我们的问题。', '請您回覆我們的問題。'),
  },
  question: { about: 'Our question.', example: inAll('Which address?', '寄到哪个地址？', '寄到哪個地址？') },
  message: {
    about: 'Our message.',
    example: inAll('We have called the carrier.', '已联系快递。', '已聯絡快遞。'),
  },
  solution: {
    about: 'Our solution or decision.',
    example: inAll('The parcel arrives on Friday.', '包裹周五送达。', '包裹週五送達。'),
  },
  reasons: {
    about: 'The reasons of a decision.',
    example: inAll('The return window has ended.', '已过退货期限。', '已過退貨期限。'),
  },
  promise: {
    about: 'What we promised.',
    example: inAll('A courier picks it up.', '快递上门取件。', '快遞到府取件。'),
  },
  compensation: { about: 'What we give in compensation.', example: inAll('A voucher', '代金券', '折價券') },
  amount: { about: 'Its amount.', example: '€12.50' },
  why: { about: 'Why it takes longer.', example: inAll('A part is missing.', '缺少配件。', '缺少零件。') },
  otherNumber: { about: 'Number of the case into which this one was merged.', example: 'C-9ABC-DEFG' },
} as const satisfies Record<string, Field>;

export type TemplateField = keyof typeof TEMPLATE_FIELDS;

/** A value for every field. */
export function exampleValues(locale: Locale): Record<TemplateField, string> {
  const entries = Object.entries(TEMPLATE_FIELDS).map(([name, { example }]) => [
    name,
    typeof example === 'string' ? example : example[locale],
  ]);
  return Object.fromEntries(entries) as Record<TemplateField, string>;
}
