// What chat robots say and how they prove who they are, and what their answers mean. Signatures were computed apart, by
// the recipes that Feishu and DingTalk publish.
import { describe, expect, it } from '@jest/globals';
import type { CaseNews } from '../../../src/delivery/endpoints/case-news.js';
import { newsPost, pingPost, type EndpointTarget } from '../../../src/delivery/endpoints/endpoint-post.js';
import type { Posted } from '../../../src/delivery/endpoints/poster.js';
import { eventWords, stateWords } from '../../../src/delivery/endpoints/robot-texts.js';
import { verdictOn } from '../../../src/delivery/endpoints/verdict.js';
import { STATE_PATHS } from '../../../src/domain/case.js';
import { JOURNAL_TYPES } from '../../../src/domain/events.js';
import { LOCALES, type Locale } from '../../../src/domain/policies.js';
import type { EndpointKind } from '../../../src/store/endpoint-rows.js';

const WALL_MS = 1_772_442_000_000;

const FEISHU_SIGN = 'M7eUiA4E0ZBovmqxQ0KxYv4c5h6aFFnb5NlOdM2gRzQ=';
const DINGTALK_SIGN = 'T5CVIaNTNF/XZjQ4DAklEPGrskmAtrl5Ln03tVDA6HY=';

const NEWS: CaseNews = {
  caseId: '01a2011f-9c23-7ebd-b176-93490937ef58',
  number: 'C-7K3Q-F9XM',
  seq: 3,
  type: 'case.escalated',
  n: null,
  fromState: 'frontline.working',
  state: 'level1.dispatched',
  level: 1,
  customerVisible: true,
  occurredAt: WALL_MS,
  actorKind: 'agent',
  revision: 3,
  department: 'logistics',
  priority: 'P2',
};

/** A department that somebody named to do harm. */
const EVIL = '<!channel> [x](https://evil.example) *a* <@all> & `b`\n# c';
const names = (name: string | null) => ({
  department: () => name,
  caseUrl: (id: string) => `https://desk.example.com/cases/${id}`,
});

function target(kind: EndpointKind, locale: Locale, secret: string | null = null): EndpointTarget {
  const url = 'https://chat.example.com/robot?access_token=abc';
  return { id: 'e1', name: 'Escalations', kind, url, locale, secrets: secret === null ? [] : [secret] };
}

function said(kind: EndpointKind, locale: Locale, name: string | null = 'Logistics', secret?: string) {
  const post = newsPost(target(kind, locale, secret ?? null), NEWS, names(name), WALL_MS);
  return { ...post, json: JSON.parse(post.body) };
}

