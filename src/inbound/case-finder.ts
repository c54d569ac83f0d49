/**
 * The case to which a message belongs, if its sender may write into it: the customer may by any sign, anybody else only
 * in answer to a message of ours. A stranger who knows a number gets nowhere near the case.
 */
import type { Customers } from '../directory/customers.js';
import type { Actor } from '../domain/actor.js';
import type { Case } from '../domain/case.js';
import type { CaseEngine } from '../engine/case-engine.js';
import type { CaseThreads } from './case-threads.js';
import type { InboundMessage, Sender } from './inbound-message.js';

export interface FoundCase {
  /** As it goes on: where the case was merged, the one that it was merged into. */
  readonly current: Case;
  /** In whose name the message is recorded. */
  readonly actor: Actor;
  /** The case that was meant is the sender's own. */
  readonly isTheirs: boolean;
}

/** A merge into a merged case is refused, so chains are short; a longer one is no chain of ours. */
const MERGES_MAX = 50;

const SCHEMES = { email: 'mailto:', phone: 'tel:', externalId: '' } as const;

/** The id under which a customer is kept whom we know by their address alone; also says who wrote. */
export function externalIdOf({ by, address }: Sender): string {
  return `${SCHEMES[by]}${address}`;
}

export class CaseFinder {
  constructor(
    private readonly engine: CaseEngine,
    private readonly threads: CaseThreads,
    private readonly customers: Customers,
  ) {}

  /** null: it belongs to none, or to none that the sender may write into. @throws DependencyUnavailable */
  async caseOf(message: InboundMessage): Promise<FoundCase | null> {
    for (const { caseId, answersUs } of await this.threads.of(message)) {
      const meant = await this.engine.read(caseId);
      if (!meant) continue;
      const isTheirs = await this.isCustomerOf(meant, message);
      if (!isTheirs && !answersUs) continue;
      const current = await this.goingOn(meant);
      const isStillTheirs = current === meant ? isTheirs : await this.isCustomerOf(current, message);
      return { current, actor: actorOf(message.from, current, isStillTheirs), isTheirs };
    }
    return null;
  }

  /** Which case a report on a message of ours is about: a number would be anybody's word. */
  async caseOfReport(message: InboundMessage): Promise<Case | null> {
    const threads = await this.threads.of({ refersTo: message.refersTo, caseNumbers: [] });
    const thread = threads.find(({ answersUs }) => answersUs);
    const meant = thread ? await this.engine.read(thread.caseId) : null;
    return meant && this.goingOn(meant);
  }

  private async isCustomerOf({ intake }: Case, { from, isForged }: InboundMessage): Promise<boolean> {
    if (isForged) return false;
    const customer = await this.customers.get(intake.customerId);
    if (!customer) return false;
    const known = from.by === 'email' ? customer.email?.toLowerCase() : customer[from.by];
    if (known === from.address || customer.externalId === externalIdOf(from)) return true;
    return (await this.customers.findBy(from.by, from.address))?.id === customer.id;
  }

  private async goingOn(meant: Case): Promise<Case> {
    let current = meant;
    for (let n = 0; n < MERGES_MAX && current.context.mergedInto !== null; n += 1) {
      const primary = await this.engine.read(current.context.mergedInto);
      if (!primary) break;
      current = primary;
    }
    return current;
  }
}

/** Whoever is not the customer is named by their address, for staff to see. */
function actorOf(from: Sender, { intake }: Case, isTheirs: boolean): Actor {
  return isTheirs ? { kind: 'customer', id: intake.customerId } : { kind: 'service', id: externalIdOf(from) };
}
