/**
 * Opens cases: from a body, or as the continuation of a closed one whose reopen window has passed (domain.md §3, rows
 * 1 and 19). Finds the customer; the rest is the engine's.
 */
import { Injectable } from '@nestjs/common';
import { CaseRouting, factsToOpen } from '../../directory/case-routing.js';
import type { Customer } from '../../directory/customer-record.js';
import { Customers } from '../../directory/customers.js';
import type { Actor, Instant } from '../../domain/actor.js';
import type { Case } from '../../domain/case.js';
import { refusal } from '../../domain/refusals.js';
import { whyNot } from '../../domain/rights.js';
import type { CaseCommand } from '../../domain/events.js';
import { DatabaseClock } from '../../reports/database-clock.js';
import type { Asked } from '../input/asked.js';
import { isUuid } from '../input/uuid.js';
import { parseInstant } from '../input/instant.js';
import { Problem } from '../problems/problem.js';
import { CaseAccess } from './case-access.service.js';
import { CaseDoor, type Answer } from './case-door.service.js';
import type { CustomerRefDto, OpenCaseDto } from './open-case.dto.js';

/** Clocks of channels differ from ours; further ahead is a mistake, and would let the customer's clocks stand. */
const RECEIVED_AHEAD_MAX_MS = 5 * 60_000;
/** The engine's word for "now", by its own clock. */
const NOW: Instant = Infinity;

@Injectable()
export class OpenCase {
  constructor(
    private readonly door: CaseDoor,
    private readonly access: CaseAccess,
    private readonly customers: Customers,
    private readonly clock: DatabaseClock,
    private readonly routing: CaseRouting,
  ) {}

  /** @throws Problem 422 for a customer that does not exist or a time that has not come. */
  async open(body: OpenCaseDto, asked: Asked): Promise<Answer> {
    const { actor } = asked;
    // Before the customer is written: who may not open a case has no business changing one.
    const denied = whyNot(actor, 'case.open', null);
    if (denied) throw new Problem(denied, { detail: refusal(denied).message });
    const receivedAt = await this.receivedAt(body);
    // Nor has a retry of long ago any business bringing back a person who was forgotten since.
    if (!isUuid(body.customer.id) && (await this.access.isAnswerErased(asked)))
      throw new Problem('answer-erased');
    const customer = await this.customer(body.customer);
    return this.openOwned(
      {
        type: 'case.open',
        actor,
        intake: {
          subject: body.subject,
          description: body.description,
          expectedOutcome: body.expectedOutcome,
          category: body.category,
          channel: body.channel,
          orderRef: body.orderRef ?? null,
          customerId: customer.id,
          receivedAt,
          openedAt: receivedAt,
          previousCaseId: null,
        },
        impact: body.impact,
        urgency: body.urgency,
        grade: customer.grade,
        ownerId: ownerOf(actor),
      },
      asked,
    );
  }

  /** Reopens a closed case; once its window is over, opens a new one that continues it. */
  async reopen(caseId: string, reason: string, asked: Asked): Promise<Answer> {
    const current = await this.access.read(caseId, asked.actor);
    const isOver = await this.isReopenWindowOver(current);
    if (!isOver)
      return this.door.send(caseId, { type: 'case.reopen', actor: asked.actor, reason }, asked, 201);
    const { intake, context } = current;
    return this.openOwned(
      {
        type: 'case.open',
        actor: asked.actor,
        intake: { ...intake, description: reason, receivedAt: NOW, openedAt: NOW, previousCaseId: caseId },
        impact: context.impact,
        urgency: context.urgency,
        grade: context.grade,
        ownerId: ownerOf(asked.actor),
      },
      asked,
    );
  }

  /** A case that no agent opens gets an owner by the routing rules, where these say so; the journal keeps why. */
  private openOwned(command: Omit<CaseCommand<'case.open'>, 'caseId'>, asked: Asked): Promise<Answer> {
    if (command.ownerId !== null) return this.door.open(command, asked);
    return this.routing.withOwner(factsToOpen(command), (assigned) =>
      this.door.open(assigned === null ? command : { ...command, ...assigned }, asked),
    );
  }

  /** Asked before the command is sent, so that one key keeps one answer. */
  private async isReopenWindowOver({ state, context }: Case): Promise<boolean> {
    if (state !== 'closed') return false;
    if (context.sealed) return true;
    return context.reopenUntilAt !== null && context.reopenUntilAt <= (await this.clock.now());
  }

  private async receivedAt({ receivedAt }: OpenCaseDto): Promise<Instant> {
    if (receivedAt === undefined || receivedAt === null) return NOW;
    const at = parseInstant(receivedAt) ?? NOW;
    if (at <= (await this.clock.now()) + RECEIVED_AHEAD_MAX_MS) return at;
    throw invalid('/receivedAt', 'in-the-future', 'The case cannot have been received in the future.');
  }

  private async customer(ref: CustomerRefDto): Promise<Pick<Customer, 'id' | 'grade'>> {
    const { id, externalId, name, email, phone, locale, timeZone, grade } = ref;
    if (isUuid(id)) {
      const others = Object.entries(ref).filter(([key, value]) => key !== 'id' && (value ?? null) !== null);
      if (others.length > 0) throw invalid('/customer', 'inconsistent', 'Give `id` alone, or no `id`.');
      const known = await this.customers.get(id);
      if (!known) throw invalid('/customer/id', 'unknown', 'There is no such customer.');
      if (known.erasedAt !== null) throw new Problem('customer-erased');
      return known;
    }
    if (!externalId)
      throw invalid('/customer/externalId', 'required', 'Give `id`, or `externalId` and `name`.');
    if (!name)
      throw invalid('/customer/name', 'required', 'A customer given by `externalId` needs a `name`.');
    const { customer } = await this.customers.upsert({
      externalId,
      name,
      ...given({ email, phone, locale, timeZone }),
      ...(grade ? { grade } : {}),
    });
    return customer;
  }
}

/** An agent who opens a case answers for it; otherwise the first one who starts it. */
function ownerOf(actor: Actor): string | null {
  return actor.kind === 'agent' ? actor.id : null;
}

/** Absent means "leave as it is"; null means "forget". */
function given<T extends Record<string, string | null | undefined>>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}

function invalid(pointer: string, code: string, message: string): Problem {
  return new Problem('invalid-fields', { errors: [{ pointer, code, message }] });
}
