/**
 * Routing rules as configuration (E2): an ordered list that says which department, and whom there, a case is for. The
 * first rule that matches decides. Says what a body must hold; what a rule means for a case is in `route-case.ts`.
 */
import { GRADES, type Grade } from '../domain/case.js';
import { Checks } from './checks.js';
import type { ConfigurationKind, ConfiguredNow } from './configuration-kind.js';

/** Of each field that is there, one value must fit; all fields must. Without any field: every case. */
export interface RoutingWhen {
  readonly category?: readonly string[];
  readonly channel?: readonly string[];
  readonly grade?: readonly Grade[];
  readonly product?: readonly string[];
  /** Found in subject or description, in any case. */
  readonly keywords?: readonly string[];
}

export interface RoutingRule {
  readonly name: string;
  readonly when: RoutingWhen;
  readonly department: string;
  /** What a person of the department must be able to do. */
  readonly skills: readonly string[];
  /** `leastLoaded`; `owner`: whoever answers to the customer; the id of a person; null: the department's inbox. */
  readonly person: string | null;
  /** What the agent who takes the case in must be able to do, where owners are assigned. */
  readonly ownerSkills: readonly string[];
  /** For the people who read the suggestion. */
  readonly why: string;
}

export interface RoutingRules {
  /** Whether a case that no agent opened gets an owner at once: the least-loaded agent on duty. */
  readonly assignOwner: boolean;
  readonly rules: readonly RoutingRule[];
}

/** The one list of an installation. */
export const ROUTING_KEY = 'default';

export const WHEN_FIELDS = ['category', 'channel', 'grade', 'product', 'keywords'] as const;
/** Each is compared with all before it; more rules than this are a table for a machine to learn. */
export const RULES_MAX = 100;
/** Values of one field; more of them are a rule about something else. */
export const VALUES_MAX = 50;
/** Longest category, channel or skill there can be. */
export const WORD_MAX = 64;
export const SKILLS_MAX = 20;
const NAME_MAX = 80;
const WHY_MAX = 300;
const RULE_FIELDS = ['name', 'when', 'department', 'skills', 'person', 'ownerSkills', 'why'] as const;

/** In words of the house; folded, so that `ZH` and `zh` are one skill. */
export function foldWord(word: string): string {
  return word.normalize('NFKC').trim().toLowerCase();
}

export const routingRulesKind: ConfigurationKind<RoutingRules> = {
  keyPattern: /^default$/,
  keyShape: '"default"',
  defaults: { [ROUTING_KEY]: { assignOwner: false, rules: [] } },
  check: (_key, body, configured) => {
    const checks = new Checks();
    const given = checks.object(body, '', ['assignOwner', 'rules']);
    const value: RoutingRules = {
      assignOwner: checks.boolean(given['assignOwner'] ?? false, '/assignOwner'),
      rules: checks.list(given['rules'] ?? [], '/rules', RULES_MAX, (rule, pointer) =>
        readRule(rule, pointer, configured, checks),
      ),
    };
    if (checks.problems.length === 0) checkOrder(value.rules, checks);
    return { value, problems: checks.problems };
  },
};

function readRule(value: unknown, pointer: string, configured: ConfiguredNow, checks: Checks): RoutingRule {
  const given = checks.object(value, pointer, RULE_FIELDS);
  const department = given['department'];
  const isKnown = typeof department === 'string' && configured.departments.has(department);
  if (!isKnown) {
    checks.report(`${pointer}/department`, 'inconsistent', 'No such department is configured.');
  }
  return {
    name: checks.text(given['name'], `${pointer}/name`, NAME_MAX),
    when: readWhen(given['when'] ?? {}, `${pointer}/when`, checks),
    department: isKnown ? department : '',
    skills: readSkills(given['skills'], `${pointer}/skills`, checks),
    person: isKnown ? readPerson(given['person'] ?? null, department, pointer, configured, checks) : null,
    ownerSkills: readSkills(given['ownerSkills'], `${pointer}/ownerSkills`, checks),
    why: checks.text(given['why'], `${pointer}/why`, WHY_MAX),
  };
}

function readWhen(value: unknown, pointer: string, checks: Checks): RoutingWhen {
  const given = checks.object(value, pointer, WHEN_FIELDS);
  const named = WHEN_FIELDS.filter((field) => (given[field] ?? null) !== null);
  return Object.fromEntries(
    named.map((field) => [field, values(given[field], `${pointer}/${field}`, field === 'grade', checks)]),
  );
}

/** One value or several, folded, sorted, without repetitions: one form keeps equal rules equal. */
function values(value: unknown, pointer: string, areGrades: boolean, checks: Checks): string[] {
  const read = (item: unknown, at: string) =>
    areGrades
      ? checks.matching(item, at, new RegExp(`^(${GRADES.join('|')})$`), `one of ${GRADES.join(', ')}`)
      : readWord(item, at, checks);
  if (!Array.isArray(value)) return [read(value, pointer)];
  if (value.length === 0) checks.report(pointer, 'required', 'Must hold at least one value.');
  return [...new Set(checks.list(value, pointer, VALUES_MAX, read))].sort();
}

/** Skills in their stored form: folded, sorted, without repetitions. */
export function readSkills(value: unknown, pointer: string, checks: Checks): string[] {
  const words = checks.list(value ?? [], pointer, SKILLS_MAX, (item, at) => readWord(item, at, checks));
  return [...new Set(words)].sort();
}

function readWord(value: unknown, pointer: string, checks: Checks): string {
  const folded = foldWord(checks.text(value, pointer, WORD_MAX));
  // What folds to nothing would be found everywhere.
  if (folded === '' && checks.problems.length === 0) checks.report(pointer, 'required', 'Must not be empty.');
  return folded;
}

function readPerson(
  value: unknown,
  department: string,
  pointer: string,
  { staff }: ConfiguredNow,
  checks: Checks,
): string | null {
  if (value === null || value === 'leastLoaded' || value === 'owner') return value;
  const person = typeof value === 'string' ? staff.get(value) : undefined;
  if (person?.active && person.department === department) return value as string;
  const message = 'Must be "leastLoaded", "owner", null, or an active person of the department.';
  checks.report(`${pointer}/person`, typeof value === 'string' ? 'inconsistent' : 'wrong-type', message);
  return null;
}

/** A rule that can never decide is a mistake of whoever wrote it: an earlier one takes all that it would. */
function checkOrder(rules: readonly RoutingRule[], checks: Checks): void {
  for (const [index, rule] of rules.entries()) {
    const earlier = rules.slice(0, index);
    if (earlier.some(({ name }) => foldWord(name) === foldWord(rule.name))) {
      checks.report(`/rules/${index}/name`, 'inconsistent', 'Another rule has this name.');
    }
    const cover = earlier.find(({ when }) => covers(when, rule.when));
    if (cover) {
      const message = `Never reached: "${cover.name}" comes first and takes every such case.`;
      checks.report(`/rules/${index}/when`, 'inconsistent', message);
    }
  }
}

/** Whether `wide` matches whatever `narrow` matches. */
export function covers(wide: RoutingWhen, narrow: RoutingWhen): boolean {
  return WHEN_FIELDS.every((field) => {
    const allowed: readonly string[] | undefined = wide[field];
    if (allowed === undefined) return true;
    return narrow[field]?.every((value) => allowed.includes(value)) ?? false;
  });
}
