/**
 * The demo's customers: two languages of Chinese and English, three grades, one of them with two cases.
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
};
export const linShufen: CustomerInput = {
  externalId: 'demo-1003',
  name: '林淑芬',
  email: 'lin.shufen@example.com',
  locale: 'zh-TW',
  timeZone: 'Asia/Taipei',
  grade: 'vip',
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
};
export const chenZhihong: CustomerInput = {
  externalId: 'demo-1006',
  name: '陳志宏',
  email: 'chen.zhihong@example.com',
  locale: 'zh-TW',
  timeZone: 'Asia/Taipei',
};
