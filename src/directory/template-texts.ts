/**
 * Administrators' wordings at the moment of sending: the newest version, filled. One that cannot be filled is reported
 * and leaves the built-in words standing: a customer is always told. Knows no medium.
 */
import type { Locale } from '../domain/policies.js';
import type { Configuration } from './configuration.js';
import type { TemplateField } from './template-fields.js';
import { fillTemplate } from './template-text.js';
import type { TemplateText } from './templates.js';

export interface FilledText {
  /** null: the built-in one. */
  readonly subject: string | null;
  readonly text: string;
}

/** Asked for only where there is a wording to fill. */
type Values = () => Readonly<Record<TemplateField, string>>;

export class TemplateTexts {
  /** @param report told of each wording that failed; holds no value of a case */
  constructor(
    private readonly configuration: Pick<Configuration, 'newest'>,
    private readonly report: (error: unknown, key: string, locale: Locale) => void,
  ) {}

  /** @returns null where the built-in words are in force, or the wording could not be filled. Never throws. */
  readonly textFor = (key: string, locale: Locale, values: Values): FilledText | null => {
    const wording = this.configuration.newest('template', key)?.body[locale];
    if (wording === undefined) return null;
    try {
      return fillText(wording, values());
    } catch (error) {
      this.report(error, key, locale);
      return null;
    }
  };
}

/** @returns null when nothing is left to say. @throws Error as `fillTemplate` */
export function fillText(
  { subject, text }: TemplateText,
  values: Readonly<Record<TemplateField, string>>,
): FilledText | null {
  const filled = fillTemplate(text, values);
  if (filled === '') return null;
  // An empty subject is no subject.
  return { subject: subject === undefined ? null : fillTemplate(subject, values) || null, text: filled };
}
