import { describe, expect, it } from '@jest/globals';
import { composeMail } from '../../../src/delivery/mail/compose-mail.js';
import type { Outgoing } from '../../../src/delivery/outbound/channel.js';
import { BUILT_IN_ONLY, type EditedTexts } from '../../../src/delivery/templates/edited-texts.js';
import { UPDATE_RULES } from '../../../src/delivery/update-rules.js';
import { LOCALES } from '../../../src/domain/policies.js';
import { UPDATE_KEYS } from '../../../src/domain/progress-update.js';
import { START_AT } from '../story.js';
import { NUMBER, outgoing, PARAMS, STATUS_URL, update } from './outgoing.js';

const SENDER = { name: 'Customer Service', address: 'service@shop.example' };
const composed = (message: Outgoing, editedTexts: EditedTexts = BUILT_IN_ONLY) =>
  composeMail(message, 'ada@example.com', SENDER, editedTexts);
/** What a person reads of a page: its text without tags, entities read, in one line. */
const textOf = (html: string) =>
  html
    .replace(/<style.*?<\/style>|<!--.*?-->/gs, '')
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ');

describe.each(LOCALES)('a mail in %s', (locale) => {
  it.each(UPDATE_KEYS)(`tells of %s in plain text as agreed (${locale})`, (key) => {
    const mail = composed(outgoing([update(key)], { locale }));
    expect(`Subject: ${mail.subject}\n\n${mail.text}`).toMatchSnapshot();
  });

  it(`says in HTML what it says in plain text, whatever the update (${locale})`, () => {
    for (const key of UPDATE_KEYS) {
      const { text, html } = composed(outgoing([update(key)], { locale }));
      const read = textOf(html);
      const said = text.replace(/^(> ?|-- $)/gm, '').split('\n');
      const sentences = said
        .flatMap((line) => line.split(/: |：/))
        .map((line) => line.trim().replace(/:$/, ''))
        .filter((line) => !line.startsWith('https://'));
      expect([key, sentences.filter((line) => line.length > 1 && !read.includes(line))]).toEqual([key, []]);
    }
  });

  it(`names its language, its link and when they hear again (${locale})`, () => {
    const { html, text, headers } = composed(outgoing([update('case.escalated')], { locale }));
    expect(headers['Content-Language']).toBe(locale);
    expect(html).toContain(`<html lang="${locale}"`);
    for (const part of [html, text]) expect(part).toContain(STATUS_URL);
    expect(text).toMatch(/2026/);
  });
});

