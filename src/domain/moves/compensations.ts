/**
 * Moves of compensation: proposed, approved within authority, executed once (domain.md §3, row 22; §4, invariant 7).
 * What the customer was granted in other cases comes in with the event, read under a lock; knows no payment system.
 */
import type { Actor } from '../actor.js';
import type { CaseContext } from '../case.js';
import type { Compensation } from '../cooperation.js';
import type { CompensationPolicy, Policies } from '../policies.js';
import { refusal, type Refusal } from '../refusals.js';
import { tooMany } from './matter-limits.js';
import type { MoveTable, PolicedEvent } from './move.js';

type Role = Compensation['approverRole'];
type State = Compensation['state'];

/** Who outranks whom when money is approved: an administrator counts as a manager. */
const RANK: Readonly<Record<Role, number>> = { agent: 0, member: 1, lead: 2, manager: 3, admin: 3 };
/** Where a proposal goes that is beyond the proposer, the lowest first. */
const APPROVERS = ['lead', 'manager', 'admin'] as const satisfies readonly Role[];
const UNPAID: readonly State[] = ['proposed', 'approved', 'failed'];

export const COMPENSATIONS: MoveTable<
  | 'case.proposeCompensation'
  | 'case.approveCompensation'
  | 'case.rejectCompensation'
  | 'case.executeCompensation'
  | 'case.settleCompensation'
  | 'case.cancelCompensation'
> = {
  'case.proposeCompensation': {
    blocked: tooMany('compensations'),
    refuse: (context, event) => {
      const { compensation: policy } = event.policies;
      if (event.currency !== policy.currency) return refusal('wrong-currency', ['/currency']);
      if (!Number.isSafeInteger(event.amountMinor) || event.amountMinor <= 0) {
        return refusal('amount-invalid', ['/amount']);
      }
      if (!approverOf(context, event)) return refusal('beyond-authority', ['/amount']);
      return overCap(event, event.amountMinor);
    },
    apply: (context, event) => {
      const approver = approverOf(context, event) ?? { role: 'admin', department: null };
      const proposed: Compensation = {
        n: context.compensations.length + 1,
        kind: event.kind,
        amountMinor: event.amountMinor,
        currency: event.currency,
        description: event.description,
        reason: event.reason,
        proposedBy: event.actor.id,
        proposedByKind: event.actor.kind,
        proposedAt: event.at,
        approverRole: approver.role,
        approverDepartment: approver.department,
        state: 'proposed',
        decidedBy: null,
        decidedAt: null,
        decisionComment: null,
        authority: null,
        executedAt: null,
        reference: null,
        assigneeId: null,
        withDeputy: false,
      };
      const within = isWithinOwnLimit(event.actor, event.amountMinor, event.policies);
      const one = within ? approved(proposed, event, approver.role, null) : proposed;
      return { ...context, compensations: [...context.compensations, one] };
    },
  },

  'case.approveCompensation': {
    blocked: noneIn('proposed'),
    refuse: (context, event) => {
      const one = find(context, event.n, 'proposed');
      if (!one) return refusal('compensation-unknown');
      const { actor, policies } = event;
      if (one.proposedBy === actor.id && !isWithinOwnLimit(actor, one.amountMinor, policies)) {
        return refusal('own-proposal');
      }
      const role = decidingRole(one, actor, policies);
      return (
        notDecider(one, actor, role) ??
        (limitOf(policies.compensation, role) < one.amountMinor ? refusal('beyond-authority') : null) ??
        otherCurrency(one, policies) ??
        overCap(event, one.amountMinor)
      );
    },
    apply: (context, event) =>
      change(context, event.n, (one) =>
        approved(one, event, decidingRole(one, event.actor, event.policies), event.comment),
      ),
  },

  'case.rejectCompensation': {
    blocked: noneIn('proposed'),
    refuse: (context, { n, actor, policies }) => {
      const one = find(context, n, 'proposed');
      return one
        ? notDecider(one, actor, decidingRole(one, actor, policies))
        : refusal('compensation-unknown');
    },
    apply: (context, { n, actor, at, reason }) =>
      change(context, n, (one) => ({
        ...one,
        state: 'rejected',
        decidedBy: actor.id,
        decidedAt: at,
        decisionComment: reason,
      })),
  },

  'case.executeCompensation': {
    blocked: noneIn('approved', 'failed'),
    refuse: (context, event) => {
      const one = find(context, event.n, 'approved', 'failed');
      if (!one) return refusal('compensation-unknown');
      return otherCurrency(one, event.policies) ?? overCap(event, one.amountMinor);
    },
    apply: (context, { n, at, reference }) =>
      change(context, n, (one) =>
        reference === null
          ? { ...one, state: 'executing' }
          : { ...one, state: 'executed', executedAt: at, reference },
      ),
  },

  'case.settleCompensation': {
    blocked: noneIn('executing'),
    refuse: (context, { n }) => (find(context, n, 'executing') ? null : refusal('compensation-unknown')),
    apply: (context, { n, at, paid, reference }) =>
      change(context, n, (one) =>
        paid ? { ...one, state: 'executed', executedAt: at, reference } : { ...one, state: 'failed' },
      ),
  },

  'case.cancelCompensation': {
    blocked: noneIn(...UNPAID),
    refuse: (context, { n, actor }) => {
      const one = find(context, n, ...UNPAID);
      if (!one) return refusal('compensation-unknown');
      const isDepartments = actor.kind === 'member' || actor.kind === 'lead';
      const isTheirs = one.proposedBy === actor.id || one.approverDepartment === actor.department;
      return isDepartments && !isTheirs ? refusal('actor-not-permitted') : null;
    },
    apply: (context, { n }) => change(context, n, (one) => ({ ...one, state: 'cancelled' })),
  },
};

