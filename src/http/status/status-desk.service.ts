/**
 * The desk at which a customer stands who came by a link: opens the case that the link is for, shows it in the
 * customer's language, and passes what they do on to the engine. The page and the JSON API are two windows of it.
 * Knows no HTML, no header and no rule of the case.
 */
import { Injectable } from '@nestjs/common';
import { chooseLocale } from '../../delivery/choose-locale.js';
import { type CustomerView, customerView } from '../../delivery/customer-view.js';
import { knownTimeZone } from '../../delivery/format-instant.js';
import { linkState, reopenWindowIsOver } from '../../delivery/link-life.js';
import { publicNames } from '../../delivery/public-names.js';
import type { VisibleUpdate } from '../../delivery/render-update.js';
import { StatusLinks } from '../../delivery/status-link.js';
import { VisibleUpdates } from '../../delivery/visible-updates.js';
import { Customers } from '../../directory/customers.js';
import { DirectoryPolicySource } from '../../directory/policy-source.js';
import { Staff } from '../../directory/staff.js';
import { allowedActions } from '../../domain/allowed-actions.js';
import type { Actor, Instant } from '../../domain/actor.js';
import type { Case } from '../../domain/case.js';
import type { CaseCommand } from '../../domain/events.js';
import { MACHINE_VERSION } from '../../domain/machine-version.js';
import type { PolicedEvent } from '../../domain/moves/move.js';
import type { Locale } from '../../domain/policies.js';
import { progressUpdate } from '../../domain/progress-update.js';
import { CaseEngine } from '../../engine/case-engine.js';
import type { CommandRequest, Outcome, RenderedAnswer } from '../../engine/outcome.js';
import { Problem } from '../problems/problem.js';
import { continuation, customerCommand, type Said } from './customer-command.js';
import { continuedAnswer } from './status-answers.js';

/** What the request itself says about its reader. */
export interface ReaderHints {
  /** `?lang=`, as it was sent. */
  readonly chosen: string | null;
  readonly acceptLanguage: string | null;
}

/** One look at one case by its customer. */
export interface Visit {
  readonly token: string;
  readonly current: Case;
  readonly view: CustomerView;
  readonly now: Instant;
}

interface VisitParts extends Visit {
  readonly actor: Actor;
  readonly updates: readonly VisibleUpdate[];
  readonly locale: Locale;
  readonly timeZone: string;
}

/** Something a customer does, and how the answer is to be kept. */
export interface Deed {
  readonly said: Said;
  readonly idempotencyKey: string | null;
  readonly requestHash: string | null;
  readonly ifMatch: number | null;
  render(view: CustomerView, after: Case): RenderedAnswer;
  /** @param view null when a new case was to be opened. */
  renderRefusal(code: string, view: CustomerView | null): RenderedAnswer;
}

@Injectable()
export class StatusDesk {
  constructor(
    private readonly engine: CaseEngine,
    private readonly links: StatusLinks,
    private readonly updates: VisibleUpdates,
    private readonly customers: Customers,
    private readonly policies: DirectoryPolicySource,
    private readonly staff: Staff,
  ) {}

  /** @throws Problem 404 for what is no link of ours, 410 for one that is over. */
  async visit(token: string, hints: ReaderHints): Promise<VisitParts> {
    const claim = this.links.verify(token);
    if (claim === null) throw new Problem('not-found');
    const [current, told] = await Promise.all([
      this.engine.read(claim.caseId),
      this.updates.of(claim.caseId),
    ]);
    if (current === null) throw new Problem('not-found');
    if (linkState(current, claim.generation, told.now) !== 'live') throw new Problem('link-expired');
    const customer = await this.customers.get(current.intake.customerId);
    const locale = chooseLocale({ ...hints, customer: customer?.locale });
    const timeZone = knownTimeZone(customer?.timeZone, locale);
    const actor: Actor = { kind: 'customer', id: current.intake.customerId };
    const parts = { token, current, actor, updates: told.updates, now: told.now, locale, timeZone };
    return { ...parts, view: this.viewOf(current, told.updates, parts) };
  }

