/**
 * SLA policies as configuration: the promise to the customer, and which cases it is made to. Checks that a published
 * policy can be kept account of; what its clocks do is decided in `src/domain/clocks`.
 */
import { GRADES, type Grade } from '../domain/case.js';
import { DEFAULT_SLA_POLICY, type SlaMetric, type SlaPolicy } from '../domain/policies.js';
import { existingCalendar } from './calendars.js';
import { Checks } from './checks.js';
import type { ConfigurationKind } from './configuration-kind.js';
import { checkReachable, readTargets } from './target-spans.js';

/** Which cases a policy serves; a field that is absent matches any value, of those that are there each must match. */
export interface SlaMatch {
  readonly category?: readonly string[];
  readonly grade?: readonly Grade[];
  readonly channel?: readonly string[];
}

/** A policy without key and version, as it is stored. */
export interface SlaPolicyBody extends Omit<SlaPolicy, 'key' | 'version'> {
  /** Absent: the policy serves no case (it was retired), or, under the key `default`, all that no other matches. */
  readonly match?: SlaMatch;
}

/** The policy that serves what no other matches. */
export const DEFAULT_SLA_KEY = 'default';

export const SLA_METRICS: readonly SlaMetric[] = [
  'firstResponse',
  'nextResponse',
  'nextUpdate',
  'resolution',
  'olaRework',
];

const FIELDS = ['calendar', 'targets', 'firstResponsePausable', 'onReopen', 'warnPercents', 'match'] as const;
/** More warnings than this before one deadline are noise. */
export const WARNINGS_MAX = 5;
/** Longest category or channel that a case can have. */
const WORD_LENGTH_MAX = 64;
/** A policy for more categories than this is the default. */
export const MATCHES_MAX = 100;

const { key: _key, version: _version, ...seed } = DEFAULT_SLA_POLICY;

export const slaPolicyKind: ConfigurationKind<SlaPolicyBody> = {
  keyPattern: /^[a-z0-9][a-z0-9-]{0,63}$/,
  keyShape: 'lower-case letters, digits and hyphens, at most 64',
  defaults: { [DEFAULT_SLA_KEY]: seed },
  check: (key, body, configured) => {
    const checks = new Checks();
    const given = checks.object(body, '', FIELDS);
    const calendar = existingCalendar(given['calendar'], configured, checks);
    const targets = readTargets(given['targets'], '/targets', SLA_METRICS, checks);
    const match = readMatch(key, given['match'] ?? null, checks);
    const value: SlaPolicyBody = {
      calendar,
      targets,
      firstResponsePausable: checks.boolean(
        given['firstResponsePausable'] ?? DEFAULT_SLA_POLICY.firstResponsePausable,
        '/firstResponsePausable',
      ),
      onReopen: checks.matching(
        given['onReopen'] ?? DEFAULT_SLA_POLICY.onReopen,
        '/onReopen',
        /^(continue|restart)$/,
        '"continue" or "restart"',
      ) as SlaPolicy['onReopen'],
      warnPercents: readWarnings(given['warnPercents'] ?? DEFAULT_SLA_POLICY.warnPercents, checks),
      ...(match === null ? {} : { match }),
    };
    checkReachable(targets, '/targets', calendar, configured, checks);
    return { value, problems: checks.problems };
  },
};

function readWarnings(value: unknown, checks: Checks): readonly number[] {
  const percents = checks.list(value, '/warnPercents', WARNINGS_MAX, (item, pointer) =>
    checks.integer(item, pointer, 1, 99),
  );
  const ascend = percents.every((percent, index) => index === 0 || percent > (percents[index - 1] ?? 0));
  if (!ascend && checks.problems.every(({ pointer }) => !pointer.startsWith('/warnPercents'))) {
    checks.report('/warnPercents', 'inconsistent', 'Must ascend.');
  }
  return percents;
}

function readMatch(key: string, value: unknown, checks: Checks): SlaMatch | null {
  if (value === null) return null;
  if (key === DEFAULT_SLA_KEY) {
    checks.report('/match', 'inconsistent', 'The policy "default" serves what no other matches.');
    return null;
  }
  const given = checks.object(value, '/match', ['category', 'grade', 'channel']);
  const oneOf =
    <T extends string>(words: readonly T[]) =>
    (item: unknown, pointer: string) =>
      checks.matching(item, pointer, new RegExp(`^(${words.join('|')})$`), `one of ${words.join(', ')}`) as T;
  const word = (item: unknown, pointer: string): string => checks.text(item, pointer, WORD_LENGTH_MAX);
  const category = some(given['category'], '/match/category', checks, word);
  const grade = some(given['grade'], '/match/grade', checks, oneOf(GRADES));
  const channel = some(given['channel'], '/match/channel', checks, word);
  if (!category && !grade && !channel && checks.problems.length === 0) {
    checks.report('/match', 'inconsistent', 'Name at least one of category, grade, channel.');
  }
  return { ...(category && { category }), ...(grade && { grade }), ...(channel && { channel }) };
}

/** One value or a list of them, as a sorted list without repetitions; null for none. */
function some<T extends string>(
  value: unknown,
  pointer: string,
  checks: Checks,
  item: (value: unknown, pointer: string) => T,
): readonly T[] | null {
  if (value === undefined || value === null) return null;
  if (!Array.isArray(value)) return [item(value, pointer)];
  const items = checks.list(value, pointer, MATCHES_MAX, item);
  if (value.length === 0) checks.report(pointer, 'required', 'Must hold at least one value.');
  return [...new Set(items)].sort();
}
