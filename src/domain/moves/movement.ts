/**
 * Moves between the front line and the departments: start, escalate, accept, return, reroute, arbitration, decision,
 * hand back (domain.md §3, rows 2–13). Refuses incomplete packets; knows nothing of clocks, tasks or messages.
 */
import type { CaseContext } from '../case.js';
import {
  acceptAttempt,
  dispatch,
  endAttempt,
  lastAttempt,
  openAttempt,
  type Packet,
  recordOf,
  reworkState,
} from '../escalation-records.js';
import { childPointer } from '../json-pointer.js';
import type { Policies } from '../policies.js';
import { refusal, type Refusal } from '../refusals.js';
import { resolved } from './outcome.js';
import type { MoveTable, PolicedEvent } from './move.js';
import { approvalAwaited } from './pending-matters.js';

/** The level that an escalation from here reaches: the one it was returned from, else the next. */
export function climbTarget(context: CaseContext, event: PolicedEvent<'case.escalate'>): number {
  if (context.level > 0) return event.toLevel ?? context.level + 1;
  return event.toLevel ?? context.returned?.fromLevel ?? 1;
}

/** A return as misrouted or unjustified, or a reroute, that makes a manager's decision necessary (row 9). */
export function bouncedTooOften(
  context: CaseContext,
  event: PolicedEvent<'case.return'> | PolicedEvent<'case.reroute'>,
): boolean {
  if (context.level === 0) return false;
  const bounces = context.bounces[context.level] + (isBounce(event) ? 1 : 0);
  return isBounce(event) && bounces >= event.policies.lifecycle.bouncesBeforeArbitration;
}

export const MOVEMENT: MoveTable<
  | 'case.start'
  | 'case.escalate'
  | 'case.accept'
  | 'case.return'
  | 'case.reroute'
  | 'case.assign'
  | 'case.decide'
  | 'case.handBack'
> = {
  'case.start': {
    apply: (context, event) => ({ ...context, ownerId: event.agentId }),
  },

  'case.escalate': {
    refuse: (context, event) =>
      unknownDepartment(event.department, event.policies) ??
      wrongLevel(context, event) ??
      missingFields(context, event) ??
      incompletePacket(event) ??
      unexplainedDeparture(context, event),
    apply: (context, event) => {
      const started = context.ownerId ?? (event.actor.kind === 'system' ? null : event.actor.id);
      const left = endAttempt({ ...context, ownerId: started }, event.at, 'escalated');
      return dispatch(left, {
        level: climbTarget(context, event) === 2 ? 2 : 1,
        department: event.department,
        packet: event,
        by: event.actor.id,
        at: event.at,
        binding: false,
      });
    },
  },

  'case.accept': {
    refuse: (context, { actor }) => {
      const assigned = openAttempt(context)?.memberId ?? null;
      return assigned === null || assigned === actor.id ? null : refusal('task-taken');
    },
    apply: (context, event) => acceptAttempt(context, event.at, event.actor.id),
  },

  'case.return': {
    refuse: (context, event) => {
      const binding = recordOf(context, context.level)?.binding ?? false;
      if (event.reason === 'misrouted' && binding) return refusal('assignment-binding', ['/reason']);
      if (event.reason === 'missingInfo' && event.missingFields.length === 0) {
        return refusal('return-incomplete', ['/missingFields']);
      }
      return null;
    },
    apply: (context, event) => {
      const { level } = context;
      if (level === 0) return context;
      const counted = isBounce(event) ? bounced(context) : context;
      const left = endAttempt(counted, event.at, 'returned', event.reason);
      if (bouncedTooOften(context, event)) return arbitrated(left, event);
      const { reason, missingFields: fields, suggestion, comment } = event;
      return {
        ...left,
        level: 0,
        returned: { fromLevel: level, reason, missingFields: fields, suggestion, comment },
      };
    },
  },

  'case.reroute': {
    blocked: (context, _at, policies) =>
      context.reroutes >= policies.lifecycle.reroutesPerCase ? refusal('reroute-cap-reached') : null,
    refuse: (context, event) => {
      const record = recordOf(context, context.level);
      if (record?.binding && event.actor.kind === 'lead') return refusal('assignment-binding');
      if (event.department === context.handler?.department)
        return refusal('same-department', ['/department']);
      return unknownDepartment(event.department, event.policies);
    },
    apply: (context, event) => {
      const record = recordOf(context, context.level);
      if (!record) return context;
      const counted = { ...bounced(context), reroutes: context.reroutes + 1 };
      const left = endAttempt(counted, event.at, 'rerouted');
      if (bouncedTooOften(context, event)) return arbitrated(left, event);
      return dispatch(left, {
        level: record.level,
        department: event.department,
        packet: record,
        by: event.actor.id,
        at: event.at,
        binding: record.binding,
      });
    },
  },

  'case.assign': {
    refuse: (_context, event) =>
      event.department === null ? null : unknownDepartment(event.department, event.policies),
    apply: (context, event) => {
      const settled = { ...context, attention: null };
      if (event.department === null) return { ...settled, level: 0, handler: null };
      const level = event.level ?? (context.level === 2 ? 2 : 1);
      return dispatch(
        { ...settled, bounces: { ...context.bounces, [level]: 0 } },
        {
          level,
          department: event.department,
          packet: recordOf(context, level) ?? recordOf(context, 1) ?? plainPacket(event.reason),
          by: event.actor.id,
          at: event.at,
          binding: true,
        },
      );
    },
  },

  'case.decide': {
    blocked: approvalAwaited,
    refuse: (_context, event) =>
      event.decision === 'refuse' && event.reasons === '' ? refusal('packet-incomplete', ['/reasons']) : null,
    apply: (context, event) => ({
      ...resolved(context, event, {
        kind: 'decision',
        decision: event.decision,
        solution: event.solution,
        rootCause: null,
        reworkTo: reworkState(context),
      }),
      finalDecisionRequired: false,
      attention: null,
    }),
  },

  'case.handBack': {
    refuse: (context, event) => {
      if (event.department !== null) return unknownDepartment(event.department, event.policies);
      return recordOf(context, 1) ? null : refusal('department-required', ['/department']);
    },
    apply: (context, event) => {
      const record = recordOf(context, 1);
      const before = lastAttempt(record);
      const department = event.department ?? before?.department ?? '';
      return dispatch(endAttempt(context, event.at, 'handedBack'), {
        level: 1,
        department,
        packet: record ?? plainPacket(event.decision),
        by: event.actor.id,
        at: event.at,
        binding: record?.binding ?? false,
        resumedBy: { memberId: before?.department === department ? before.memberId : null },
      });
    },
  },
};

