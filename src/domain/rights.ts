/**
 * Who may do what: the one policy, as a table of roles and of how close a department must stand to the case. Whoever
 * reads, writes, lists or is offered something asks here. Says nothing of states (the machine) and nothing of
 * credentials. Deny by default: a role that a row does not name may not.
 */
import type { Actor, ActorKind } from './actor.js';
import type { Case } from './case.js';
import { involvedDepartments, type Relation, RELATIONS, relationOf } from './case-relation.js';
import type { EventType } from './events.js';
import type { RefusalCode } from './refusals.js';
import { isWithin } from './scopes.js';
import { isVisible, visibilityOf } from './visibility.js';

/** What can be asked for without being an event of a case. */
export const OTHER_ACTIONS = [
  'self.read',
  'case.read',
  'case.list',
  'task.list',
  'customer.read',
  'customer.list',
  'customer.keep',
  'customer.merge',
  'customer.export',
  'customer.erase',
  'contact.find',
  'routing.preview',
  'staff.read',
  'staff.manage',
  'apiKey.manage',
  'configuration.read',
  'configuration.preview',
  'configuration.publish',
  'endpoint.manage',
  'delivery.read',
  'delivery.resend',
  'report.read',
  'inbound.submit',
  'clock.move',
] as const;
type OtherAction = (typeof OTHER_ACTIONS)[number];
export type Action = EventType | OtherAction;

/** `hidden`: to this actor the case does not exist. */
export type Verdict = 'yes' | 'hidden' | Extract<RefusalCode, 'actor-not-permitted' | 'not-in-department'>;

const FRONT: readonly ActorKind[] = ['agent', 'manager', 'admin'];
const MANAGERS: readonly ActorKind[] = ['manager', 'admin'];
const ADMIN: readonly ActorKind[] = ['admin'];
/** The staff of departments: what they may depends on how their department stands to the case. */
const DEPARTMENT: readonly ActorKind[] = ['member', 'lead'];
const STAFF: readonly ActorKind[] = [...FRONT, ...DEPARTMENT];
/** Whoever has credentials of their own. */
const HOUSE: readonly ActorKind[] = [...STAFF, 'service'];
/** The customer, or whoever passes the customer's word on. */
const FOR_CUSTOMER: readonly ActorKind[] = ['customer', 'service', ...FRONT];
const TIME: readonly ActorKind[] = ['system'];

interface Right {
  readonly kinds: readonly ActorKind[];
  /** How close the department of a member or lead must stand; nobody else is bound by it. */
  readonly atLeast: Relation;
}

/** No department has a part in it, or it concerns no case. */
const only = (kinds: readonly ActorKind[]): Right => ({ kinds, atLeast: 'former' });
/** While, or after, it was theirs: to look, and to answer where the step itself asks whose the matter is. */
const seeing = only;
/** While the case lies with the department, or something is awaited from it. */
const engaged = (kinds: readonly ActorKind[]): Right => ({ kinds, atLeast: 'engaged' });
/** While the case lies with the department. */
const handling = (kinds: readonly ActorKind[]): Right => ({ kinds, atLeast: 'handling' });

