/**
 * Fills an administrator's wording with values: Liquid cut down to what a sentence needs, under limits of length, time
 * and memory, so that no wording can hold a sender up or read what it was not given (reliability.md T24, S13). The
 * result is plain text; each medium escapes it. Knows no update and no database.
 */
import { Liquid } from 'liquidjs';

/** Longer is no message to a customer. */
export const TEMPLATE_TEXT_MAX = 4_000;
/** Of a rendered text: values may be long, and a wording may name one several times. */
const RENDERED_MAX = 40_000;
const RENDER_MS_MAX = 250;
/** Characters that a rendering may pile up on its way. */
const MEMORY_MAX = 1_000_000;

/** Choices, but no loops, no variables and no other files: with these a text ends when its letters do. */
const TAGS: ReadonlySet<string> = new Set(['if', 'unless', 'case', 'comment', 'raw', '#']);
/** Each makes a text at most as long as its arguments together. */
const FILTERS: ReadonlySet<string> = new Set([
  'append',
  'capitalize',
  'default',
  'downcase',
  'prepend',
  'strip',
  'truncate',
  'upcase',
]);

const liquid = new Liquid({
  ownPropertyOnly: true,
  // A value that is missing is empty, and `if` must find it missing.
  jsTruthy: true,
  strictFilters: true,
  strictVariables: true,
  parseLimit: TEMPLATE_TEXT_MAX,
  renderLimit: RENDER_MS_MAX,
  memoryLimit: MEMORY_MAX,
  dynamicPartials: false,
  templates: {},
});
for (const tag of Object.keys(liquid.tags)) if (!TAGS.has(tag)) delete liquid.tags[tag];
for (const filter of Object.keys(liquid.filters)) if (!FILTERS.has(filter)) delete liquid.filters[filter];

/** @throws Error whose first line says what is wrong, and where; it holds nothing but the wording itself. */
export function fillTemplate(template: string, values: Readonly<Record<string, string>>): string {
  const text = String(liquid.parseAndRenderSync(template, { ...values }));
  if (text.length > RENDERED_MAX)
    throw new Error(`the filled text is longer than ${RENDERED_MAX} characters`);
  return text.trim();
}

/** The names that a wording uses. @throws as `fillTemplate` */
export function namesIn(template: string): string[] {
  return [...new Set(liquid.globalVariablesSync(template))].sort();
}
