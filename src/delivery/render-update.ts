/**
 * One progress update as a customer reads it: what happened, who has the case, what comes next, what is needed.
 * Reads nothing but the update's own allow-listed values and public names (domain.md §5). Knows no medium.
 */
import type { Instant } from '../domain/actor.js';
import type { Locale } from '../domain/policies.js';
import { fill, NO_INSTANT } from './catalogue.js';
import { displayLine, displayText, isolated } from './display-text.js';
import { formatAmount } from './format-amount.js';
import { formatInstant } from './format-instant.js';
import type { MessageKey } from './messages/message-keys.js';
import { ruleOf } from './update-rules.js';

/** A customer-visible update as it was written with its transition. */
export interface VisibleUpdate {
  readonly seq: number;
  readonly key: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly at: Instant;
}

/** Names that may leave the house, in the reader's language; null where none is known. */
export interface PublicNames {
  department(key: string): string | null;
  /** What the owner is called towards customers. */
  owner(id: string): string | null;
}

export interface Reader {
  readonly locale: Locale;
  /** IANA zone, checked by `knownTimeZone`. */
  readonly timeZone: string;
  readonly names: PublicNames;
}

/** Somebody's own words, shown apart from ours. */
export interface Quote {
  readonly label: string;
  readonly text: string;
}

export interface UpdateText {
  readonly happened: string;
  readonly who: string;
  readonly next: string;
  readonly needed: string | null;
  readonly quotes: readonly Quote[];
}

/** Never throws, whatever version wrote the update: a missing value has a fallback, an unknown key a plain text. */
export function renderUpdate(update: Pick<VisibleUpdate, 'key' | 'params'>, reader: Reader): UpdateText {
  const rule = ruleOf(update.key, update.params);
  const values = {
    owner: ownerName(update.params['ownerId'], reader),
    department: departmentName(update.params['department'], reader),
    at: instantText(rule.at === null ? null : update.params[rule.at], reader),
    number: isolated(displayLine(textOf(update.params['primaryNumber']))),
    amount: amountText(update.params, reader),
  };
  const write = (key: MessageKey) => fill(reader.locale, key, values);
  return {
    happened: write(rule.happened),
    who: write(whoKey(rule.who, update.params, reader)),
    next: write(rule.next),
    needed: rule.need === null ? null : write(rule.need),
    quotes: rule.quotes
      .map(([param, label]) => ({ label: write(label), text: displayText(textOf(update.params[param])) }))
      .filter((quote) => quote.text.trim() !== ''),
  };
}

/** The owner's public name, or "your contact". */
export function ownerName(id: unknown, { locale, names }: Reader): string {
  const name = typeof id === 'string' ? names.owner(id) : null;
  return name === null ? fill(locale, 'name.contact', {}) : isolated(displayLine(name));
}

/** The department's public name, or "the department in charge". */
export function departmentName(key: unknown, { locale, names }: Reader): string {
  const name = typeof key === 'string' ? names.department(key) : null;
  return name === null ? fill(locale, 'name.department', {}) : isolated(displayLine(name));
}

/** `NO_INSTANT` for whatever is none. */
export function instantText(at: unknown, { locale, timeZone }: Reader): string {
  const isInstant = typeof at === 'number' && Math.abs(at) <= INSTANT_MAX;
  return isInstant ? formatInstant(at, locale, timeZone) : NO_INSTANT;
}

/** Money as the reader's language writes it; the texts read "none" the same way for a missing amount. */
export function amountText(
  { amountMinor, currency }: VisibleUpdate['params'],
  { locale }: Pick<Reader, 'locale'>,
): string {
  const isAmount = typeof amountMinor === 'number' && Number.isSafeInteger(amountMinor);
  const isCurrency = typeof currency === 'string' && /^[A-Z]{3}$/.test(currency);
  return isAmount && isCurrency ? formatAmount(amountMinor, currency, locale) : NO_INSTANT;
}

/** ECMAScript's last instant; formatting a later one throws. */
const INSTANT_MAX = 8.64e15;

/** A fallback that reads well inside a sentence reads badly alone, so standing alone it has a text of its own. */
function whoKey(
  key: Extract<MessageKey, `who.${string}`>,
  params: VisibleUpdate['params'],
  { names }: Reader,
): MessageKey {
  if (key === 'who.owner' && names.owner(textOf(params['ownerId'])) === null) return 'who.contact';
  if (key === 'who.department' && names.department(textOf(params['department'])) === null) {
    return 'who.someDepartment';
  }
  return key;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