function isBounce(event: PolicedEvent<'case.return'> | PolicedEvent<'case.reroute'>): boolean {
  return event.type === 'case.reroute' || event.reason === 'misrouted' || event.reason === 'notJustified';
}

function bounced(context: CaseContext): CaseContext {
  if (context.level === 0) return context;
  return { ...context, bounces: { ...context.bounces, [context.level]: context.bounces[context.level] + 1 } };
}

/** The level stays: the case is neither the owner's nor a department's until a manager names one. */
function arbitrated(context: CaseContext, event: PolicedEvent): CaseContext {
  return {
    ...context,
    handler: null,
    returned: null,
    arbitrations: context.arbitrations + 1,
    attention: context.attention ?? {
      reason: 'bounced between departments',
      by: event.actor.id,
      byKind: event.actor.kind,
      at: event.at,
    },
  };
}

function plainPacket(purpose: string): Packet {
  return { purpose, expectedOutcome: '', evidence: [], fields: {}, reason: null };
}

/** @param pointer to where the department is named in the request. */
export function unknownDepartment(
  department: string,
  policies: Policies,
  pointer = '/department',
): Refusal | null {
  return Object.hasOwn(policies.departments, department) ? null : refusal('unknown-department', [pointer]);
}

/** One level at a time; level 2 directly only where the playbook allows it or the level was used before (rows 3, 5, 8). */
function wrongLevel(context: CaseContext, event: PolicedEvent<'case.escalate'>): Refusal | null {
  const target = climbTarget(context, event);
  if (target <= context.level || target > 2) return refusal('level-not-next', ['/toLevel']);
  if (context.level > 0 || target === 1) return null;
  const mayJump = event.policies.playbook.directLevel2 || recordOf(context, 2) !== undefined;
  return mayJump ? null : refusal('direct-level2-not-allowed', ['/toLevel']);
}

function missingFields(context: CaseContext, event: PolicedEvent<'case.escalate'>): Refusal | null {
  const missing = (context.returned?.missingFields ?? []).filter((field) => !filled(event.fields, field));
  return missing.length > 0
    ? refusal(
        'missing-fields-open',
        missing.map((field) => childPointer('/fields', field)),
      )
    : null;
}

/** A8: purpose, expected outcome, evidence, and the category's fields; a bare "please look" is refused. */
function incompletePacket(event: PolicedEvent<'case.escalate'>): Refusal | null {
  const { playbook } = event.policies;
  const required = [
    ...(playbook.requiredFields['*'] ?? []),
    ...(playbook.requiredFields[event.department] ?? []),
  ];
  const toCheck = [...(playbook.checklist['*'] ?? []), ...(playbook.checklist[event.department] ?? [])];
  const missing = [
    ...(event.purpose === '' ? ['/purpose'] : []),
    ...(event.expectedOutcome === '' ? ['/expectedOutcome'] : []),
    ...(playbook.evidenceRequired && event.evidence.length === 0 ? ['/evidence'] : []),
    ...required
      .filter((field) => !filled(event.fields, field))
      .map((field) => childPointer('/fields', field)),
    ...toCheck.filter((item) => !event.checked?.includes(item)).map((item) => childPointer('/checked', item)),
  ];
  return missing.length > 0 ? refusal('packet-incomplete', missing) : null;
}

function filled(fields: Readonly<Record<string, string>>, field: string): boolean {
  return Object.hasOwn(fields, field) && fields[field] !== '';
}

/** Another department than the playbook's may be right; why it is must be on record. */
function unexplainedDeparture(context: CaseContext, event: PolicedEvent<'case.escalate'>): Refusal | null {
  const { departuresNeedReason, route } = event.policies.playbook;
  if (!departuresNeedReason || (event.reason ?? '') !== '') return null;
  const before = lastAttempt(recordOf(context, 1))?.department ?? null;
  const station = climbTarget(context, event) === 2 ? (route.level2 ?? before) : route.level1;
  return station === null || station === event.department
    ? null
    : refusal('departure-needs-reason', ['/reason']);
}
