/**
 * Compensation policies as configuration: who may grant how much, and how much one customer may be granted (E1). One
 * per category; `*` serves every category without one. What a limit means is decided in `src/domain`.
 */
import type { Compensation } from '../domain/cooperation.js';
import { DEFAULT_COMPENSATION, type CompensationPolicy } from '../domain/policies.js';
import { Checks } from './checks.js';
import type { ConfigurationKind } from './configuration-kind.js';
import { ANY_CATEGORY, CATEGORY_KEY, CATEGORY_SHAPE } from './playbooks.js';
import { readSpan } from './target-spans.js';

const ROLES = ['agent', 'member', 'lead', 'manager', 'admin'] as const satisfies readonly Role[];
type Role = Compensation['approverRole'];

/** A billion of the smallest unit; sums over a customer's cases stay exact, and more is a typing error. */
export const AMOUNT_MINOR_MAX = 1_000_000_000;
/** Ten years: a cap over a longer period is one for ever, and its sum would walk all of a customer's past. */
export const CAP_DAYS_MAX = 3_660;

const FIELDS = ['currency', 'limitsMinor', 'customerCapMinor', 'customerCapDays', 'decideWithin'] as const;
const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

export const compensationPolicyKind: ConfigurationKind<CompensationPolicy> = {
  keyPattern: CATEGORY_KEY,
  keyShape: CATEGORY_SHAPE,
  defaults: { [ANY_CATEGORY]: DEFAULT_COMPENSATION },
  check: (_key, body) => {
    const checks = new Checks();
    const given = checks.object(body, '', FIELDS);
    const currency = checks.matching(given['currency'], '/currency', /^[A-Z]{3}$/, 'a currency of ISO 4217');
    if (currency !== '' && !CURRENCIES.has(currency)) {
      checks.report('/currency', 'malformed', 'Must be a currency of ISO 4217.');
    }
    const limits = checks.object(given['limitsMinor'], '/limitsMinor', ROLES);
    const limited = ROLES.filter((role) => (limits[role] ?? null) !== null);
    const amount = (value: unknown, pointer: string) => checks.integer(value, pointer, 0, AMOUNT_MINOR_MAX);
    const value: CompensationPolicy = {
      currency,
      limitsMinor: Object.fromEntries(
        limited.map((role) => [role, amount(limits[role], `/limitsMinor/${role}`)]),
      ),
      customerCapMinor: amount(given['customerCapMinor'], '/customerCapMinor'),
      customerCapDays: checks.integer(
        given['customerCapDays'] ?? DEFAULT_COMPENSATION.customerCapDays,
        '/customerCapDays',
        1,
        CAP_DAYS_MAX,
      ),
      decideWithin: readSpan(
        given['decideWithin'] ?? DEFAULT_COMPENSATION.decideWithin,
        '/decideWithin',
        checks,
      ),
    };
    return { value, problems: checks.problems };
  },
};
