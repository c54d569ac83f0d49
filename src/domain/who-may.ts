/**
 * Who may ask what of which case: roles and relation only, as one table. Says nothing of states (the machine) and
 * nothing of credentials (the directory). Deny by default: a kind that is not listed may not.
 */
import type { Actor, ActorKind } from './actor.js';
import type { Case, CaseContext } from './case.js';
import type { EventType } from './events.js';
import type { RefusalCode } from './refusals.js';

const FRONT: readonly ActorKind[] = ['agent', 'manager', 'admin'];
const MANAGERS: readonly ActorKind[] = ['manager', 'admin'];
/** Staff of the department that has the case now. */
const DEPARTMENT: readonly ActorKind[] = ['member', 'lead'];
const STAFF: readonly ActorKind[] = [...FRONT, ...DEPARTMENT];
/** The customer, or whoever passes the customer's word on. */
const FOR_CUSTOMER: readonly ActorKind[] = ['customer', 'service', ...FRONT];
const TIME: readonly ActorKind[] = ['system'];

interface Permission {
  readonly kinds: readonly ActorKind[];
  /** Members and leads only for a case that lies with their department. */
  readonly handlingOnly: boolean;
}

const anyone = (kinds: readonly ActorKind[]): Permission => ({ kinds, handlingOnly: false });
const handling = (kinds: readonly ActorKind[]): Permission => ({ kinds, handlingOnly: true });

const PERMISSIONS: Record<EventType, Permission> = {
  'case.open': anyone([...FOR_CUSTOMER, 'system']),
  'case.start': anyone(FRONT),
  'case.handOver': anyone(MANAGERS),
  'case.escalate': handling([...STAFF, 'system']),
  'case.accept': handling(DEPARTMENT),
  'case.return': handling(DEPARTMENT),
  'case.reroute': handling(['lead', ...MANAGERS]),
  'case.assign': anyone(MANAGERS),
  'case.decide': anyone(MANAGERS),
  'case.handBack': handling(DEPARTMENT),
  'case.ask': handling(STAFF),
  'case.reply': anyone([...FOR_CUSTOMER, ...DEPARTMENT]),
  'case.cancelWait': handling(STAFF),
  'case.waiveReply': handling(STAFF),
  'case.hold': handling(STAFF),
  'case.release': handling(STAFF),
  'case.message': anyone([...STAFF, 'service']),
  'case.note': anyone([...STAFF, 'service']),
  'case.resolve': handling(STAFF),
  'case.confirm': anyone(FOR_CUSTOMER),
  'case.reject': anyone(FOR_CUSTOMER),
  'case.reopen': anyone(FOR_CUSTOMER),
  'case.withdraw': anyone(FOR_CUSTOMER),
  'case.merge': anyone(FRONT),
  'case.absorb': anyone(FRONT),
  'case.prioritize': anyone([...FRONT, 'lead']),
  'case.regrade': anyone([...FRONT, 'lead', 'service']),
  'case.raiseAttention': anyone([...STAFF, 'customer', 'service', 'system']),
  'case.clearAttention': anyone(MANAGERS),
  'case.flag': anyone(STAFF),
  'case.rate': anyone(FOR_CUSTOMER),
  'case.askCallback': anyone([...STAFF, 'system']),
  'case.completeCallback': anyone(STAFF),
  'case.reportUndeliverable': anyone([...FRONT, 'service', 'system']),
  'case.consult': handling(STAFF),
  'case.answerConsult': anyone([...DEPARTMENT, ...MANAGERS]),
  'case.declineConsult': anyone([...DEPARTMENT, ...MANAGERS]),
  'case.cancelConsult': anyone(STAFF),
  'case.proposeSolution': anyone(STAFF),
  'case.agreeToSolution': anyone([...DEPARTMENT, ...MANAGERS]),
  'case.objectToSolution': anyone([...DEPARTMENT, ...MANAGERS]),
  'case.completeAction': anyone(STAFF),
  'case.promise': anyone(STAFF),
  'case.keepPromise': anyone(STAFF),
  'case.renegotiatePromise': anyone(STAFF),
  'case.cancelPromise': anyone(STAFF),
  'case.proposeCompensation': anyone(STAFF),
  'case.approveCompensation': anyone(STAFF),
  'case.rejectCompensation': anyone(STAFF),
  'case.executeCompensation': anyone([...STAFF, 'service']),
  'case.settleCompensation': anyone(['service', 'admin', 'system']),
  'case.cancelCompensation': anyone(STAFF),
  'case.requestExtension': handling(STAFF),
  'case.grantExtension': anyone(['lead', ...MANAGERS]),
  'case.denyExtension': anyone(['lead', ...MANAGERS]),
  'case.assignTask': anyone(STAFF),
  'case.acceptTask': anyone(STAFF),
  'case.rateHandOff': handling(DEPARTMENT),
  'case.callbackOverdue': anyone(TIME),
  'case.remindWaiting': anyone(TIME),
  'case.expireWaiting': anyone(TIME),
  'case.reviewHold': anyone(TIME),
  'case.remindConfirmation': anyone(TIME),
  'case.closeUnopposed': anyone(TIME),
  'case.seal': anyone(TIME),
  'case.warn': anyone(TIME),
  'case.reassure': anyone(TIME),
  'case.breach': anyone(TIME),
  'case.rebase': anyone(['admin', 'system']),
};

/** null when the actor may ask this of the case, whatever state it is in; else the name of the "no". */
export function whyNot(actor: Actor, type: EventType, current: Case | null): RefusalCode | null {
  const permission = PERMISSIONS[type];
  if (!permission.kinds.includes(actor.kind)) return 'actor-not-permitted';
  if (actor.kind === 'customer' && current && current.intake.customerId !== actor.id) {
    return 'actor-not-permitted';
  }
  if (!permission.handlingOnly || !DEPARTMENT.includes(actor.kind)) return null;
  return actor.department === current?.context.handler?.department ? null : 'not-in-department';
}

/** Every department that has or ever had the case, or was asked to help with it. */
export function involvedDepartments(context: CaseContext): string[] {
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
}

/** Department staff see what is or was theirs; a customer only the own case; everybody else in the house sees all. */
export function canSee(actor: Actor, current: Case): boolean {
  if (actor.kind === 'customer') return current.intake.customerId === actor.id;
  if (!DEPARTMENT.includes(actor.kind)) return true;
  return actor.department !== undefined && involvedDepartments(current.context).includes(actor.department);
}
