/**
 * What an administrator's own wording of an update may be made of: plain texts by name, already in the reader's
 * language and zone. Who stores the wordings and how they are filled is not known here.
 */
import type { Locale } from '../../domain/policies.js';
import { displayLine, displayText } from '../display-text.js';
import type { Outgoing } from '../outbound/channel.js';
import {
  amountText,
  departmentName,
  instantText,
  ownerName,
  renderUpdate,
  type Reader,
  type VisibleUpdate,
} from '../render-update.js';
import { NO_INSTANT } from '../catalogue.js';
import { ruleOf } from '../update-rules.js';

/** Every name that a wording may use. Empty where the update has no such value. */
export type TemplateValues = Readonly<
  Record<
    | 'number'
    | 'subject'
    | 'customerName'
    | 'department'
    | 'owner'
    | 'at'
    | 'hearBy'
    | 'statusUrl'
    | 'happened'
    | 'next'
    | 'needed'
    | 'question'
    | 'message'
    | 'solution'
    | 'reasons'
    | 'promise'
    | 'compensation'
    | 'amount'
    | 'why'
    | 'otherNumber',
    string
  >
>;

export interface EditedText {
  /** One line; null: the built-in one. */
  readonly subject: string | null;
  /** Plain text of one or more paragraphs. */
  readonly text: string;
}

/**
 * @param values asked for only where there is a wording to fill.
 * @returns null where nobody has put an update into other words, or the words cannot be filled. Never throws.
 */
export type EditedTexts = (key: string, locale: Locale, values: () => TemplateValues) => EditedText | null;

export const BUILT_IN_ONLY: EditedTexts = () => null;

/** The values of one update, each safe to show and none of them internal. */
export function templateValues(message: Outgoing, update: VisibleUpdate, reader: Reader): TemplateValues {
  const { params } = update;
  const rule = ruleOf(update.key, params);
  const words = renderUpdate(update, reader);
  const quoted = (param: string) => {
    const value = params[param];
    return rule.quotes.some(([name]) => name === param) && typeof value === 'string'
      ? displayText(value)
      : '';
  };
  const present = (param: string, text: string) => (typeof params[param] === 'string' ? text : '');
  const known = (text: string) => (text === NO_INSTANT ? '' : text);
  return {
    number: message.number,
    subject: displayLine(message.subject),
    customerName: displayLine(message.recipient.name),
    department: present('department', departmentName(params['department'], reader)),
    owner: present('ownerId', ownerName(params['ownerId'], reader)),
    at: known(instantText(rule.at === null ? null : params[rule.at], reader)),
    hearBy: known(instantText(message.hearByAt, reader)),
    statusUrl: message.statusUrl,
    happened: words.happened,
    next: words.next,
    needed: words.needed ?? '',
    question: quoted('question'),
    message: quoted('text'),
    solution: quoted('solution'),
    reasons: quoted('reasons'),
    promise: quoted('promise'),
    compensation: quoted('description'),
    amount: known(amountText(params, reader)),
    why: quoted('tell'),
    otherNumber: present('primaryNumber', displayLine(String(params['primaryNumber']))),
  };
}
