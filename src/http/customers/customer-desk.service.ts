/**
 * What staff do with customers: look at them as a whole, keep their record, merge two of one person. A new grade goes
 * to the open cases through the engine, like everything that changes a case. Knows no address and no header.
 */
import { Injectable } from '@nestjs/common';
import { CustomerMerges, type Duplicate } from '../../directory/customer-merges.js';
import type { Customer } from '../../directory/customer-record.js';
import { Customers, type CustomerChange, type CustomerInput } from '../../directory/customers.js';
import type { Actor } from '../../domain/actor.js';
import { OPEN_STATES } from '../../domain/case.js';
import { EVERYTHING, visibilityOf } from '../../domain/visibility.js';
import { CaseEngine } from '../../engine/case-engine.js';
import type { CommandRequest } from '../../engine/outcome.js';
import { CustomerView, type CustomerCase } from '../../reports/customer-view.js';
import { DatabaseClock } from '../../reports/database-clock.js';
import { Problem } from '../problems/problem.js';
import { customerResource, customerView, type CustomerResource } from './customer-resource.js';
import type { CustomerViewDto, RegradedDto } from './customer-view.dto.js';

/** Commands under way at once: enough to fill the engine's batches, few enough to leave room for everybody else. */
const AT_ONCE = 8;

/** The record after a change, and what became of the customer's open cases. */
type ChangedCustomer = CustomerResource & { readonly openCases: RegradedDto };

@Injectable()
export class CustomerDesk {
  constructor(
    private readonly customers: Customers,
    private readonly merges: CustomerMerges,
    private readonly view: CustomerView,
    private readonly engine: CaseEngine,
    private readonly clock: DatabaseClock,
  ) {}

  /** @throws Problem 404, also for a customer of whom a department has or had no case. */
  async read(id: string, actor: Actor): Promise<CustomerViewDto> {
    const visibility = visibilityOf(actor);
    const [customer, cases, now] = await Promise.all([
      this.customers.get(id),
      this.view.casesOf(id, visibility),
      this.clock.now(),
    ]);
    const isHidden = visibility.sees !== 'everything' && cases.cases.length === 0;
    if (customer === null || isHidden) throw new Problem('not-found');
    const others = await this.customers.othersInAccount(customer);
    return customerView(customer, cases, others, now);
  }

  async upsert(
    input: CustomerInput,
    actor: Actor,
  ): Promise<{ readonly created: boolean; readonly answer: ChangedCustomer }> {
    const { customer, created } = await this.customers.upsert(input);
    const openCases = input.grade === undefined ? NONE : await this.regrade(customer, actor, null);
    return { created, answer: { ...customerResource(customer), openCases } };
  }

  /** @param reason for the journals of cases that get another grade. @throws Problem 404 */
  async change(
    id: string,
    change: CustomerChange,
    reason: string | null,
    actor: Actor,
  ): Promise<ChangedCustomer> {
    const changed = await this.customers.update(id, change);
    if (changed === null) throw new Problem('not-found');
    const openCases = change.grade === undefined ? NONE : await this.regrade(changed.customer, actor, reason);
    return { ...customerResource(changed.customer), openCases };
  }

  /** @throws Problem 404, 409 for a record that was merged itself, 422 for an other that is none. */
  async merge(id: string, otherId: string, reason: string, actor: Actor): Promise<CustomerViewDto> {
    const outcome = await this.merges.merge(id, otherId, actor.id, reason);
    switch (outcome.kind) {
      case 'merged':
        return this.read(id, actor);
      case 'unknown':
        throw outcome.which === 'customer' ? new Problem('not-found') : otherIs('unknown', NO_SUCH);
      case 'same':
        throw otherIs('inconsistent', 'A customer cannot be merged into itself.');
      case 'erased':
        throw new Problem('customer-erased');
      case 'mergedAway':
        throw new Problem('customer-merged', { members: { mergedInto: outcome.into } });
    }
  }

  /** @throws Problem 404 */
  async duplicates(id: string): Promise<readonly Duplicate[]> {
    const customer = await this.customers.get(id);
    if (customer === null) throw new Problem('not-found');
    return this.merges.duplicatesOf(customer);
  }

  /**
   * Asked whenever a grade is given, not only when it changed: what a fault left undone, the next try does. Bounded by
   * what is read of a customer.
   */
  private async regrade(customer: Customer, actor: Actor, reason: string | null): Promise<RegradedDto> {
    const { cases } = await this.view.casesOf(customer.id, EVERYTHING);
    const concerned = cases.filter(({ state, grade }) => OPEN_STATES.has(state) && grade !== customer.grade);
    const result = { regraded: 0, refused: 0 };
    for (let from = 0; from < concerned.length; from += AT_ONCE) {
      const some = concerned.slice(from, from + AT_ONCE);
      const done = await Promise.all(some.map((one) => this.regradeCase(one, customer, actor, reason)));
      result.regraded += done.filter((isRegraded) => isRegraded).length;
      result.refused += done.filter((isRegraded) => !isRegraded).length;
    }
    return result;
  }

  private async regradeCase(
    { id }: CustomerCase,
    { grade }: Customer,
    actor: Actor,
    reason: string | null,
  ): Promise<boolean> {
    const command = {
      type: 'case.regrade' as const,
      actor,
      grade,
      reason: reason ?? `The customer is ${grade} now.`,
    };
    return (await this.engine.send(id, command, requestOf(actor))).kind === 'done';
  }
}

const NONE: RegradedDto = { regraded: 0, refused: 0 };
const NO_SUCH = 'There is no such customer.';

/** Nobody asks for the answer of one regraded case; asking for the whole change again repeats nothing. */
function requestOf(actor: Actor): CommandRequest {
  return {
    principal: actor.id,
    idempotencyKey: null,
    requestHash: null,
    ifMatch: null,
    render: () => ({ status: 200, body: null, headers: {} }),
  };
}

function otherIs(code: string, message: string): Problem {
  return new Problem('invalid-fields', { errors: [{ pointer: '/otherId', code, message }] });
}
