/**
 * Departments as configuration: what a body must hold, and the four that every installation begins with. More can
 * be added at run time (C3); nothing else in the product knows these four by name.
 */
import { DEFAULT_OLA, LOCALES, type Department, type OlaMetric } from '../domain/policies.js';
import { existingCalendar } from './calendars.js';
import { Checks } from './checks.js';
import type { ConfigurationKind } from './configuration-kind.js';
import { checkReachable, readTargets } from './target-spans.js';

/** A department without its key, as it is stored. */
export type DepartmentBody = Omit<Department, 'key'>;

export const DEPARTMENT_KEY = /^[a-z][a-z0-9-]{0,39}$/;
export const OLA_METRICS: readonly OlaMetric[] = ['olaAccept', 'olaWork'];

/** The customer reads `publicName`; agents read `answersFor` to find the right contact (A9). */
const SEED: Readonly<Record<string, DepartmentBody>> = {
  sales: {
    publicName: { en: 'Sales', 'zh-CN': '销售部', 'zh-TW': '業務部' },
    answersFor:
      'Prices, quotations, contracts, promises made before the purchase, discounts and order changes.',
    calendar: 'default',
    ola: DEFAULT_OLA,
  },
  product: {
    publicName: { en: 'Product', 'zh-CN': '产品部', 'zh-TW': '產品部' },
    answersFor:
      'Faults, safety, specifications, compatibility, repairs and everything the product does or fails to do.',
    calendar: 'default',
    ola: DEFAULT_OLA,
  },
  logistics: {
    publicName: { en: 'Logistics', 'zh-CN': '物流部', 'zh-TW': '物流部' },
    answersFor: 'Late, lost, damaged or wrong deliveries, carriers, customs, returns and stock.',
    calendar: 'default',
    ola: DEFAULT_OLA,
  },
  finance: {
    publicName: { en: 'Finance', 'zh-CN': '财务部', 'zh-TW': '財務部' },
    answersFor: 'Invoices, payments, refunds, credit notes, taxes and disputed charges.',
    calendar: 'default',
    ola: DEFAULT_OLA,
  },
};

export const departmentKind: ConfigurationKind<DepartmentBody> = {
  keyPattern: DEPARTMENT_KEY,
  keyShape: 'lower-case letters, digits and hyphens, beginning with a letter, at most 40',
  defaults: SEED,
  check: (_key, body, configured) => {
    const checks = new Checks();
    const given = checks.object(body, '', ['publicName', 'answersFor', 'calendar', 'ola']);
    const names = checks.object(given['publicName'], '/publicName', LOCALES);
    const publicName = Object.fromEntries(
      LOCALES.map((locale) => [locale, checks.text(names[locale], `/publicName/${locale}`, 80)]),
    ) as DepartmentBody['publicName'];
    const answersFor = checks.text(given['answersFor'], '/answersFor', 500);
    const calendar = existingCalendar(given['calendar'], configured, checks);
    const ola = readTargets(given['ola'] ?? DEFAULT_OLA, '/ola', OLA_METRICS, checks);
    checkReachable(ola, '/ola', calendar, configured, checks);
    return { value: { publicName, answersFor, calendar, ola }, problems: checks.problems };
  },
};