/** The amount that this role may approve; nothing for a role without a limit. */
function limitOf({ limitsMinor }: CompensationPolicy, role: Actor['kind']): number {
  return isRole(role) ? (limitsMinor[role] ?? 0) : 0;
}

function isRole(kind: Actor['kind']): kind is Role {
  return Object.hasOwn(RANK, kind);
}

function isWithinOwnLimit(actor: Actor, amountMinor: number, { compensation }: Policies): boolean {
  return amountMinor <= limitOf(compensation, actor.kind);
}

/** The lowest authority that covers the amount; null when nobody's does. */
function approverOf(
  context: CaseContext,
  { actor, amountMinor, policies }: PolicedEvent<'case.proposeCompensation'>,
): { readonly role: Role; readonly department: string | null } | null {
  if (isRole(actor.kind) && isWithinOwnLimit(actor, amountMinor, policies)) {
    return { role: actor.kind, department: actor.department ?? null };
  }
  const handling = context.handler?.department ?? null;
  const role = APPROVERS.find(
    (each) => amountMinor <= limitOf(policies.compensation, each) && (each !== 'lead' || handling !== null),
  );
  return role === undefined ? null : { role, department: role === 'lead' ? handling : null };
}

/** A deputy decides with the lead's authority once the lead did not in time; everybody else with their own. */
function decidingRole(one: Compensation, { kind, id }: Actor, { departments }: Policies): Actor['kind'] {
  if (!one.withDeputy || one.approverDepartment === null || kind !== 'member') return kind;
  return departments[one.approverDepartment]?.deputies?.includes(id) ? 'lead' : kind;
}

/** Of the asked rank or above; leads and their deputies for their own department only. */
function notDecider(one: Compensation, actor: Actor, role: Actor['kind']): Refusal | null {
  if (!isRole(role) || RANK[role] < RANK[one.approverRole]) return refusal('beyond-authority');
  if (RANK[role] >= RANK.manager) return null;
  return actor.department !== undefined && actor.department === one.approverDepartment
    ? null
    : refusal('not-in-department');
}

/** Limits and cap are kept in one currency: what was proposed under another cannot be measured by them. */
function otherCurrency(one: Compensation, { compensation }: Policies): Refusal | null {
  return one.currency === compensation.currency ? null : refusal('wrong-currency');
}

function overCap(
  {
    grantedMinor,
    policies,
  }: PolicedEvent<'case.proposeCompensation' | 'case.approveCompensation' | 'case.executeCompensation'>,
  amountMinor: number,
): Refusal | null {
  return grantedMinor + amountMinor > policies.compensation.customerCapMinor
    ? refusal('customer-cap-reached')
    : null;
}

function approved(
  one: Compensation,
  event: PolicedEvent<'case.proposeCompensation' | 'case.approveCompensation'>,
  role: Actor['kind'],
  comment: string | null,
): Compensation {
  const { compensation: policy } = event.policies;
  return {
    ...one,
    state: 'approved',
    decidedBy: event.actor.id,
    decidedAt: event.at,
    decisionComment: comment,
    authority: isRole(role)
      ? {
          role,
          limitMinor: limitOf(policy, role),
          capMinor: policy.customerCapMinor,
          grantedMinor: event.grantedMinor,
        }
      : null,
  };
}

function find(context: CaseContext, n: number, ...states: readonly State[]): Compensation | undefined {
  return context.compensations.find((one) => one.n === n && states.includes(one.state));
}

function noneIn(...states: readonly State[]): (context: CaseContext) => Refusal | null {
  return ({ compensations }) =>
    compensations.some(({ state }) => states.includes(state)) ? null : refusal('compensation-unknown');
}

function change(context: CaseContext, n: number, changed: (one: Compensation) => Compensation): CaseContext {
  const compensations = context.compensations.map((one) => (one.n === n ? changed(one) : one));
  return { ...context, compensations };
}
