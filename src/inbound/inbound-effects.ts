/**
 * What a message can do to cases, each as one command to the engine under the message's own id: the same message again
 * does it once. Decides nothing; words what people read.
 */
import { type CaseRouting, factsToOpen } from '../directory/case-routing.js';
import type { Customers } from '../directory/customers.js';
import type { Actor, Instant } from '../domain/actor.js';
import type { Case } from '../domain/case.js';
import type { CaseCommand } from '../domain/events.js';
import type { CaseEngine } from '../engine/case-engine.js';
import type { CommandRequest, Outcome } from '../engine/outcome.js';
import { DependencyUnavailable } from '../store/database-errors.js';
import { externalIdOf, type FoundCase } from './case-finder.js';
import { cut, LINE_MAX } from './clean-text.js';
import type { InboundMessage, Receipt, Sender } from './inbound-message.js';

/** What was done, before its files are kept and its line is written. */
export type Effect = Omit<Receipt, 'duplicate'>;

/** Keys of commands and the journal's principal. */
const PRINCIPAL = 'inbound';
/** For what no person says. */
const INBOUND: Actor = { kind: 'service', id: PRINCIPAL };
/** An automatic message is of interest for its existence rather than its length. */
const NOTE_MAX = 2_000;
/** The engine's word for "now", by its own clock. */
const NOW: Instant = Infinity;

/** What the engine did with a command. */
type Settled = { readonly caseId: string } | { readonly refused: string };

export class InboundEffects {
  constructor(
    private readonly engine: CaseEngine,
    private readonly customers: Customers,
    private readonly routing: Pick<CaseRouting, 'withOwner'>,
  ) {}

  /** @returns null when the case takes no message any more. */
  async reply(
    id: string,
    message: InboundMessage,
    { current, actor }: FoundCase,
    lines: readonly string[],
  ): Promise<Effect | null> {
    const text = [message.words || message.subject, ...lines].filter(Boolean).join('\n');
    const { channel, messageId, sentAt } = message;
    const settled = await this.send(id, 'reply', current.id, sentAt, {
      type: 'case.reply',
      actor,
      text,
      channel,
      messageId,
      automatic: false,
    });
    if ('caseId' in settled) return { outcome: 'recorded', caseId: settled.caseId, reason: null };
    // Lost a race against itself: somebody else recorded it in between.
    if (settled.refused === 'duplicate-message')
      return { outcome: 'recorded', caseId: current.id, reason: null };
    return null;
  }

  /** Opens a case, for a customer who may be new. @param previousCaseId the ended case that it continues */
  async open(
    id: string,
    message: InboundMessage,
    lines: readonly string[],
    previousCaseId: string | null,
  ): Promise<Effect> {
    const { from, channel, locale, wholeText, subject } = message;
    const customer =
      (await this.customers.findBy(from.by, from.address)) ?? (await this.newCustomer(from, locale));
    const words = wholeText || subject || lines.join('\n');
    const intake = {
      subject: subject || cut(words.split('\n', 1)[0] ?? words, LINE_MAX),
      description: [wholeText || subject, ...lines].filter(Boolean).join('\n'),
      // What would make it right stands somewhere in their own words; nobody puts other words into their mouth.
      expectedOutcome: words,
      category: 'general',
      channel,
      orderRef: null,
      customerId: customer.id,
      receivedAt: message.receivedAt ?? NOW,
      openedAt: NOW,
      previousCaseId,
    };
    const command = {
      type: 'case.open',
      actor: { kind: 'customer', id: customer.id },
      intake,
      impact: 'medium',
      urgency: 'medium',
      grade: customer.grade,
      ownerId: null,
    } as const;
    const outcome = await this.routing.withOwner(factsToOpen(command), (assigned) =>
      this.engine.open({ ...command, ...assigned }, requestOf(id, 'open', null)),
    );
    const settled = settle(outcome);
    if ('refused' in settled) throw new Error(`a case cannot be opened: ${settled.refused}`);
    return { outcome: 'opened', caseId: settled.caseId, reason: null };
  }

  /** Keeps what a program wrote where staff see it: it answers no question, moves no clock and is not answered. */
  async note(id: string, message: InboundMessage, { id: caseId }: Case): Promise<Effect> {
    const text = cut(
      `Automatic message (${message.automatic}) from ${message.from.address}:\n${message.words}`,
      NOTE_MAX,
    );
    const settled = await this.send(id, 'note', caseId, null, { type: 'case.note', actor: INBOUND, text });
    return 'caseId' in settled
      ? { outcome: 'noted', caseId, reason: message.automatic }
      : { outcome: 'ignored', caseId, reason: settled.refused };
  }

  /** Tells the case that the channel does not reach its customer. A case that knows it already needs no second word. */
  async reportUndeliverable(
    id: string,
    message: InboundMessage,
    detail: string,
    { id: caseId }: Case,
  ): Promise<Effect> {
    const settled = await this.send(id, 'bounce', caseId, null, {
      type: 'case.reportUndeliverable',
      actor: INBOUND,
      channel: message.channel,
      detail,
    });
    return { outcome: 'bounced', caseId, reason: 'refused' in settled ? settled.refused : null };
  }

  private async send(
    id: string,
    what: string,
    caseId: string,
    occurredAt: Instant | null,
    command: CaseCommand,
  ): Promise<Settled> {
    return settle(await this.engine.send(caseId, command, requestOf(id, what, occurredAt)));
  }

  private async newCustomer(from: Sender, locale: string | null) {
    const { name, email, phone } = from;
    const { customer } = await this.customers.upsert({
      externalId: externalIdOf(from),
      name,
      ...(email === null ? {} : { email }),
      ...(phone === null ? {} : { phone }),
      ...(locale === null ? {} : { locale }),
    });
    return customer;
  }
}

/** The key guards against a second node with the same message at the same moment; the message id against later ones. */
function requestOf(id: string, what: string, occurredAt: Instant | null): CommandRequest {
  return {
    principal: PRINCIPAL,
    idempotencyKey: `${what}:${id}`,
    requestHash: null,
    ifMatch: null,
    occurredAt,
    messageId: id,
    render: ({ id: caseId }) => ({ status: 200, body: { caseId }, headers: {} }),
    renderRefusal: ({ code }) => ({ status: 409, body: { refused: code }, headers: {} }),
  };
}

/** @throws DependencyUnavailable when the same message is under way elsewhere. */
function settle(outcome: Outcome): Settled {
  switch (outcome.kind) {
    case 'done':
    case 'replayed':
    case 'refused':
      return JSON.parse(outcome.answer.body) as Settled;
    case 'notFound':
      return { refused: 'not-found' };
    case 'keyInProgress':
      throw new DependencyUnavailable('the same message is under way');
    case 'stale':
    case 'keyReused':
      throw new Error(`a message was answered with ${outcome.kind}`);
  }
}