describe('a mail', () => {
  it('fetches nothing and runs nothing', () => {
    const { html } = composed(outgoing([update('case.confirmed')]));
    expect(html).not.toMatch(/<(img|script|link|iframe|form|object)\b|url\(|@import|\bsrc=|\bon\w+=/i);
    const hosts = [...html.matchAll(/https?:\/\/([^/"\s<]+)/g)].map(([, host]) => host);
    expect([...new Set(hosts)].sort()).toEqual(['help.example.com', 'www.w3.org']);
  });

  it('asks nothing internal: a mark in every other parameter never shows', () => {
    const internal = Object.fromEntries(
      ['purpose', 'comment', 'reason', 'rootCause', 'evidence', 'note', 'agentId', 'ownerName', 'cause'].map(
        (name) => [name, `INTERNAL-${name}`],
      ),
    );
    for (const locale of LOCALES) {
      for (const key of [...UPDATE_KEYS, 'case.ofTomorrow']) {
        const params = { ...internal, ...PARAMS, ownerId: 'INTERNAL-owner', primaryCaseId: 'INTERNAL-id' };
        const mail = composed(outgoing([update(key, params)], { locale }));
        expect([key, JSON.stringify(mail).includes('INTERNAL')]).toEqual([key, false]);
      }
    }
  });

  it('quotes only what its update names as somebody’s words', () => {
    for (const key of UPDATE_KEYS) {
      const quoted = UPDATE_RULES[key].quotes.map(([param]) => param);
      const words = ['question', 'solution', 'reasons', 'text', 'promise', 'description', 'tell'];
      const params = Object.fromEntries(words.map((word) => [word, `words of ${word}`]));
      const { text } = composed(outgoing([update(key, params)]));
      expect([key, words.filter((word) => text.includes(`words of ${word}`)).sort()]).toEqual([
        key,
        [...quoted].sort(),
      ]);
    }
  });

  it('lists every update in order under one greeting, and what the last one that moved the case needs', () => {
    const { text, subject } = composed(
      outgoing([
        update('case.started', PARAMS, 1),
        update('case.questionAsked', PARAMS, 2),
        update('case.promiseMade', PARAMS, 3),
      ]),
    );
    const order = ['Dear Ada Lovelace', 'is now with Mei', 'We have a question', 'made you a promise'];
    const places = order.map((part) => text.indexOf(part));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places).not.toContain(-1);
    expect(text.split('Dear ').length).toBe(2);
    expect(subject).toBe(`[${NUMBER}] We have a question for you`);
    expect(text).toContain('What we need from you: Please answer our question by');
    expect(text).toContain('Who has it now: It is your turn');
    expect(text).toContain('We keep track of it until');
    expect(text).toContain('All times: Central European Time.');
  });

  it('forgets a question that was answered since', () => {
    const { text, subject } = composed(
      outgoing([update('case.questionAsked', PARAMS, 1), update('case.replied', PARAMS, 2)]),
    );
    expect(text).not.toContain('What we need from you');
    expect(subject).toBe(`[${NUMBER}] We have received your message`);
  });

  it('lists the newest thirty and says how many there are before them', () => {
    const many = Array.from({ length: 45 }, (_, n) => update('case.messaged', { text: `no ${n}.` }, n + 1));
    const { text } = composed(outgoing(many));
    expect(text).toContain('15 earlier steps are listed on the page of your case.');
    expect(text).not.toContain('no 14.');
    expect(text).toContain('no 15.');
  });

  it('asks for a rating with five links once the case is closed, and never before', () => {
    for (const key of UPDATE_KEYS) {
      const links = [1, 2, 3, 4, 5].map((score) => `${STATUS_URL}/rating?score=${score}`);
      const { html, text } = composed(outgoing([update(key)]));
      const isRated = key === 'case.confirmed' || key === 'case.closedUnopposed';
      expect([key, links.every((link) => html.includes(`"${link}"`) && text.includes(link))]).toEqual([
        key,
        isRated,
      ]);
      expect([key, html.includes('/rating')]).toEqual([key, isRated]);
    }
  });

  it('apologises for a promise of news that is broken, and promises nothing where nothing is promised', () => {
    const late = composed(outgoing([update('case.stillWorking')], {}, { hearByAt: START_AT }));
    expect(late.text).toContain('We are late, and we are sorry');
    const none = composed(outgoing([update('case.withdrawn')], {}, { hearByAt: null }));
    expect(none.text).not.toContain('You hear from us');
  });

  it('greets whoever has no name without one', () => {
    expect(composed(outgoing([update('case.opened')], { name: ' ' })).text).toMatch(/^Hello,\n/);
    expect(composed(outgoing([update('case.opened')], { name: '', locale: 'zh-TW' })).text).toMatch(
      /^您好：\n/,
    );
  });

  it('bears an id that is the same for every try and another one for another message', () => {
    const message = outgoing([update('case.opened')]);
    const id = composed(message).messageId;
    expect(id).toMatch(/^<[0-9a-f]{40}@shop\.example>$/);
    expect(composed({ ...message, now: message.now + 1 }).messageId).toBe(id);
    expect(composed({ ...message, dedupeKey: 'another' }).messageId).not.toBe(id);
  });

  it('refers to the earlier mails of its case, the first and the newest of many, and to nothing that is no id', () => {
    const ids = Array.from({ length: 30 }, (_, n) => `<m${n}@shop.example>`);
    const { references, inReplyTo } = composed(
      outgoing([update('case.opened')], {}, { earlierMessageIds: [...ids, '<evil>\r\nBcc: x@y.z', 'no id'] }),
    );
    expect(references).toEqual(['<m0@shop.example>', ...ids.slice(-9)]);
    expect(inReplyTo).toBe('<m29@shop.example>');
    expect(composed(outgoing([update('case.opened')])).inReplyTo).toBeNull();
  });

  it('asks for answers at an address that names its case, where the sender’s has room for it', () => {
    const message = outgoing([update('case.opened')]);
    expect(composed(message).replyTo).toBe(`service+${NUMBER}@shop.example`);
    const taken = composeMail(
      message,
      'ada@example.com',
      { ...SENDER, address: 'a+b@shop.example' },
      BUILT_IN_ONLY,
    );
    expect(taken.replyTo).toBe('a+b@shop.example');
  });

  it('keeps its subject at 200 characters and on one line', () => {
    const shouted: EditedTexts = () => ({ subject: `${'很'.repeat(150)}\r\n${'😀'.repeat(150)}`, text: 'x' });
    const { subject } = composed(outgoing([update('case.opened')]), shouted);
    expect([...subject]).toHaveLength(200);
    expect(subject).toMatch(new RegExp(`^\\[${NUMBER}\\] 很`));
    expect(subject).not.toMatch(/[\r\n]/);
  });

  it('says an edited text in place of what happened and what comes next, and everything else as ever', () => {
    const edited: EditedTexts = (key, locale, values) =>
      key === 'case.escalated' && locale === 'en'
        ? { subject: 'Help is here', text: `${values().department} helps.\n\nSoon <b>more</b>.` }
        : null;
    const message = outgoing([update('case.escalated')]);
    const { subject, text, html } = composed(message, edited);
    expect(subject).toBe(`[${NUMBER}] Help is here`);
    expect(text).toContain('Dear Ada Lovelace,\n\nLogistics helps.\n\nSoon <b>more</b>.\n');
    expect(text).not.toMatch(/We have brought in|What comes next/);
    for (const kept of [
      'Who has it now: Logistics',
      'You hear from us again by',
      STATUS_URL,
      'simply answer it',
    ]) {
      expect(text).toContain(kept);
    }
    expect(html).toContain('Soon &lt;b&gt;more&lt;/b&gt;.');
    expect(composed(outgoing([update('case.escalated')], { locale: 'zh-CN' }), edited).text).toContain(
      '我们已请物流部',
    );
  });

  it.each([
    '{{constructor.constructor}}',
    '${7*7}',
    '<%= 7*7 %>',
    '#{7*7}',
    '{{{raw}}}',
    '{name}',
    '{% raw %}',
    '%s &amp; <b>x</b>',
  ])('shows %j as the letters that they are, wherever a person wrote it', (value) => {
    const { text, html, subject } = composed(
      outgoing([update('case.messaged', { text: value })], { name: value }, { subject: value }),
    );
    expect(text).toContain(`Dear ${value},`);
    expect(text).toContain(`> ${value}`);
    expect(text).toContain(`Case ${NUMBER} · ${value}`);
    expect(textOf(html).split(value).length).toBeGreaterThanOrEqual(4);
    expect(subject).toBe(`[${NUMBER}] We have sent you a message`);
  });

  it('takes a value of a megabyte for what it is', () => {
    const value = '{{x}}'.repeat(200_000);
    const { text, html } = composed(outgoing([update('case.messaged', { text: value })], { name: value }));
    expect(text).toContain(`> ${value}`);
    expect(html).toContain(value);
    expect(text.split('\n')[0]?.length).toBeLessThan(220);
  });

  it('marks every line of somebody’s words, so that none passes for ours', () => {
    const forged = 'Hi.\u2028-- \nOpen your case:\r\nhttps://evil.example/\u0000';
    const { text } = composed(outgoing([update('case.messaged', { text: forged })]));
    expect(text).toContain('> Hi.\n> --\n> Open your case:\n> https://evil.example/␀');
  });

  it('goes to one plain address or to nobody', () => {
    expect(() =>
      composeMail(outgoing([update('case.opened')]), 'a@b.example, c@d.example', SENDER, BUILT_IN_ONLY),
    ).toThrow(RangeError);
    expect(() => composed(outgoing([]))).toThrow(RangeError);
  });
});
