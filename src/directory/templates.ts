/**
 * An administrator's own words for an update, as configuration: in all three languages or in none, and saved only when
 * every one of them can be filled. What is said around them stays built in. Knows no medium.
 */
import { LOCALES, type Locale } from '../domain/policies.js';
import { UPDATE_KEYS } from '../domain/progress-update.js';
import { Checks, type Problem } from './checks.js';
import type { ConfigurationKind } from './configuration-kind.js';
import { exampleValues } from './template-fields.js';
import { fillTemplate, TEMPLATE_TEXT_MAX } from './template-text.js';

export interface TemplateText {
  /** Absent: the built-in one. */
  readonly subject?: string;
  readonly text: string;
}

/** Empty: the built-in words are in force, again. */
export type TemplateBody = Partial<Readonly<Record<Locale, TemplateText>>>;

export const SUBJECT_TEMPLATE_MAX = 300;

export const templateKind: ConfigurationKind<TemplateBody> = {
  keyPattern: new RegExp(`^(${UPDATE_KEYS.map((key) => key.replaceAll('.', '\\.')).join('|')})$`),
  keyShape: 'the key of an update, such as case.escalated',
  defaults: {},
  check: (_key, body) => checkTemplate(body),
};

/** @returns problems empty: every text can be filled. */
export function checkTemplate(body: unknown): {
  readonly value: TemplateBody;
  readonly problems: readonly Problem[];
} {
  const checks = new Checks();
  const given = checks.object(body, '', LOCALES);
  if (Object.keys(given).length === 0) return { value: {}, problems: checks.problems };
  const texts = LOCALES.map((locale) => [locale, textIn(locale, given[locale], checks)] as const);
  return { value: Object.fromEntries(texts), problems: checks.problems };
}

function textIn(locale: Locale, value: unknown, checks: Checks): TemplateText {
  const given = checks.object(value, `/${locale}`, ['subject', 'text']);
  const text = filled(locale, 'text', given['text'], TEMPLATE_TEXT_MAX, checks);
  if (given['subject'] === undefined || given['subject'] === null) return { text };
  return { subject: filled(locale, 'subject', given['subject'], SUBJECT_TEMPLATE_MAX, checks), text };
}

function filled(locale: Locale, field: string, value: unknown, max: number, checks: Checks): string {
  const pointer = `/${locale}/${field}`;
  const problemsBefore = checks.problems.length;
  const template = checks.text(value, pointer, max);
  if (checks.problems.length > problemsBefore) return template;
  try {
    if (fillTemplate(template, exampleValues(locale)) === '') {
      checks.report(pointer, 'malformed', 'Says nothing when it is filled with the examples.');
    }
  } catch (error) {
    checks.report(pointer, 'malformed', `Cannot be filled: ${reasonOf(error)}.`);
  }
  return template;
}

/** Liquid's first line says what and where; the rest is a picture of the source. */
function reasonOf(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return line.replace(/\.$/, '');
}
