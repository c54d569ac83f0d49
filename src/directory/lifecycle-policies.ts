/**
 * The life-cycle policy as configuration: the spans after which a case moves by itself, and how often it may bounce.
 * Checks that a published policy cannot contradict itself; what each span means is decided in `src/domain`.
 */
import { DEFAULT_LIFECYCLE, type LifecyclePolicy } from '../domain/policies.js';
import { Checks } from './checks.js';
import type { ConfigurationKind } from './configuration-kind.js';

/** The one policy of an installation. */
export const DEFAULT_POLICY = 'default';

/** Five years: a span beyond it is a typing error, and no reminder that late helps anybody. */
const SPAN_SECONDS_MAX = 5 * 366 * 86_400;
/** Reminders that one wait may send; more is harassment. */
const REMINDERS_MAX = 10;

const FIELDS = Object.keys(DEFAULT_LIFECYCLE) as (keyof LifecyclePolicy)[];

export const lifecyclePolicyKind: ConfigurationKind<LifecyclePolicy> = {
  keyPattern: /^default$/,
  keyShape: '"default"',
  defaults: { [DEFAULT_POLICY]: DEFAULT_LIFECYCLE },
  check: (_key, body) => {
    const checks = new Checks();
    const given = checks.object(body, '', FIELDS);
    /** An absent field keeps its default, so that a policy written for an older release stays valid. */
    const whole = (
      field: Exclude<keyof LifecyclePolicy, 'waitingRemindAfterSeconds'>,
      min: number,
      max: number,
    ) => checks.integer(given[field] ?? DEFAULT_LIFECYCLE[field], `/${field}`, min, max);
    const span = (field: Exclude<keyof LifecyclePolicy, 'waitingRemindAfterSeconds'>) =>
      whole(field, 1, SPAN_SECONDS_MAX);
    const value: LifecyclePolicy = {
      waitingRemindAfterSeconds: checks.list(
        given['waitingRemindAfterSeconds'] ?? DEFAULT_LIFECYCLE.waitingRemindAfterSeconds,
        '/waitingRemindAfterSeconds',
        REMINDERS_MAX,
        (item, pointer) => checks.integer(item, pointer, 1, SPAN_SECONDS_MAX),
      ),
      waitingExpireAfterSeconds: span('waitingExpireAfterSeconds'),
      confirmationRemindAfterSeconds: span('confirmationRemindAfterSeconds'),
      confirmationExpireAfterSeconds: span('confirmationExpireAfterSeconds'),
      reopenWindowSeconds: span('reopenWindowSeconds'),
      bouncesBeforeArbitration: whole('bouncesBeforeArbitration', 1, 20),
      reroutesPerCase: whole('reroutesPerCase', 0, 50),
      reopeningsBeforeAttention: whole('reopeningsBeforeAttention', 1, 50),
      reopeningsPerCase: whole('reopeningsPerCase', 1, 1_000),
      chaseWithinSeconds: whole('chaseWithinSeconds', 0, SPAN_SECONDS_MAX),
      chasesBeforeAttention: whole('chasesBeforeAttention', 1, 50),
      lowScoreAtMost: whole('lowScoreAtMost', 0, 5),
      callbackWithinSeconds: span('callbackWithinSeconds'),
      tasksBeforeOverload: whole('tasksBeforeOverload', 1, 1_000_000),
    };
    if (checks.problems.length === 0) checkOrder(value, checks);
    return { value, problems: checks.problems };
  },
};

/** Reminders come one after the other, and all of them before the end that they announce. */
function checkOrder(policy: LifecyclePolicy, checks: Checks): void {
  const waits = [...policy.waitingRemindAfterSeconds, policy.waitingExpireAfterSeconds];
  if (waits.some((span, index) => index > 0 && span <= (waits[index - 1] ?? 0))) {
    const message = 'Reminders must ascend and all come before waitingExpireAfterSeconds.';
    checks.report('/waitingRemindAfterSeconds', 'inconsistent', message);
  }
  if (policy.confirmationRemindAfterSeconds >= policy.confirmationExpireAfterSeconds) {
    const message = 'The reminder must come before confirmationExpireAfterSeconds.';
    checks.report('/confirmationRemindAfterSeconds', 'inconsistent', message);
  }
}
