/**
 * What a chat robot says of a journal entry: number, what happened, state, department, priority, and a link. Names
 * nothing but what the house named itself. Pure; the form is `robot-forms.ts`.
 */
import type { Locale } from '../../domain/policies.js';
import { displayLine } from '../display-text.js';
import type { CaseNews } from './case-news.js';
import type { RobotMessage } from './robot-forms.js';
import { eventWords, robotWords, stateWords } from './robot-texts.js';

export interface RobotNames {
  /** The public name of a department; null when there is none of this key. */
  department(key: string, locale: Locale): string | null;
  /** Where a colleague looks at a case. */
  caseUrl(caseId: string): string;
}

export function newsMessage(news: CaseNews, locale: Locale, names: RobotNames): RobotMessage {
  const { department: key, state, priority } = news;
  const department = key === null ? null : (names.department(key, locale) ?? key);
  const particulars = [stateWords(state, locale), department, priority].filter((part) => part !== null);
  return {
    headline: `${news.number} · ${eventWords(news.type, locale)}`,
    particulars: particulars.map(displayLine).join(' · '),
    link: { url: names.caseUrl(news.caseId), label: robotWords.openCase(locale) },
    language: languageOf(locale),
  };
}

/** @param name the endpoint's own. */
export function pingMessage(name: string, locale: Locale): RobotMessage {
  const particulars = robotWords.ping(locale);
  return { headline: displayLine(name), particulars, link: null, language: languageOf(locale) };
}

function languageOf(locale: Locale): RobotMessage['language'] {
  return locale === 'en' ? 'en' : 'zh';
}
