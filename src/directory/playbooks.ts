/**
 * Playbooks (预案) as configuration: what a category of cases prescribes. One per category; `*` serves every category
 * without one. Says what a body must hold; what a playbook means is decided in `src/domain`.
 */
import { DEFAULT_PLAYBOOK, type Playbook } from '../domain/policies.js';
import { Checks } from './checks.js';
import type { ConfigurationKind } from './configuration-kind.js';

/** A playbook without its category, as it is stored. */
export type PlaybookBody = Omit<Playbook, 'category'>;

/** The key of the playbook that serves categories without one of their own. */
export const ANY_CATEGORY = '*';

const FIELD_NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;
/** More fields than this on one hand-off is a form that nobody fills in. */
const REQUIRED_FIELDS_MAX = 30;

const { category: _, ...defaultBody } = DEFAULT_PLAYBOOK;

export const playbookKind: ConfigurationKind<PlaybookBody> = {
  keyPattern: /^(\*|[\p{L}\p{N}][\p{L}\p{N}._-]{0,63})$/u,
  keyShape: 'a category (letters, digits, dot, underscore, hyphen; at most 64), or * for all others',
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
    ];
    const given = checks.object(body, '', members);
    const flag = (field: 'directLevel2' | 'evidenceRequired' | 'breachClimbs' | 'departuresNeedReason') =>
      checks.boolean(given[field] ?? DEFAULT_PLAYBOOK[field], `/${field}`);
    const value: PlaybookBody = {
      directLevel2: flag('directLevel2'),
      requiredFields: requiredFields(given['requiredFields'] ?? {}, departments, checks),
      evidenceRequired: flag('evidenceRequired'),
      breachClimbs: flag('breachClimbs'),
      route: route(given['route'] ?? DEFAULT_PLAYBOOK.route, departments, checks),
      departuresNeedReason: flag('departuresNeedReason'),
      checklist: DEFAULT_PLAYBOOK.checklist,
      texts: DEFAULT_PLAYBOOK.texts,
    };
    return { value, problems: checks.problems };
  },
};

function requiredFields(
  value: unknown,
  departments: ReadonlyMap<string, unknown>,
  checks: Checks,
): PlaybookBody['requiredFields'] {
  const fields = Object.entries(checks.object(value, '/requiredFields', null));
  return Object.fromEntries(
    fields.map(([department, names]) => {
      const pointer = `/requiredFields/${department}`;
      if (department !== '*') existing(department, pointer, departments, checks);
      const list = checks.list(names, pointer, REQUIRED_FIELDS_MAX, (name, at) =>
        checks.matching(name, at, FIELD_NAME, 'the name of a field'),
      );
      return [department, [...new Set(list)]];
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
