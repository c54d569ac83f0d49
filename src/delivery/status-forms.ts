/**
 * What a customer can do on the page, as plain forms that need no script. Each carries a one-time key, so that a
 * double click or a reload has one effect. Knows the paths of the actions, not what they do.
 */
import type { Locale } from '../domain/policies.js';
import { say } from './catalogue.js';
import { CUSTOMER_ACTIONS, type CustomerAction } from './customer-actions.js';
import { displayText } from './display-text.js';
import { type Child, html } from './html.js';
import type { MessageKey } from './messages/message-keys.js';

/**
 * Code points of one text sent by form. Percent-encoded, a Chinese character takes nine bytes: so many still fit
 * into the 16 KiB that a form may have.
 */
export const FORM_TEXT_MAX = 1_500;

/** Names of the fields that a form sends beside its text. */
export const FORM_KEY_FIELD = 'key';
export const FORM_LANGUAGE_FIELD = 'lang';

export interface FormContext {
  readonly locale: Locale;
  /** Address of the status page, without a query. */
  readonly path: string;
  /** The language that was chosen on the page, to be kept over the next page; null: none was. */
  readonly chosen: Locale | null;
  readonly variant: FormVariant | null;
  readonly newKey: () => string;
  /** What was sent before and did not go through. */
  readonly failed: FailedAttempt | null;
}

/** The same action in another situation, in other words. */
export type FormVariant = 'refusal' | 'continuation';

export interface FailedAttempt {
  readonly action: CustomerAction;
  /** What the customer had written: it must not be lost. */
  readonly text: string;
  /** In the reader's language. */
  readonly message: string;
}

export type TextAction = Exclude<CustomerAction, 'confirmation' | 'rating'>;
type PlainKey<Suffix extends string> = Extract<MessageKey, `form.${string}.${Suffix}`>;

interface FormTexts {
  readonly open: PlainKey<'open'>;
  readonly about: PlainKey<'about'> | null;
  readonly label: PlainKey<'label'>;
  readonly send: PlainKey<'send'>;
}

const TEXTS: Readonly<Record<TextAction | 'answer' | 'disagreement' | 'continuation', FormTexts>> = {
  reply: { open: 'form.reply.open', about: null, label: 'form.reply.label', send: 'form.reply.send' },
  answer: { open: 'form.reply.open', about: null, label: 'form.answer.label', send: 'form.answer.send' },
  rejection: {
    open: 'form.reject.open',
    about: null,
    label: 'form.reject.label',
    send: 'form.reject.send',
  },
  disagreement: {
    open: 'form.disagree.open',
    about: null,
    label: 'form.disagree.label',
    send: 'form.reject.send',
  },
  reopening: {
    open: 'form.reopen.open',
    about: null,
    label: 'form.reopen.label',
    send: 'form.reopen.send',
  },
  continuation: {
    open: 'form.continue.open',
    about: 'form.continue.about',
    label: 'form.reopen.label',
    send: 'form.continue.send',
  },
  withdrawal: {
    open: 'form.withdraw.open',
    about: 'form.withdraw.about',
    label: 'form.withdraw.label',
    send: 'form.withdraw.send',
  },
  attention: {
    open: 'form.attention.open',
    about: 'form.attention.about',
    label: 'form.attention.label',
    send: 'form.attention.send',
  },
};

/** The name of a form's one text field: what the JSON route calls it too. */
export function textFieldOf(action: CustomerAction): 'text' | 'reason' | 'comment' {
  if (action === 'reply') return 'text';
  return action === 'confirmation' || action === 'rating' ? 'comment' : 'reason';
}

/** The answer to our open question: shown open, since it is what the page is for. */
export function answerForm(context: FormContext): Child {
  return textForm('reply', TEXTS.answer, context);
}

/** "Yes, my problem is solved": one button. */
export function confirmationForm(context: FormContext): Child {
  const text = context.variant === 'refusal' ? 'form.accept.send' : 'form.confirm.send';
  return form('confirmation', context, html`<button>${say(context.locale, text)}</button>`);
}

/** A form behind its title; opens by itself when it was sent and did not go through. Withdrawing takes two steps. */
export function folded(action: TextAction, context: FormContext): Child {
  const texts = textsOf(action, context.variant);
  const open = context.failed?.action === action && html` open`;
  const tone = action === 'withdrawal' && html` class="grave"`;
  return html`<details${open}><summary${tone}>${say(context.locale, texts.open)}</summary>${textForm(action, texts, context)}</details>`;
}

function textsOf(action: TextAction, variant: FormVariant | null): FormTexts {
  if (action === 'reopening' && variant === 'continuation') return TEXTS.continuation;
  return TEXTS[action === 'rejection' && variant === 'refusal' ? 'disagreement' : action];
}

function textForm(action: TextAction, texts: FormTexts, context: FormContext): Child {
  const { locale, failed } = context;
  const wrong = failed?.action === action ? failed : null;
  const optional = action === 'withdrawal' || action === 'attention';
  return form(
    action,
    context,
    html`${texts.about && html`<p class="about">${say(locale, texts.about)}</p>`}
${textField(action, say(locale, texts.label), { wrong, written: wrong?.text ?? '', optional })}
<button${action === 'withdrawal' && html` class="grave"`}>${say(locale, texts.send)}</button>`,
  );
}

/** A label, the field below it, and what is wrong with what was sent. */
export function textField(
  action: CustomerAction,
  label: string,
  {
    wrong,
    written,
    optional,
  }: { readonly wrong: FailedAttempt | null; readonly written: string; readonly optional: boolean },
): Child {
  const id = `${action}-text`;
  const field = html`<textarea
    id="${id}"
    name="${textFieldOf(action)}"
    rows="4"
    maxlength="${FORM_TEXT_MAX}"
    dir="auto"
    ${!optional && html` required`}${wrong && html` aria-invalid="true" aria-describedby="${id}-wrong"`}
  >
${displayText(written)}</textarea>`;
  return html`<label for="${id}">${label}</label> ${field}
    ${wrong && html`<p class="wrong" id="${id}-wrong">${wrong.message}</p>`}`;
}

/** The one kind of form: to its action's address, with a key of its own, in the language that was chosen. */
export function form(action: CustomerAction, context: FormContext, inside: Child): Child {
  return html`<form
    method="post"
    action="${context.path}/${CUSTOMER_ACTIONS[action].path}"
    accept-charset="utf-8"
  >
    <input type="hidden" name="${FORM_KEY_FIELD}" value="${context.newKey()}" />
    ${context.chosen && html`<input type="hidden" name="${FORM_LANGUAGE_FIELD}" value="${context.chosen}" />`}
    ${inside}
  </form>`;
}
