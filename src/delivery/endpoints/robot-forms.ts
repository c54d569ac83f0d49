/**
 * How each chat system's group robot wants its message and proves who sent it. Each form is a pure function of a
 * short text; what is said is decided elsewhere (`robot-message.ts`).
 */
import { createHmac } from 'node:crypto';
import type { Post } from './poster.js';
import type { EndpointKind } from '../../store/endpoint-rows.js';

export type RobotKind = Exclude<EndpointKind, 'webhook'>;

/** One message: a line that says it all, one of particulars, and a link. Plain text, not escaped. */
export interface RobotMessage {
  readonly headline: string;
  readonly particulars: string;
  /** null: a message without a case. */
  readonly link: { readonly url: string; readonly label: string } | null;
  readonly language: 'en' | 'zh';
}

interface RobotTarget {
  readonly url: string;
  /** null: the robot checks none. */
  readonly secret: string | null;
  /** Time of day, epoch ms: robots refuse what is signed for another hour. */
  readonly wallMs: number;
}

type Form = (message: RobotMessage, target: RobotTarget) => { readonly url: string; readonly body: unknown };

export function robotPost(kind: RobotKind, message: RobotMessage, target: RobotTarget): Post {
  const { url, body } = FORMS[kind](message, target);
  return { url, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(body) };
}

const FORMS: Readonly<Record<RobotKind, Form>> = {
  /** Incoming webhook: mrkdwn, in which only these three signs are special. */
  slack: ({ headline, particulars, link }, { url }) => {
    const safe = (text: string): string =>
      text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    const more = link === null ? '' : `\n<${safe(link.url)}|${safe(link.label)}>`;
    const text = `*${withoutMarks(safe(headline))}*\n${withoutMarks(safe(particulars))}${more}`;
    const blocks = [{ type: 'section', text: { type: 'mrkdwn', text } }];
    return { url, body: { text: `${safe(headline)} · ${safe(particulars)}`, blocks } };
  },

  /** Rich text of separate parts, so nothing in a text can become markup. */
  feishu: ({ headline, particulars, link, language }, { url, secret, wallMs }) => {
    const lines = [
      [{ tag: 'text', text: particulars }],
      ...(link === null ? [] : [[{ tag: 'a', text: link.label, href: link.url }]]),
    ];
    const post = { [language === 'en' ? 'en_us' : 'zh_cn']: { title: headline, content: lines } };
    const timestamp = String(Math.floor(wallMs / 1_000));
    const signed = secret === null ? {} : { timestamp, sign: feishuSignature(timestamp, secret) };
    return { url, body: { ...signed, msg_type: 'post', content: { post } } };
  },

  dingtalk: ({ headline, particulars, link }, { url, secret, wallMs }) => {
    const text = `#### ${inMarkdown(headline)}\n\n${inMarkdown(particulars)}${markdownLink(link, '\n\n')}`;
    const body = { msgtype: 'markdown', markdown: { title: headline, text } };
    if (secret === null) return { url, body };
    const signed = new URL(url);
    signed.searchParams.set('timestamp', String(wallMs));
    signed.searchParams.set('sign', dingtalkSignature(wallMs, secret));
    return { url: signed.href, body };
  },

  wecom: ({ headline, particulars, link }, { url }) => {
    const content = `**${inMarkdown(headline)}**\n${inMarkdown(particulars)}${markdownLink(link, '\n')}`;
    return { url, body: { msgtype: 'markdown', markdown: { content } } };
  },
};

/** Feishu: the text is the key, and what is signed is empty. */
function feishuSignature(timestamp: string, secret: string): string {
  return createHmac('sha256', `${timestamp}\n${secret}`).digest('base64');
}

function dingtalkSignature(wallMs: number, secret: string): string {
  return createHmac('sha256', secret).update(`${wallMs}\n${secret}`).digest('base64');
}

function markdownLink(link: RobotMessage['link'], gap: string): string {
  if (link === null) return '';
  // A bracket would end the address early.
  const url = link.url.replaceAll('(', '%28').replaceAll(')', '%29');
  return `${gap}[${inMarkdown(link.label)}](${url})`;
}

/** Slack has no escape for these three; as lookalikes they mark nothing. */
function withoutMarks(text: string): string {
  return text.replace(/[*_~`]/g, fullWidth);
}

/**
 * The dialects of DingTalk and WeCom document no escape, and their readers differ in whether a backslash is one. So
 * what could be markup, a mention or a tag is written in the full-width form of the same sign.
 */
function inMarkdown(text: string): string {
  return text.replace(/[\r\n]+/g, ' ').replace(/[\\`*_{}[\]()#+!|<>~@&]/g, fullWidth);
}

/** U+0021–U+007E have a twin at U+FF01–U+FF5E. */
function fullWidth(sign: string): string {
  return String.fromCharCode(sign.charCodeAt(0) + 0xfee0);
}