describe('a chat robot', () => {
  it('of Slack says number, event, state, department and priority, with a link', () => {
    const { json, url } = said('slack', 'en');
    expect(url).toBe('https://chat.example.com/robot?access_token=abc');
    expect(json).toEqual({
      text: 'C-7K3Q-F9XM · Escalated · level 1, not accepted yet · Logistics · P2',
      blocks: [
        {
          type: 'section',
          text: {
            type: 'mrkdwn',
            text:
              '*C-7K3Q-F9XM · Escalated*\nlevel 1, not accepted yet · Logistics · P2\n' +
              `<https://desk.example.com/cases/${NEWS.caseId}|Open the case>`,
          },
        },
      ],
    });
  });

  it('of Feishu says it in rich text, signed in the body', () => {
    const { json } = said('feishu', 'zh-CN', '物流部', 'demoSecret');
    expect(json).toEqual({
      timestamp: '1772442000',
      sign: FEISHU_SIGN,
      msg_type: 'post',
      content: {
        post: {
          zh_cn: {
            title: 'C-7K3Q-F9XM · 已升级',
            content: [
              [{ tag: 'text', text: '一级，待签收 · 物流部 · P2' }],
              [{ tag: 'a', text: '查看个案', href: `https://desk.example.com/cases/${NEWS.caseId}` }],
            ],
          },
        },
      },
    });
    expect(said('feishu', 'en').json).toMatchObject({ content: { post: { en_us: {} } } });
    expect(said('feishu', 'zh-CN').json.sign).toBeUndefined();
  });

  it('of DingTalk says it in Markdown, signed in the address', () => {
    const { json, url } = said('dingtalk', 'zh-TW', '物流部', 'SECdemo');
    expect(json).toEqual({
      msgtype: 'markdown',
      markdown: {
        title: 'C-7K3Q-F9XM · 已升級',
        text:
          '#### C-7K3Q-F9XM · 已升級\n\n一級，待簽收 · 物流部 · P2\n\n' +
          `[檢視案件](https://desk.example.com/cases/${NEWS.caseId})`,
      },
    });
    expect(Object.fromEntries(new URL(url).searchParams)).toEqual({
      access_token: 'abc',
      timestamp: '1772442000000',
      sign: DINGTALK_SIGN,
    });
    expect(said('dingtalk', 'zh-CN').url).toBe('https://chat.example.com/robot?access_token=abc');
  });

  it('of WeCom says it in Markdown', () => {
    expect(said('wecom', 'zh-CN', '物流部').json).toEqual({
      msgtype: 'markdown',
      markdown: {
        content:
          '**C-7K3Q-F9XM · 已升级**\n一级，待签收 · 物流部 · P2\n' +
          `[查看个案](https://desk.example.com/cases/${NEWS.caseId})`,
      },
    });
  });

  it('lets no name become a mention, a link or a heading', () => {
    const slack = said('slack', 'en', EVIL).json.blocks[0].text.text as string;
    expect(slack).toContain('&lt;!channel&gt;');
    expect(slack.match(/</g)).toHaveLength(1);
    expect(slack.match(/\*/g)).toHaveLength(2);
    for (const kind of ['dingtalk', 'wecom'] as const) {
      const { json } = said(kind, 'en', EVIL);
      const text: string = kind === 'wecom' ? json.markdown.content : json.markdown.text;
      const [particulars] = text.split('\n').filter((line) => line.includes('evil.example')) as [string];
      expect(particulars).not.toMatch(/[<>[\]()*`#@&!]/);
    }
    const [[part]] = said('feishu', 'en', EVIL).json.content.post.en_us.content;
    expect(part).toMatchObject({ tag: 'text', text: expect.stringContaining('<!channel>') });
  });

  it('names a department by its key when nobody has named it, and none where none has the case', () => {
    expect(said('slack', 'en', null).json.text).toContain('· logistics ·');
    const post = newsPost(target('slack', 'en'), { ...NEWS, department: null }, names('x'), WALL_MS);
    expect(JSON.parse(post.body).text).toBe('C-7K3Q-F9XM · Escalated · level 1, not accepted yet · P2');
  });

  it.each(['slack', 'feishu', 'dingtalk', 'wecom'] as const)('can be tried out: %s', (kind) => {
    const { body } = pingPost(target(kind, 'zh-CN'), 'p1', WALL_MS);
    expect(body).toContain('Escalations');
    expect(body).toContain('测试消息');
    expect(body).not.toContain('undefined');
  });

  it.each(LOCALES)('has different words for every event and state: %s', (locale) => {
    const types = [...new Set(Object.values(JOURNAL_TYPES))];
    expect(new Set(types.map((type) => eventWords(type, locale))).size).toBe(types.length);
    expect(new Set(STATE_PATHS.map((state) => stateWords(state, locale))).size).toBe(STATE_PATHS.length);
  });
});

describe('an answer', () => {
  const answer = (status: number, text = '', retryAfter: string | null = null): Posted => ({
    kind: 'answered',
    status,
    text,
    retryAfter,
    latencyMs: 1,
  });

  it.each([
    ['webhook', 200, 'anything', 'delivered', '200'],
    ['webhook', 204, '', 'delivered', '204'],
    ['webhook', 304, '', 'failed', '304'],
    ['webhook', 410, '', 'gone', '410'],
    ['webhook', 100, '', 'failed', '100'],
    ['slack', 200, 'ok', 'delivered', '200'],
    ['slack', 403, 'invalid_token', 'failed', '403'],
    ['slack', 410, 'channel_is_archived', 'gone', '410'],
    ['feishu', 200, '{"code":0,"msg":"success"}', 'delivered', '200'],
    ['feishu', 200, '{"StatusCode":0,"StatusMessage":"success"}', 'delivered', '200'],
    ['feishu', 200, '{"code":19021,"msg":"sign match fail"}', 'failed', 'errcode:19021'],
    ['dingtalk', 200, '{"errcode":0,"errmsg":"ok"}', 'delivered', '200'],
    ['dingtalk', 200, '{"errcode":130101,"errmsg":"send too fast"}', 'failed', 'errcode:130101'],
    ['wecom', 200, '{"errcode":93000,"errmsg":"invalid webhook url"}', 'failed', 'errcode:93000'],
    ['wecom', 200, '<html>', 'failed', 'answer-not-understood'],
    ['wecom', 200, '', 'failed', 'answer-not-understood'],
    ['wecom', 200, 'null', 'failed', 'answer-not-understood'],
    ['wecom', 200, '{"errcode":"0"}', 'failed', 'answer-not-understood'],
    ['wecom', 500, '{"errcode":0}', 'failed', '500'],
  ] as const)('of a %s means what it says: %d %s', (kind, status, text, verdict, code) => {
    expect(verdictOn(kind, answer(status, text), WALL_MS)).toMatchObject({ kind: verdict, code });
  });

  it('may ask for patience, in seconds or by a date of its own clock', () => {
    const asked = (retryAfter: string) => verdictOn('webhook', answer(429, '', retryAfter), WALL_MS);
    expect(asked('120')).toMatchObject({ retryAfterMs: 120_000 });
    const inAnHour = new Date(WALL_MS + 3_600_000).toUTCString();
    expect(asked(inAnHour)).toMatchObject({ retryAfterMs: 3_600_000 });
  });

  it('that did not come is a failure with its reason', () => {
    const posted: Posted = { kind: 'unanswered', code: 'timeout', detail: '', latencyMs: 10_000 };
    expect(verdictOn('webhook', posted, WALL_MS)).toMatchObject({ kind: 'failed', code: 'timeout' });
  });
});
