/**
 * The book of SLA policies and calendars that clocks refer to. For now the seed of domain.md §6 around the clock:
 * one policy and no calendar, of one version each. Does no arithmetic.
 */
import { always } from '../calendar/compile-calendar.js';
import { DEFAULT_SLA_POLICY, type PolicyBook } from '../domain/policies.js';

export const SEED_BOOK: PolicyBook = {
  slaPolicyFor: () => DEFAULT_SLA_POLICY,
  slaPolicy: () => DEFAULT_SLA_POLICY,
  calendar: (key) => ({ key, version: 0, calendar: always }),
};
