/**
 * The demo's customers: two languages of Chinese and English, three grades, two people of one account, and one who came
 * under two addresses.
 */
import type { CustomerInput } from '../../directory/customers.js';

export const emily: CustomerInput = {
  externalId: 'demo-1001',
  name: 'Emily Parker',
  email: 'emily.parker@example.com',
  phone: '+44 20 7946 0101',
  locale: 'en',
  timeZone: 'Europe/London',
  grade: 'key',
};
export const wangFang: CustomerInput = {
  externalId: 'demo-1002',
  name: '王芳',
  email: 'wang.fang@example.com',
  phone: '+86 138 0000 0002',
  locale: 'zh-CN',
  timeZone: 'Asia/Shanghai',
  preferences: { optOut: ['sms'] },
};
export const linShufen: CustomerInput = {
  externalId: 'demo-1003',
  name: '林淑芬',
  email: 'lin.shufen@example.com',
  locale: 'zh-TW',
  timeZone: 'Asia/Taipei',
  grade: 'vip',
  preferences: { quietHours: { from: '22:00', to: '08:00' } },
};
export const zhaoLei: CustomerInput = {
  externalId: 'demo-1004',
  name: '赵磊',
  email: 'zhao.lei@example.com',
  locale: 'zh-CN',
  timeZone: 'Asia/Shanghai',
};
export const dentalPractice: CustomerInput = {
  externalId: 'demo-1005',
  name: 'Harbour Lane Dental Practice',
  email: 'office@harbourlane.example.com',
  locale: 'en',
  timeZone: 'America/New_York',
  grade: 'key',
  account: 'Harbour Lane Dental',
};
/** Of the same practice, and with the same address: a duplicate to be looked at, or not. */
export const ninaBrooks: CustomerInput = {
  externalId: 'demo-1007',
  name: 'Nina Brooks',
  email: 'office@harbourlane.example.com',
  phone: '+1 212 555 0107',
  locale: 'en',
  timeZone: 'America/New_York',
  account: 'Harbour Lane Dental',
};
export const chenZhihong: CustomerInput = {
  externalId: 'demo-1006',
  name: '陳志宏',
  email: 'chen.zhihong@example.com',
  locale: 'zh-TW',
  timeZone: 'Asia/Taipei',
};
