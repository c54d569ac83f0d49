/**
 * What a customer reads of the state in which a case is: the headline, who has it, what comes next, what is needed
 * (domain.md §3). Pure, and the only reader of the case's own texts: of those it reads the open question alone.
 */
import type { Instant } from '../domain/actor.js';
import type { Case, StatePath } from '../domain/case.js';
import { caseNumber } from '../domain/case-number.js';
import { fill, say } from './catalogue.js';
import { displayText } from './display-text.js';
import { caseEndedAt, reopenWindowIsOver } from './link-life.js';
import type { MessageKey } from './messages/message-keys.js';
import { departmentName, instantText, ownerName, type Reader } from './render-update.js';

export interface Need {
  readonly text: string;
  readonly question: string | null;
  readonly untilAt: Instant | null;
}

/** What lies before the customer once a case is resolved. A refusal is no solution and is not called one. */
export type Offer = 'solution' | 'refusal' | 'noReply';

export function offerOf({ context: { resolution } }: Case): Offer {
  if (resolution?.kind === 'noCustomerReply') return 'noReply';
  return resolution?.decision === 'refuse' ? 'refusal' : 'solution';
}

const RESOLVED_TEXTS = {
  solution: { headline: 'headline.resolved', next: 'next.confirmation', need: 'need.confirmation' },
  refusal: { headline: 'headline.refusal', next: 'next.refusal', need: 'need.refusal' },
  noReply: { headline: 'headline.noReply', next: 'next.noReply', need: 'need.noReply' },
} as const satisfies Record<Offer, Record<string, MessageKey>>;

/** The headlines of domain.md §3, in the reader's language. */
export function headline(current: Case, reader: Reader): string {
  const { state, context } = current;
  const { locale } = reader;
  switch (state) {
    case 'received':
      return say(locale, 'headline.received');
    case 'frontline.working':
    case 'frontline.returned':
      return reader.names.owner(context.ownerId ?? '') === null
        ? say(locale, 'headline.frontlineUnnamed')
        : say(locale, 'headline.frontline', { owner: ownerName(context.ownerId, reader) });
    case 'level1.dispatched':
    case 'level1.working':
    case 'level2.dispatched':
    case 'level2.working':
      return say(locale, 'headline.department', {
        department: departmentName(context.handler?.department, reader),
      });
    case 'arbitration':
      return say(locale, 'headline.arbitration');
    case 'waiting':
      return say(locale, 'headline.waiting');
    case 'resolved':
      return say(locale, RESOLVED_TEXTS[offerOf(current)].headline);
    case 'closed':
      return say(locale, 'headline.closed');
    case 'withdrawn':
      return say(locale, 'headline.withdrawn');
    case 'merged':
      return say(locale, 'headline.merged', { number: mergedNumber(context.mergedInto) });
  }
}

export function whoHasIt(current: Case, reader: Reader): string | null {
  const { state, context } = current;
  if (caseEndedAt(current) !== null) return null;
  return holderText(
    { state, department: context.handler?.department ?? null, ownerId: context.ownerId },
    reader,
  );
}

/** Where an open case lies: all that one must know to say who has it. */
export interface Holder {
  readonly state: StatePath;
  /** Of the present handler; null while the case lies with its owner. */
  readonly department: string | null;
  readonly ownerId: string | null;
}

export function holderText({ state, department: handling, ownerId }: Holder, reader: Reader): string {
  if (state === 'arbitration') return say(reader.locale, 'who.manager');
  // A solution lies with the owner, whoever found it: the owner answers to the customer from first to last.
  const department = state === 'resolved' ? null : handling;
  if (department !== null) {
    return reader.names.department(department) === null
      ? say(reader.locale, 'who.someDepartment')
      : departmentName(department, reader);
  }
  return reader.names.owner(ownerId ?? '') === null
    ? say(reader.locale, 'who.team')
    : ownerName(ownerId, reader);
}

export function whatComesNext(current: Case, now: Instant, reader: Reader): string {
  const { state, context } = current;
  const department = departmentName(context.handler?.department, reader);
  const write = (key: MessageKey, at: Instant | null = null) =>
    fill(reader.locale, key, {
      department,
      at: instantText(at, reader),
      number: mergedNumber(context.mergedInto),
    });
  if (isOnHold(current)) return write('next.held', context.hold?.reviewAt);
  switch (state) {
    case 'received':
      return write('next.received');
    case 'frontline.working':
      return write('next.frontline');
    case 'frontline.returned':
      return write('next.returned');
    case 'level1.dispatched':
    case 'level2.dispatched':
      return write('next.dispatched');
    case 'level1.working':
    case 'level2.working':
      return write('next.working');
    case 'arbitration':
      return write('next.arbitration');
    case 'waiting':
      return write('next.waiting');
    case 'resolved':
      return write(RESOLVED_TEXTS[offerOf(current)].next, context.resolution?.closeAt);
    case 'closed':
      return reopenWindowIsOver(current, now)
        ? write('next.sealed')
        : write('next.closed', context.reopenUntilAt);
    case 'withdrawn':
      return write('next.withdrawn');
    case 'merged':
      return write('next.merged');
  }
}

export function whatWeNeed(current: Case, reader: Reader): Need | null {
  const { state, context } = current;
  if (state === 'waiting' && context.waiting) {
    const untilAt = context.waiting.expireAt;
    const text = say(reader.locale, 'need.answer', { at: instantText(untilAt, reader) });
    return { text, question: displayText(context.waiting.question), untilAt };
  }
  if (state === 'resolved' && context.resolution) {
    const untilAt = context.resolution.closeAt;
    const text = say(reader.locale, RESOLVED_TEXTS[offerOf(current)].need, {
      at: instantText(untilAt, reader),
    });
    return { text, question: null, untilAt };
  }
  return null;
}

function isOnHold({ state, context }: Case): boolean {
  const working = state.startsWith('frontline.') || state.endsWith('.working');
  return working && context.hold !== null && !context.hold.reviewDue;
}

function mergedNumber(id: string | null): string {
  return id === null ? '' : caseNumber(id);
}