const RIGHTS: Readonly<Record<Action, Right>> = {
  'case.open': only([...FOR_CUSTOMER, 'system']),
  'case.start': only(FRONT),
  'case.handOver': only(MANAGERS),
  'case.escalate': handling([...STAFF, 'system']),
  'case.accept': handling(DEPARTMENT),
  'case.return': handling(DEPARTMENT),
  'case.reroute': handling(['lead', ...MANAGERS]),
  'case.assign': only(MANAGERS),
  'case.decide': only(MANAGERS),
  'case.handBack': handling(DEPARTMENT),
  'case.ask': handling(STAFF),
  'case.reply': engaged([...FOR_CUSTOMER, ...DEPARTMENT]),
  'case.cancelWait': handling(STAFF),
  'case.waiveReply': handling(STAFF),
  'case.hold': handling(STAFF),
  'case.release': handling(STAFF),
  'case.message': engaged([...STAFF, 'service']),
  'case.note': engaged([...STAFF, 'service']),
  'case.resolve': handling(STAFF),
  'case.confirm': only(FOR_CUSTOMER),
  'case.reject': only(FOR_CUSTOMER),
  'case.reopen': only(FOR_CUSTOMER),
  'case.withdraw': only(FOR_CUSTOMER),
  'case.merge': only(FRONT),
  'case.absorb': only(FRONT),
  'case.prioritize': engaged([...FRONT, 'lead']),
  'case.regrade': engaged([...FRONT, 'lead', 'service']),
  'case.raiseAttention': engaged([...STAFF, 'customer', 'service', 'system']),
  'case.clearAttention': only(MANAGERS),
  'case.flag': engaged(STAFF),
  'case.rate': only(FOR_CUSTOMER),
  'case.askCallback': engaged([...STAFF, 'system']),
  'case.completeCallback': seeing(STAFF),
  'case.reportUndeliverable': only([...FRONT, 'service', 'system']),
  'case.consult': handling(STAFF),
  'case.answerConsult': seeing([...DEPARTMENT, ...MANAGERS]),
  'case.declineConsult': seeing([...DEPARTMENT, ...MANAGERS]),
  'case.cancelConsult': seeing(STAFF),
  'case.proposeSolution': engaged(STAFF),
  'case.agreeToSolution': seeing([...DEPARTMENT, ...MANAGERS]),
  'case.objectToSolution': seeing([...DEPARTMENT, ...MANAGERS]),
  'case.completeAction': seeing(STAFF),
  'case.promise': engaged(STAFF),
  'case.keepPromise': engaged(STAFF),
  'case.renegotiatePromise': engaged(STAFF),
  'case.cancelPromise': engaged(STAFF),
  'case.proposeCompensation': engaged(STAFF),
  'case.approveCompensation': seeing(STAFF),
  'case.rejectCompensation': seeing(STAFF),
  'case.executeCompensation': engaged([...STAFF, 'service']),
  'case.settleCompensation': only(['service', 'admin', 'system']),
  'case.cancelCompensation': seeing(STAFF),
  'case.requestExtension': handling(STAFF),
  'case.grantExtension': seeing(['lead', ...MANAGERS]),
  'case.denyExtension': seeing(['lead', ...MANAGERS]),
  'case.assignTask': seeing(STAFF),
  'case.acceptTask': seeing(STAFF),
  'case.rateHandOff': handling(DEPARTMENT),
  'case.callbackOverdue': only(TIME),
  'case.remindWaiting': only(TIME),
  'case.expireWaiting': only(TIME),
  'case.reviewHold': only(TIME),
  'case.remindConfirmation': only(TIME),
  'case.closeUnopposed': only(TIME),
  'case.seal': only(TIME),
  'case.warn': only(TIME),
  'case.reassure': only(TIME),
  'case.breach': only(TIME),
  'case.rebase': only(['admin', 'system']),

  'self.read': only(HOUSE),
  'case.read': seeing([...HOUSE, 'customer', 'system']),
  'case.list': only(HOUSE),
  'task.list': only(HOUSE),
  'customer.read': seeing(HOUSE),
  'customer.list': only([...FRONT, 'service']),
  'customer.keep': only([...FRONT, 'service']),
  'customer.merge': only(FRONT),
  'customer.export': only(MANAGERS),
  'customer.erase': only(ADMIN),
  'contact.find': only(STAFF),
  'routing.preview': only(STAFF),
  'staff.read': only(MANAGERS),
  'staff.manage': only(ADMIN),
  'apiKey.manage': only(ADMIN),
  'configuration.read': only(HOUSE),
  'configuration.preview': only(HOUSE),
  'configuration.publish': only(ADMIN),
  'endpoint.manage': only(ADMIN),
  'delivery.read': only(MANAGERS),
  'delivery.resend': only(MANAGERS),
  'report.read': only(MANAGERS),
  'inbound.submit': only(['service', 'admin']),
  'clock.move': only(ADMIN),
};

export const ACTIONS = Object.keys(RIGHTS) as Action[];

/** @param current the case that it is about; null: none, or not known yet, so that only the role is asked. */
export function can(actor: Actor, action: Action, current: Case | null): Verdict {
  const { kinds, atLeast } = RIGHTS[action];
  if (!kinds.includes(actor.kind) || !isWithin(actor.scopes, action)) return 'actor-not-permitted';
  if (current === null) return 'yes';
  if (!canSee(actor, current)) return 'hidden';
  if (!DEPARTMENT.includes(actor.kind)) return 'yes';
  const relation = relationOf(actor.department ?? '', current.context);
  return RELATIONS.indexOf(relation) >= RELATIONS.indexOf(atLeast) ? 'yes' : 'not-in-department';
}

/** Department staff see what is or was theirs; a customer only the own case; everybody else in the house sees all. */
export function canSee(actor: Actor, { intake, context }: Case): boolean {
  const seen = {
    customerId: intake.customerId,
    // Asked for by those alone whom it bounds.
    get departments() {
      return involvedDepartments(context);
    },
  };
  return isVisible(seen, visibilityOf(actor));
}

/**
 * `can` as a refusal, or null: for where a case is at hand and no answer is "it does not exist". The engine turns away
 * whoever does not see a case before it comes to that.
 */
export function whyNot(actor: Actor, action: Action, current: Case | null): RefusalCode | null {
  const verdict = can(actor, action, current);
  if (verdict === 'yes') return null;
  if (verdict !== 'hidden') return verdict;
  return actor.department === undefined ? 'actor-not-permitted' : 'not-in-department';
}
