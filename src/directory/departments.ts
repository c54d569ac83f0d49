/**
 * Departments as configuration: what a body must hold, and the four that every installation begins with. More can
 * be added at run time (C3); nothing else in the product knows these four by name.
 */
import { FRONT_LINE } from '../domain/moves/proposals.js';
import { DEFAULT_OLA, LOCALES, type Department, type Locale, type OlaMetric } from '../domain/policies.js';
import { existingCalendar } from './calendars.js';
import { Checks } from './checks.js';
import type { ConfigurationKind, ConfiguredNow } from './configuration-kind.js';
import { checkReachable, readTargets } from './target-spans.js';

/** A department without its key, as it is stored. */
export interface DepartmentBody extends Omit<Department, 'key'> {
  /** `answersFor` in further languages, for agents who search in theirs. */
  readonly answersForIn?: Readonly<Partial<Record<Locale, string>>>;
}

/** Never the name of the front line: an agreed action of that name is the agents' own. */
export const DEPARTMENT_KEY = new RegExp(`^(?!${FRONT_LINE}$)[a-z][a-z0-9-]{0,39}$`);
export const OLA_METRICS: readonly OlaMetric[] = ['olaAccept', 'olaWork', 'consult'];
/** Those that a case spends one after the other on its way; a consult runs beside them. */
export const PATH_METRICS: readonly OlaMetric[] = ['olaAccept', 'olaWork'];

/** More stand-ins than this and nobody feels meant. */
export const DEPUTIES_MAX = 10;
const ANSWERS_FOR_MAX = 500;

const FIELDS = ['publicName', 'answersFor', 'answersForIn', 'calendar', 'ola', 'lead', 'deputies'];

/** The customer reads `publicName`; agents read `answersFor` to find the right contact (A9). */
const SEED: Readonly<Record<string, DepartmentBody>> = {
  sales: {
    publicName: { en: 'Sales', 'zh-CN': '销售部', 'zh-TW': '業務部' },
    answersFor:
      'Prices, quotations, contracts, promises made before the purchase, discounts and order changes.',
    answersForIn: {
      'zh-CN': '价格、报价、合同、售前承诺、折扣、订单变更。',
      'zh-TW': '價格、報價、合約、售前承諾、折扣、訂單變更。',
    },
    calendar: 'default',
    ola: DEFAULT_OLA,
  },
  product: {
    publicName: { en: 'Product', 'zh-CN': '产品部', 'zh-TW': '產品部' },
    answersFor:
      'Faults, safety, specifications, compatibility, repairs and everything the product does or fails to do.',
    answersForIn: {
      'zh-CN': '故障、安全、规格、兼容性、维修，以及产品本身的一切问题。',
      'zh-TW': '故障、安全、規格、相容性、維修，以及產品本身的一切問題。',
    },
    calendar: 'default',
    ola: DEFAULT_OLA,
  },
  logistics: {
    publicName: { en: 'Logistics', 'zh-CN': '物流部', 'zh-TW': '物流部' },
    answersFor: 'Late, lost, damaged or wrong deliveries, carriers, customs, returns and stock.',
    answersForIn: {
      'zh-CN': '延误、丢失、破损或错发的货件、承运商、清关、退货、库存。',
      'zh-TW': '延誤、遺失、破損或錯發的貨件、貨運公司、清關、退貨、庫存。',
    },
    calendar: 'default',
    ola: DEFAULT_OLA,
  },
  finance: {
    publicName: { en: 'Finance', 'zh-CN': '财务部', 'zh-TW': '財務部' },
    answersFor: 'Invoices, payments, refunds, credit notes, taxes and disputed charges.',
    answersForIn: {
      'zh-CN': '发票、付款、退款、贷记单、税务、有争议的扣款。',
      'zh-TW': '發票、付款、退款、折讓單、稅務、有爭議的扣款。',
    },
    calendar: 'default',
    ola: DEFAULT_OLA,
  },
};

export const departmentKind: ConfigurationKind<DepartmentBody> = {
  keyPattern: DEPARTMENT_KEY,
  keyShape:
    'lower-case letters, digits and hyphens, beginning with a letter, at most 40, and not "frontline"',
  defaults: SEED,
  check: (key, body, configured) => {
    const checks = new Checks();
    const given = checks.object(body, '', FIELDS);
    const names = checks.object(given['publicName'], '/publicName', LOCALES);
    const publicName = Object.fromEntries(
      LOCALES.map((locale) => [locale, checks.text(names[locale], `/publicName/${locale}`, 80)]),
    ) as DepartmentBody['publicName'];
    const answersFor = checks.text(given['answersFor'], '/answersFor', ANSWERS_FOR_MAX);
    const answersForIn = readAnswersForIn(given['answersForIn'], checks);
    const calendar = existingCalendar(given['calendar'], configured, checks);
    const ola = readTargets(given['ola'] ?? DEFAULT_OLA, '/ola', OLA_METRICS, checks);
    checkReachable(ola, '/ola', calendar, configured, checks);
    const value: DepartmentBody = {
      publicName,
      answersFor,
      ...(answersForIn === null ? {} : { answersForIn }),
      calendar,
      ola,
      ...readPeople(key, given, configured, checks),
    };
    return { value, problems: checks.problems };
  },
};

function readAnswersForIn(value: unknown, checks: Checks): DepartmentBody['answersForIn'] | null {
  if (value === undefined || value === null) return null;
  const given = checks.object(value, '/answersForIn', LOCALES);
  const told = LOCALES.filter((locale) => (given[locale] ?? null) !== null);
  return Object.fromEntries(
    told.map((locale) => [locale, checks.text(given[locale], `/answersForIn/${locale}`, ANSWERS_FOR_MAX)]),
  );
}

/** Who leads, and who stands in: people of this very department, or their decisions would bind another one. */
function readPeople(
  key: string,
  given: Record<string, unknown>,
  { staff }: ConfiguredNow,
  checks: Checks,
): Pick<DepartmentBody, 'lead' | 'deputies'> {
  const belonging = (value: unknown, pointer: string, roles: readonly string[]): string => {
    const person = typeof value === 'string' ? staff.get(value) : undefined;
    if (person?.active && person.department === key && roles.includes(person.role)) return value as string;
    if (typeof value !== 'string') checks.report(pointer, 'wrong-type', 'Must be the id of a person.');
    else
      checks.report(pointer, 'inconsistent', `Must be an active ${roles.join(' or ')} of this department.`);
    return '';
  };
  const lead = given['lead'] ?? null;
  const deputies = checks.list(given['deputies'] ?? [], '/deputies', DEPUTIES_MAX, (value, pointer) =>
    belonging(value, pointer, ['lead', 'member']),
  );
  const people = {
    ...(lead === null ? {} : { lead: belonging(lead, '/lead', ['lead']) }),
    ...(deputies.length === 0 ? {} : { deputies }),
  };
  const named = [...(people.lead === undefined ? [] : [people.lead]), ...deputies];
  if (checks.problems.length === 0 && new Set(named).size < named.length) {
    checks.report('/deputies', 'inconsistent', 'Each person once, and not the lead.');
  }
  return people;
}