  /**
   * Asks the engine for what the customer did. A reopening after the window, or one too many, opens a new case instead.
   * @throws DependencyUnavailable
   */
  do(visit: VisitParts, deed: Deed): Promise<Outcome> {
    if (deed.said.action === 'reopening' && this.staysClosed(visit)) {
      return this.continueAnew(visit, deed);
    }
    const command = customerCommand(deed.said, visit.actor);
    return this.engine.send(visit.current.id, command, this.request(visit, command, deed));
  }

  private staysClosed({ current, now }: VisitParts): boolean {
    const { lifecycle } = this.policies.policiesFor(current.intake.category);
    const tooOften = current.state === 'closed' && current.context.reopenings >= lifecycle.reopeningsPerCase;
    return tooOften || reopenWindowIsOver(current, now);
  }

  /** The token under which the customer of one case reads another case of theirs; null when it is not theirs. */
  async tokenFor(caseId: string, { current }: Visit): Promise<string | null> {
    const other = await this.engine.read(caseId);
    if (other?.intake.customerId !== current.intake.customerId) return null;
    return this.links.sign(other.id, other.context.linkGeneration);
  }

  /**
   * Its key is the closed case itself, whatever key was sent: a second click, or a second try a week later, leads to
   * the one new case and not to one more.
   */
  private continueAnew(visit: VisitParts, deed: Deed): Promise<Outcome> {
    const command = continuation(visit.current, deed.said.text ?? '', visit.actor);
    return this.engine.open(command, {
      ...this.request(visit, command as CaseCommand, { ...deed, render: continuedAnswer }),
      idempotencyKey: 'continuation',
      requestHash: null,
      ifMatch: null,
    });
  }

  private request(visit: VisitParts, command: CaseCommand, deed: Deed): CommandRequest {
    return {
      // Keys of one link are not keys of another, even of the same customer.
      principal: `link:${visit.current.id}`,
      idempotencyKey: deed.idempotencyKey,
      requestHash: deed.requestHash,
      ifMatch: deed.ifMatch,
      render: (after) => deed.render(this.viewOf(after, this.toldBy(command, after, visit), visit), after),
      renderRefusal: ({ code }, current) =>
        deed.renderRefusal(code, current && this.viewOf(current, visit.updates, visit)),
    };
  }

  /** The updates as they will be once `after` is written: an answer is rendered before the write, and kept with it. */
  private toldBy(command: CaseCommand, after: Case, visit: VisitParts): readonly VisibleUpdate[] {
    const at = after.context.lastEventAt;
    const policies = this.policies.policiesFor(after.intake.category);
    const isTheirs = after.id === visit.current.id;
    const before = isTheirs ? visit.current.context : null;
    const telling = progressUpdate({ ...command, at, policies } as unknown as PolicedEvent, after, before);
    const earlier = isTheirs ? visit.updates : [];
    if (!('key' in telling)) return earlier;
    return [...earlier, { seq: after.revision, key: telling.key, params: telling.params, at }];
  }

  private viewOf(
    current: Case,
    updates: readonly VisibleUpdate[],
    { actor, now, locale, timeZone }: Pick<VisitParts, 'actor' | 'now' | 'locale' | 'timeZone'>,
  ): CustomerView {
    const policies = this.policies.policiesFor(current.intake.category);
    const names = publicNames(policies, (id) => this.staff.nameOf(id), locale);
    // A case of a newer machine can be shown, but this build cannot say what it accepts.
    const isKnown = current.machineVersion === MACHINE_VERSION;
    const allowedEvents = isKnown ? allowedActions(current, actor, policies) : [];
    return customerView({ current, updates, allowedEvents, now }, { locale, timeZone, names });
  }
}
