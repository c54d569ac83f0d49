/**
 * How a department stands to a case: as data, read off the case, so that rights, lists and tasks mean the same by it.
 * Says nothing of what a relation allows (`rights.ts`).
 */
import type { CaseContext } from './case.js';
import { isOwed } from './moves/pending-matters.js';

/**
 * `handling`: the case lies with them. `engaged`: somebody awaits something from them. `former`: they had it, or were
 * asked. `none`: it was never theirs.
 */
export type Relation = 'none' | 'former' | 'engaged' | 'handling';

/** Ascending: whoever stands closer may all that one further away may. */
export const RELATIONS: readonly Relation[] = ['none', 'former', 'engaged', 'handling'];

/** A context never changes, and is asked this once for every action that a case could offer. */
function remembered<Answer>(read: (context: CaseContext) => Answer): (context: CaseContext) => Answer {
  const known = new WeakMap<CaseContext, Answer>();
  return (context) => {
    let answer = known.get(context);
    if (answer === undefined) known.set(context, (answer = read(context)));
    return answer;
  };
}

export function relationOf(department: string, context: CaseContext): Relation {
  if (context.handler?.department === department) return 'handling';
  if (awaitedDepartments(context).includes(department)) return 'engaged';
  return involvedDepartments(context).includes(department) ? 'former' : 'none';
}

/** Departments with an open matter of their own; the front line's are not among them. */
const awaitedDepartments = remembered((context): readonly (string | null)[] => {
  const { consults, proposals, promises, compensations, callbacks } = context;
  return [
    ...consults.filter(({ endedAt }) => endedAt === null),
    ...proposals.filter(({ state }) => state === 'open').flatMap(({ voices }) => voices),
    ...proposals
      .filter(({ state }) => state === 'agreed')
      .flatMap(({ actions }) => actions.filter(({ doneAt }) => doneAt === null)),
    ...promises.filter(isOwed),
    ...compensations
      .filter(({ state }) => UNSETTLED.has(state))
      .map(({ approverDepartment }) => ({ department: approverDepartment })),
    ...callbacks.filter(({ doneAt }) => doneAt === null),
  ].map(({ department }) => department);
});

/** Of a compensation that is still to be decided, paid or taken back. */
const UNSETTLED: ReadonlySet<string> = new Set(['proposed', 'approved', 'executing', 'failed']);

/** Every department that has or ever had the case, or was asked to help with it. */
export const involvedDepartments = remembered((context): readonly string[] => {
  const departments = [
    ...context.escalations.flatMap(({ attempts }) => attempts.map(({ department }) => department)),
    ...context.consults.map(({ department }) => department),
    ...context.proposals
      .flatMap(({ voices, actions }) => [...voices, ...actions])
      .map((one) => one.department),
    ...context.promises.flatMap(({ department }) => department ?? []),
    ...context.callbacks.flatMap(({ department }) => department ?? []),
  ];
  return [...new Set(departments)].sort();
});
