/** The words of the sign-in pages, for colleagues, in the languages of the house. Knows no request. */
import type { Locale } from '../../domain/policies.js';

/** Why somebody is not signed in. `noAccount` says nothing of who exists and who does not. */
export const LOGIN_TROUBLES = ['noAccount', 'failed', 'tooOften', 'unavailable', 'notSetUp'] as const;
export type LoginTrouble = (typeof LOGIN_TROUBLES)[number];

export interface LoginTexts {
  readonly service: string;
  readonly skip: string;
  readonly language: string;
  readonly title: string;
  readonly choose: string;
  readonly again: string;
  readonly troubles: Readonly<Record<LoginTrouble, { readonly title: string; readonly text: string }>>;
}

export const LOGIN_TEXTS: Readonly<Record<Locale, LoginTexts>> = {
  en: {
    service: 'Case escalation',
    skip: 'Skip to the content',
    language: 'Language',
    title: 'Sign in',
    choose: 'Where do you have your account?',
    again: 'Sign in again',
    troubles: {
      noAccount: {
        title: 'No account here',
        text: 'You are signed in at your organisation, but this service has no account for you. An administrator can link yours.',
      },
      failed: {
        title: 'Signing in did not succeed',
        text: 'It took too long, was cancelled, or was begun in another window. Please begin again.',
      },
      tooOften: {
        title: 'One moment, please',
        text: 'There were many attempts. Please try again in a minute.',
      },
      unavailable: {
        title: 'Signing in is not possible just now',
        text: 'The place where you sign in does not answer. Please try again shortly.',
      },
      notSetUp: {
        title: 'Signing in is not set up',
        text: 'Nobody has told this service yet where people sign in. An administrator can do so in its settings.',
      },
    },
  },
  'zh-CN': {
    service: '客诉升级协作',
    skip: '跳到正文',
    language: '语言',
    title: '登录',
    choose: '请选择您的账号所在处',
    again: '重新登录',
    troubles: {
      noAccount: {
        title: '此处没有您的账号',
        text: '您已在所属机构登录，但本服务中没有与您对应的账号。请联系管理员进行关联。',
      },
      failed: { title: '登录未完成', text: '登录超时、被取消，或是在另一个窗口中开始的。请重新登录。' },
      tooOften: { title: '请稍候', text: '尝试次数较多，请一分钟后再试。' },
      unavailable: { title: '暂时无法登录', text: '登录服务没有响应，请稍后再试。' },
      notSetUp: { title: '尚未设置登录', text: '本服务还没有配置登录方式，请联系管理员在设置中配置。' },
    },
  },
  'zh-TW': {
    service: '客訴升級協作',
    skip: '跳到正文',
    language: '語言',
    title: '登入',
    choose: '請選擇您的帳號所在處',
    again: '重新登入',
    troubles: {
      noAccount: {
        title: '此處沒有您的帳號',
        text: '您已在所屬機構登入，但本服務中沒有與您對應的帳號。請聯絡管理員進行連結。',
      },
      failed: { title: '登入未完成', text: '登入逾時、被取消，或是在另一個視窗中開始的。請重新登入。' },
      tooOften: { title: '請稍候', text: '嘗試次數較多，請一分鐘後再試。' },
      unavailable: { title: '暫時無法登入', text: '登入服務沒有回應，請稍後再試。' },
      notSetUp: { title: '尚未設定登入', text: '本服務還沒有設定登入方式，請聯絡管理員在設定中設定。' },
    },
  },
};
