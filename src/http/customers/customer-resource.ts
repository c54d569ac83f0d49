/** Customers as clients see them: explicit projections, pure, so that nothing reaches the outside by accident. */
import { chooseLocale } from '../../delivery/choose-locale.js';
import type { Customer } from '../../directory/customer-record.js';
import type { Instant } from '../../domain/actor.js';
import {
  figuresOf,
  type CompensationInCase,
  type CustomerCase,
  type CustomerCases,
  type PromiseInCase,
} from '../../reports/customer-view.js';
import { repeatsSince } from '../../reports/repeat-contacts.js';
import { toInstantText as text } from '../input/instant.js';
import type { CustomerCaseDto, CustomerCompensationDto, CustomerPromiseDto } from './customer-view.dto.js';

/** What one answer shows of each list; who wants more asks the list of cases. */
const OPEN_SHOWN_MAX = 50;
const RECENT_SHOWN_MAX = 25;
const LINES_SHOWN_MAX = 50;

export function customerResource(customer: Customer) {
  return {
    id: customer.id,
    externalId: customer.externalId,
    name: customer.name,
    email: customer.email,
    phone: customer.phone,
    locale: customer.locale,
    language: chooseLocale({ customer: customer.locale }),
    timeZone: customer.timeZone,
    grade: customer.grade,
    account: customer.account,
    preferences: customer.preferences,
    createdAt: text(customer.createdAt),
    updatedAt: text(customer.updatedAt),
    erasedAt: text(customer.erasedAt),
  };
}

export type CustomerResource = ReturnType<typeof customerResource>;

/** The 360° view (B2). @param now epoch ms */
export function customerView(
  customer: Customer,
  { cases, isComplete }: CustomerCases,
  othersInAccount: number,
  now: Instant,
) {
  const figures = figuresOf(cases);
  const { count, average, last } = figures.ratings;
  return {
    ...customerResource(customer),
    openCases: figures.open.slice(0, OPEN_SHOWN_MAX).map(customerCase),
    recentCases: figures.ended.slice(0, RECENT_SHOWN_MAX).map(customerCase),
    isComplete,
    promises: {
      counts: figures.promiseCounts,
      list: figures.promises.slice(0, LINES_SHOWN_MAX).map(customerPromise),
    },
    compensations: {
      sums: [...figures.compensationSums],
      list: figures.compensations.slice(0, LINES_SHOWN_MAX).map(customerCompensation),
    },
    ratings: {
      count,
      average,
      last: last && {
        caseId: last.caseId,
        score: last.score,
        recommend: last.recommend,
        comment: last.comment,
        at: text(last.at),
      },
    },
    repeatContacts90Days: repeatsSince(cases, now),
    chases: figures.chases,
    othersInAccount,
  };
}

export function customerCase(one: CustomerCase): CustomerCaseDto {
  return {
    id: one.id,
    number: one.number,
    subject: one.subject,
    category: one.category,
    channel: one.channel,
    orderRef: one.orderRef,
    state: one.state,
    level: one.level,
    priority: one.priority,
    department: one.department,
    ownerId: one.ownerId,
    breached: one.breached,
    openedAt: text(one.openedAt),
    updatedAt: text(one.updatedAt),
  };
}

export function customerPromise(promise: PromiseInCase): CustomerPromiseDto {
  return {
    caseId: promise.caseId,
    caseNumber: promise.caseNumber,
    n: promise.n,
    text: promise.text,
    dueAt: text(promise.dueAt),
    department: promise.department,
    madeBy: promise.madeBy,
    madeAt: text(promise.madeAt),
    state: promise.state,
    fulfilledAt: text(promise.fulfilledAt),
  };
}

function customerCompensation(compensation: CompensationInCase): CustomerCompensationDto {
  return {
    caseId: compensation.caseId,
    caseNumber: compensation.caseNumber,
    n: compensation.n,
    kind: compensation.kind,
    amountMinor: compensation.amountMinor,
    currency: compensation.currency,
    description: compensation.description,
    state: compensation.state,
    proposedAt: text(compensation.proposedAt),
  };
}
