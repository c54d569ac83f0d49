// What is new in a mail, as mail programs of several houses and languages quote.
import { describe, expect, it } from '@jest/globals';
import { newWords } from '../../src/inbound/mail/new-words.js';

const NEW = 'Thank you, the blue one please.\n\nAda';

describe('the new words of a mail', () => {
  it.each([
    [
      'Gmail',
      `${NEW}\n\nOn Mon, 2 Mar 2026 at 10:00, Service <service@example.com> wrote:\n> Which colour?\n> Service`,
    ],
    [
      'Gmail, broken over two lines',
      `${NEW}\n\nOn Mon, 2 Mar 2026 at 10:00, Customer Service of Example\n<service@example.com> wrote:\n\n> Which colour?`,
    ],
    [
      'a program that quotes without signs',
      `${NEW}\n\nOn 2 March 2026, Service wrote:\nWhich colour?\nService`,
    ],
    [
      'Outlook',
      `${NEW}\n\n-----Original Message-----\nFrom: Service\nSent: Monday\nTo: Ada\nSubject: Your case\n\nWhich colour?`,
    ],
    [
      'Outlook on the web',
      `${NEW}\n\n________________________________\nFrom: Service <service@example.com>\nSent: Monday, 2 March 2026 10:00\nTo: Ada\n\nWhich colour?`,
    ],
    [
      'Outlook in Chinese',
      `${NEW}\n\n发件人: 客服 <service@example.com>\n发送时间: 2026年3月2日 10:00\n收件人: Ada\n主题: 您的个案\n\n请问要哪种颜色？`,
    ],
    [
      'Outlook in traditional Chinese',
      `${NEW}\n\n寄件者: 客服 <service@example.com>\n寄件日期: 2026年3月2日\n收件者: Ada\n主旨: 您的個案\n\n請問要哪種顏色？`,
    ],
    [
      'QQ',
      `${NEW}\n\n------------------ 原始邮件 ------------------\n发件人: "客服"<service@example.com>;\n\n请问要哪种颜色？`,
    ],
    [
      'Apple Mail in Chinese',
      `${NEW}\n\n在 2026年3月2日，10:00，客服 <service@example.com> 写道：\n\n> 请问要哪种颜色？`,
    ],
    [
      'Gmail in traditional Chinese',
      `${NEW}\n\n客服 <service@example.com> 於 2026年3月2日 週一 上午10:00寫道：\n\n> 請問要哪種顏色？`,
    ],
    ['signs alone', `${NEW}\n\n> Which colour?\n>\n> Service\n`],
    ['full-width signs', `${NEW}\n\n＞ 请问要哪种颜色？`],
  ])('are what stands above the quotation of %s', (_program, text) => {
    expect(newWords(text)).toBe(NEW);
  });

  it.each([
    ['nothing but a quotation', '> Which colour?\n> Service'],
    ['answers between the lines', '> Which colour?\nBlue.\n> Which size?\nLarge.'],
    ['answers below', 'On Mon, 2 Mar 2026, Service wrote:\n> Which colour?\n\nBlue.'],
    ['an answer below a greeting', 'Hello,\nOn Mon, 2 Mar 2026, Service wrote:\n> Which colour?\n\nBlue.'],
    ['prose that begins like a header', 'From: the first day it was broken.\nI want another one.'],
    [
      'prose that ends like an introduction',
      'On Monday I called you.\nThis is what your agent wrote: nothing.',
    ],
    ['a sign of its own', 'The price is > 100 euros\n-> far too much'],
    ['no quotation', NEW],
  ])('are all of it: %s', (_what, text) => {
    expect(newWords(text)).toBe(text);
  });

  it('are all of a mail that was forwarded: what it quotes is what it is about', () => {
    const text = 'See below.\n\n-----Original Message-----\nFrom: Shop\nSent: Monday\n\nYour order 4711.';
    expect(
      ['Fwd: order', 'Fw: order', '转发：订单', '轉寄: 訂單'].map((subject) => newWords(text, subject)),
    ).toEqual(Array(4).fill(text));
    expect(newWords(text, 'order')).toBe('See below.');
  });

  it('are found in linear time, whatever the lines look like', () => {
    const lines = ['> ', 'On ', 'From: ', '____', '发件人:', 'On x wrote', '- - -', 'a'.repeat(299)];
    const hostile = Array.from({ length: 16_000 }, (_, n) => lines[n % lines.length]).join('\n');
    const from = performance.now();
    newWords(hostile);
    newWords(`${'On '.repeat(5_000)}wrote:`);
    newWords(`x${' '.repeat(16_000)}y`);
    expect(performance.now() - from).toBeLessThan(1_000);
  });
});
