/** Policies that promise nobody anything: clocks measure, and nothing ever falls due by them. */
import { always } from '../../src/calendar/compile-calendar.js';
import type { PolicyBook, SlaPolicy } from '../../src/domain/policies.js';

const policy: SlaPolicy = {
  key: 'default',
  version: 1,
  calendar: 'default',
  targets: {},
  firstResponsePausable: false,
  onReopen: 'continue',
  warnPercents: [],
};

export const NO_PROMISES: PolicyBook = {
  slaPolicyFor: () => policy,
  slaPolicy: () => policy,
  calendar: (key) => ({ key, version: 1, calendar: always }),
};
