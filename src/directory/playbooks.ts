/**
 * Playbooks (预案) as configuration: what a category of cases prescribes. One per category; `*` serves every category
 * without one. Says what a body must hold; what a playbook means is decided in `src/domain`.
 */
import { DEFAULT_PLAYBOOK, LOCALES, type Locale, type Playbook } from '../domain/policies.js';
import { childPointer } from '../domain/json-pointer.js';
import { Checks } from './checks.js';
import type { ConfigurationKind } from './configuration-kind.js';

/** A playbook without its category, as it is stored. */
export type PlaybookBody = Omit<Playbook, 'category'>;

/** The key of the playbook that serves categories without one of their own. */
export const ANY_CATEGORY = '*';

/** The key of whatever is configured per category. */
export const CATEGORY_KEY = /^(\*|[\p{L}\p{N}][\p{L}\p{N}._-]{0,63})$/u;
export const CATEGORY_SHAPE =
  'a category (letters, digits, dot, underscore, hyphen; at most 64), or * for all others';

const FIELD_NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;
/** More fields than this on one hand-off is a form that nobody fills in. */
const REQUIRED_FIELDS_MAX = 30;
/** A longer checklist is ticked without reading. */
const CHECKLIST_MAX = 30;
const CHECKLIST_ITEM_MAX = 200;
/** Ready texts of one category; whoever needs more cannot find the right one. */
const TEXTS_MAX = 50;
const READY_TEXT_MAX = 4_000;
const TEXT_NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,63}$/u;

const { category: _, ...defaultBody } = DEFAULT_PLAYBOOK;

export const playbookKind: ConfigurationKind<PlaybookBody> = {
  keyPattern: CATEGORY_KEY,
  keyShape: CATEGORY_SHAPE,
  defaults: { [ANY_CATEGORY]: defaultBody },
  check: (_key, body, { departments }) => {
    const checks = new Checks();
    const members = [
      'directLevel2',
      'requiredFields',
      'evidenceRequired',
      'breachClimbs',
      'route',
      'departuresNeedReason',
      'checklist',
      'texts',
    ];
    const given = checks.object(body, '', members);
    const flag = (field: 'directLevel2' | 'evidenceRequired' | 'breachClimbs' | 'departuresNeedReason') =>
      checks.boolean(given[field] ?? DEFAULT_PLAYBOOK[field], `/${field}`);
    const value: PlaybookBody = {
      directLevel2: flag('directLevel2'),
      requiredFields: perDepartment(
        given['requiredFields'] ?? {},
        '/requiredFields',
        departments,
        checks,
        (names, pointer) =>
          checks.list(names, pointer, REQUIRED_FIELDS_MAX, (name, at) =>
            checks.matching(name, at, FIELD_NAME, 'the name of a field'),
          ),
      ),
      evidenceRequired: flag('evidenceRequired'),
      breachClimbs: flag('breachClimbs'),
      route: route(given['route'] ?? DEFAULT_PLAYBOOK.route, departments, checks),
      departuresNeedReason: flag('departuresNeedReason'),
      checklist: perDepartment(
        given['checklist'] ?? {},
        '/checklist',
        departments,
        checks,
        (items, pointer) =>
          checks.list(items, pointer, CHECKLIST_MAX, (item, at) => checks.text(item, at, CHECKLIST_ITEM_MAX)),
      ),
      texts: readyTexts(given['texts'] ?? {}, checks),
    };
    return { value, problems: checks.problems };
  },
};

/** A list per department, without repetitions; `*` holds for all. */
function perDepartment(
  value: unknown,
  at: string,
  departments: ReadonlyMap<string, unknown>,
  checks: Checks,
  read: (list: unknown, pointer: string) => string[],
): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    Object.entries(checks.object(value, at, null)).map(([department, list]) => {
      const pointer = childPointer(at, department);
      if (department !== '*') existing(department, pointer, departments, checks);
      return [department, [...new Set(read(list, pointer))]];
    }),
  );
}

/** 话术: each text in every language, or an agent would find none in the customer's. */
function readyTexts(value: unknown, checks: Checks): PlaybookBody['texts'] {
  const texts = Object.entries(checks.object(value, '/texts', null));
  if (texts.length > TEXTS_MAX) checks.report('/texts', 'out-of-range', `At most ${TEXTS_MAX} texts.`);
  return Object.fromEntries(
    texts.slice(0, TEXTS_MAX).map(([name, text]) => {
      const pointer = childPointer('/texts', name);
      checks.matching(name, pointer, TEXT_NAME, 'named in letters and digits, at most 64');
      const languages = checks.object(text, pointer, LOCALES);
      const each = LOCALES.map((locale) => [
        locale,
        checks.text(languages[locale], `${pointer}/${locale}`, READY_TEXT_MAX),
      ]);
      return [name, Object.fromEntries(each) as Record<Locale, string>];
    }),
  );
}

/** Time follows the route when nobody else does, so each station must exist. */
function route(
  value: unknown,
  departments: ReadonlyMap<string, unknown>,
  checks: Checks,
): PlaybookBody['route'] {
  const given = checks.object(value, '/route', ['level1', 'level2']);
  const station = (level: 'level1' | 'level2'): string | null => {
    const department = given[level] ?? null;
    return department === null ? null : existing(department, `/route/${level}`, departments, checks);
  };
  return { level1: station('level1'), level2: station('level2') };
}

function existing(
  department: unknown,
  pointer: string,
  departments: ReadonlyMap<string, unknown>,
  checks: Checks,
): string {
  if (typeof department === 'string' && departments.has(department)) return department;
  checks.report(pointer, 'inconsistent', 'No such department is configured.');
  return '';
}
