/**
 * What a mail says, in order, in the customer's language: one greeting, every update, what is needed, who has the
 * case, what comes next, by when they hear again, and the link. Knows neither HTML nor plain text nor SMTP, and reads
 * nothing but allow-listed values (domain.md §5).
 */
import type { Locale } from '../../domain/policies.js';
import { say } from '../catalogue.js';
import { displayLine, displayText, isolated } from '../display-text.js';
import { formatInstant, knownTimeZone, zoneName } from '../format-instant.js';
import type { Outgoing } from '../outbound/channel.js';
import {
  renderUpdate,
  type Quote,
  type Reader,
  type UpdateText,
  type VisibleUpdate,
} from '../render-update.js';
import { holderText } from '../state-texts.js';
import { type EditedText, type EditedTexts, templateValues } from '../templates/edited-texts.js';
import { ruleOf, type UpdateRule } from '../update-rules.js';

export interface MailContent {
  readonly locale: Locale;
  /** "[number] what happened", one line of at most `SUBJECT_MAX` code points. */
  readonly title: string;
  readonly caseLabel: string;
  /** The customer's own subject of the case. */
  readonly about: string;
  readonly greeting: string;
  /** In place of a first sentence where there are several updates. */
  readonly introduction: string | null;
  readonly updates: readonly MailUpdate[];
  /** Says how many earlier updates did not fit. */
  readonly earlier: string | null;
  readonly needLabel: string;
  readonly needed: string | null;
  readonly facts: readonly Fact[];
  readonly openLabel: string;
  readonly linkLabel: string;
  readonly statusUrl: string;
  readonly rating: Rating | null;
  readonly footer: readonly string[];
}

export interface MailUpdate {
  /** Only where there are several. */
  readonly time: string | null;
  readonly paragraphs: readonly string[];
  readonly quotes: readonly Quote[];
}

export interface Fact {
  readonly term: string;
  readonly text: string;
}

export interface Rating {
  readonly question: string;
  readonly legend: string;
  readonly scores: readonly { readonly score: number; readonly url: string }[];
}

/** A longer subject is cut by mail programs anyway, and refused by some servers (reliability.md §4). */
const SUBJECT_MAX = 200;
/** A mail that lists more is read by nobody and grows past what servers take; the page has them all. */
const UPDATES_MAX = 30;
const SCORES = [1, 2, 3, 4, 5] as const;
/** After these there is nothing left to ask but how it was. */
const RATED: ReadonlySet<string> = new Set(['case.confirmed', 'case.closedUnopposed']);

interface Told {
  readonly update: VisibleUpdate;
  readonly rule: UpdateRule;
  readonly words: UpdateText;
  readonly edited: EditedText | null;
}

/** @throws RangeError when there is no update. */
export function mailContent(message: Outgoing, editedTexts: EditedTexts): MailContent {
  const { recipient, statusUrl } = message;
  const { locale } = recipient;
  const reader = { locale, timeZone: knownTimeZone(recipient.timeZone, locale), names: message.names };
  const told = message.updates.map((update) => toldOf(message, update, reader, editedTexts));
  const last = told.at(-1);
  if (last === undefined) throw new RangeError('A mail needs an update to tell of.');
  /** Where the case stands: the last update that moved it, or the only one there is. */
  const standing = told.findLast(({ rule }) => !rule.aside) ?? last;
  const shown = told.slice(-UPDATES_MAX);
  const isSingle = told.length === 1;
  const name = displayLine(recipient.name);
  return {
    locale,
    title: titleOf(message.number, standing.words.needed === null ? last : standing),
    caseLabel: say(locale, 'page.case', { number: message.number }),
    about: displayLine(message.subject),
    greeting:
      name === ''
        ? say(locale, 'mail.greetingUnnamed')
        : say(locale, 'mail.greeting', { name: isolated(name) }),
    introduction: isSingle ? null : say(locale, 'mail.several'),
    updates: shown.map((one) => updateOf(one, isSingle, one === standing, reader)),
    earlier:
      shown.length < told.length ? say(locale, 'mail.earlier', { count: told.length - shown.length }) : null,
    needLabel: say(locale, 'page.need'),
    needed: standing.words.needed,
    facts: factsOf(message, standing, reader),
    openLabel: say(locale, 'mail.open'),
    linkLabel: say(locale, 'mail.link'),
    statusUrl,
    rating: RATED.has(last.update.key) ? ratingOf(statusUrl, locale) : null,
    footer: [
      ...(isSingle
        ? []
        : [say(locale, 'mail.zone', { zone: zoneName(message.now, locale, reader.timeZone) })]),
      say(locale, 'mail.reason', { number: message.number }),
      say(locale, 'mail.private'),
    ],
  };
}

function toldOf(message: Outgoing, update: VisibleUpdate, reader: Reader, editedTexts: EditedTexts): Told {
  const edited = editedTexts(update.key, reader.locale, () => templateValues(message, update, reader));
  return { update, rule: ruleOf(update.key, update.params), words: renderUpdate(update, reader), edited };
}

function titleOf(number: string, { words, edited }: Told): string {
  const happened = displayLine(edited?.subject ?? words.happened).replace(/[.。]$/, '');
  const points = [...`[${number}] ${happened}`];
  return points.length <= SUBJECT_MAX ? points.join('') : `${points.slice(0, SUBJECT_MAX - 1).join('')}…`;
}

function updateOf(
  { update, rule, words, edited }: Told,
  isSingle: boolean,
  isStanding: boolean,
  { locale, timeZone }: Reader,
): MailUpdate {
  // What comes next with the case stands below, once; what an update beside its way announces stands with it.
  const ownNext = rule.aside && !isStanding && rule.next !== 'next.goingOn' ? [words.next] : [];
  return {
    time: isSingle ? null : formatInstant(update.at, locale, timeZone, 'short'),
    paragraphs: edited === null ? [words.happened, ...ownNext] : paragraphsOf(edited.text),
    quotes: words.quotes,
  };
}

function paragraphsOf(text: string): string[] {
  return displayText(text)
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '');
}

function factsOf({ hearByAt, now, holder }: Outgoing, { words, rule, edited }: Told, reader: Reader): Fact[] {
  const { locale, timeZone } = reader;
  // "The same as before" says nothing to whoever reads this mail alone.
  const who = rule.who === 'who.same' && holder !== null ? holderText(holder, reader) : words.who;
  const facts = [{ term: say(locale, 'page.who'), text: who }];
  if (edited === null) facts.push({ term: say(locale, 'page.next'), text: words.next });
  if (hearByAt !== null) {
    const at = formatInstant(hearByAt, locale, timeZone);
    // A promise that is broken already is apologised for, not repeated (D2).
    const text = hearByAt >= now ? at : say(locale, 'page.hearLate', { at });
    facts.push({ term: say(locale, 'mail.hearBy'), text });
  }
  return facts;
}

function ratingOf(statusUrl: string, locale: Locale): Rating {
  return {
    question: say(locale, 'form.rate.legend'),
    legend: say(locale, 'mail.rateLegend'),
    // The page asks before anything is stored: mail scanners follow every link.
    scores: SCORES.map((score) => ({ score, url: `${statusUrl}/rating?score=${score}` })),
  };
}
