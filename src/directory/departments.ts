/**
 * Departments as configuration: what a body must hold, and the four that every installation begins with. More can
 * be added at run time (C3); nothing else in the product knows these four by name.
 */
import { LOCALES, type Department } from '../domain/policies.js';
import { Checks } from './checks.js';
import type { ConfigurationKind } from './configuration-kind.js';

/** A department without its key, as it is stored. */
export type DepartmentBody = Omit<Department, 'key'>;

export const DEPARTMENT_KEY = /^[a-z][a-z0-9-]{0,39}$/;
export const CALENDAR_KEY = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** The customer reads `publicName`; agents read `answersFor` to find the right contact (A9). */
const SEED: Readonly<Record<string, DepartmentBody>> = {
  sales: {
    publicName: { en: 'Sales', 'zh-CN': '销售部', 'zh-TW': '業務部' },
    answersFor:
      'Prices, quotations, contracts, promises made before the purchase, discounts and order changes.',
    calendar: 'default',
  },
  product: {
    publicName: { en: 'Product', 'zh-CN': '产品部', 'zh-TW': '產品部' },
    answersFor:
      'Faults, safety, specifications, compatibility, repairs and everything the product does or fails to do.',
    calendar: 'default',
  },
  logistics: {
    publicName: { en: 'Logistics', 'zh-CN': '物流部', 'zh-TW': '物流部' },
    answersFor: 'Late, lost, damaged or wrong deliveries, carriers, customs, returns and stock.',
    calendar: 'default',
  },
  finance: {
    publicName: { en: 'Finance', 'zh-CN': '财务部', 'zh-TW': '財務部' },
    answersFor: 'Invoices, payments, refunds, credit notes, taxes and disputed charges.',
    calendar: 'default',
  },
};

export const departmentKind: ConfigurationKind<DepartmentBody> = {
  keyPattern: DEPARTMENT_KEY,
  keyShape: 'lower-case letters, digits and hyphens, beginning with a letter, at most 40',
  defaults: SEED,
  check: (_key, body) => {
    const checks = new Checks();
    const given = checks.object(body, '', ['publicName', 'answersFor', 'calendar']);
    const names = checks.object(given['publicName'], '/publicName', LOCALES);
    const publicName = Object.fromEntries(
      LOCALES.map((locale) => [locale, checks.text(names[locale], `/publicName/${locale}`, 80)]),
    ) as DepartmentBody['publicName'];
    const answersFor = checks.text(given['answersFor'], '/answersFor', 500);
    const calendar =
      given['calendar'] === undefined
        ? 'default'
        : checks.matching(given['calendar'], '/calendar', CALENDAR_KEY, 'the key of a calendar');
    return { value: { publicName, answersFor, calendar }, problems: checks.problems };
  },
};
