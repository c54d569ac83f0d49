/** Wordings of updates in the OpenAPI document, and the body of a preview. What is valid the directory says. */
import { SUBJECT_TEMPLATE_MAX } from '../../directory/templates.js';
import { TEMPLATE_TEXT_MAX } from '../../directory/template-text.js';
import { LOCALES } from '../../domain/policies.js';
import { WarningDto, type Schema } from '../directory/configuration.dto.js';
import { Out, OutChoice, OutInstant } from '../documents/out.decorator.js';

const TEXT: Schema = {
  type: 'object',
  required: ['text'],
  additionalProperties: false,
  properties: {
    subject: { type: 'string', maxLength: SUBJECT_TEMPLATE_MAX, description: 'Absent: the built-in one.' },
    text: {
      type: 'string',
      maxLength: TEMPLATE_TEXT_MAX,
      description:
        'Liquid: `{{ field }}`, `if`, `unless`, `case`. Stands in place of what happened and what comes next.',
    },
  },
};

export const TEMPLATE_BODY: Schema = {
  type: 'object',
  description: 'All three languages, or none: then the built-in words are in force again.',
  additionalProperties: false,
  properties: Object.fromEntries(LOCALES.map((locale) => [locale, TEXT])),
  example: {
    en: { subject: 'Help is on its way', text: '{{ department }} now helps with your case.' },
    'zh-CN': { text: '{{ department }}已协助处理您的服务单。' },
    'zh-TW': { text: '{{ department }}已協助處理您的案件。' },
  },
};

const BUILT_IN: Schema = {
  type: 'object',
  required: [...LOCALES],
  properties: Object.fromEntries(LOCALES.map((locale) => [locale, { type: 'string' }])),
};

/** Version and author, with the texts in force beside them. */
export class TemplateDto {
  @Out(String, { example: 'case.escalated' }) key: string;
  @Out('integer', { nullable: true, description: 'null: nobody has put this update into other words yet.' })
  version: number | null;
  @OutInstant({ nullable: true }) createdAt: string | null;
  @Out(String, { nullable: true }) createdBy: string | null;
  @Out('object', { ...TEXT, required: false, description: 'Absent: the built-in words are in force.' })
  en?: object;
  @Out('object', { ...TEXT, required: false }) 'zh-CN'?: object;
  @Out('object', { ...TEXT, required: false }) 'zh-TW'?: object;
  @Out('object', { ...BUILT_IN, description: 'The built-in words, to begin from, by language.' })
  builtIn: Record<string, string>;
}

export class TemplateFieldDto {
  @Out(String, { example: 'department' }) name: string;
  @Out(String) about: string;
  @Out('object', { ...BUILT_IN, description: 'By language.' }) example: Record<string, string>;
}

export class TemplatePreviewDto {
  @OutChoice(LOCALES) locale: string;
  @Out(String) subject: string;
  @Out(String) text: string;
  @Out(String, { description: 'A whole document.' }) html: string;
  @Out(() => [WarningDto], { description: 'Values that are missing for this case.' })
  warnings: readonly WarningDto[];
}

export class TemplatePreviewsDto {
  @Out(String, { nullable: true, description: 'Number of the case that is shown; null: examples.' })
  number: string | null;
  @Out(() => [TemplatePreviewDto]) data: readonly TemplatePreviewDto[];
}

export const PREVIEW_BODY: Schema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    body: { ...TEMPLATE_BODY, description: 'The wording to try; absent: the one in force.' },
    caseId: {
      type: 'string',
      format: 'uuid',
      description: 'A case whose values are shown; absent: examples.',
    },
  },
};
