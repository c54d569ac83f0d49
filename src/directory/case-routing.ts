/**
 * Asks the routing rules: for a case that somebody looks at, for facts that may be, and for the owner of a case that no
 * agent opens, by whatever way it comes. Brings rules, people, hours and loads together; which rule decides is
 * `route-case.ts`, and how much somebody has in hand is counted elsewhere.
 */
import type { Instant } from '../domain/actor.js';
import type { Case } from '../domain/case.js';
import type { CaseCommand } from '../domain/events.js';
import type { Configuration } from './configuration.js';
import type { DutyRoster } from './on-duty.js';
import type { DirectoryPolicySource } from './policy-source.js';
import {
  matchingRule,
  ownerFor,
  routeCase,
  type Candidate,
  type RoutingDecision,
  type RoutingFacts,
} from './route-case.js';
import { ROUTING_KEY, type RoutingRules } from './routing-rules.js';
import type { Staff, StaffMember } from './staff.js';

const NO_RULES: RoutingRules = { assignOwner: false, rules: [] };

/** An owner as the rules found one, and what the journal keeps of it. */
export interface AssignedOwner {
  readonly ownerId: string | null;
  readonly routing: { readonly rule: string | null; readonly version: number; readonly explanation: string };
}

/** How much people have in hand; nobody is missing from the answer who has something. */
export interface LoadCounts {
  tasksOf(staffIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
  casesOwnedBy(staffIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
}

export interface RoutingParts {
  readonly configuration: Configuration;
  readonly policies: DirectoryPolicySource;
  readonly staff: Staff;
  readonly roster: DutyRoster;
  readonly load: LoadCounts;
  /** The database's clock, or the one that tests move. */
  readonly now: () => Promise<Instant>;
}

export class CaseRouting {
  /** Cases that are being opened for an owner: no count in the database has them yet. */
  private readonly underway = new Map<string, number>();

  constructor(private readonly parts: RoutingParts) {}

  /** Which department, and whom there. Writes nothing. */
  async suggest(facts: RoutingFacts): Promise<RoutingDecision> {
    const published = this.published();
    const rule = matchingRule(published.rules, facts);
    const people = rule === null ? [] : this.parts.staff.of(rule.department);
    const [now, tasks] = await Promise.all([
      this.parts.now(),
      this.parts.load.tasksOf(people.map(({ id }) => id)),
    ]);
    const candidates = people.map((person) => this.candidate(person, now, tasks.get(person.id) ?? 0));
    const { route } = this.parts.policies.policiesFor(facts.category).playbook;
    return routeCase(published, facts, () => candidates, route.level1);
  }

  /**
   * Finds an owner if the rules say so, and opens the case for them.
   * @param open is given null where the rules assign no owner
   */
  async withOwner<T>(facts: RoutingFacts, open: (assigned: AssignedOwner | null) => Promise<T>): Promise<T> {
    const published = this.published();
    if (!published.rules.assignOwner) return open(null);
    const agents = this.parts.staff.list().filter(({ active, role }) => active && role === 'agent');
    const [now, owned] = await Promise.all([
      this.parts.now(),
      this.parts.load.casesOwnedBy(agents.map(({ id }) => id)),
    ]);
    // From here to the note of the choice nothing waits: two cases at once do not go to the same agent.
    const candidates = agents.map((agent) =>
      this.candidate(agent, now, (owned.get(agent.id) ?? 0) + (this.underway.get(agent.id) ?? 0)),
    );
    const { ownerId, ...routing } = ownerFor(published, facts, candidates);
    if (ownerId !== null) this.note(ownerId, 1);
    try {
      return await open({ ownerId, routing });
    } finally {
      if (ownerId !== null) this.note(ownerId, -1);
    }
  }

  private note(ownerId: string, change: 1 | -1): void {
    const count = (this.underway.get(ownerId) ?? 0) + change;
    if (count === 0) this.underway.delete(ownerId);
    else this.underway.set(ownerId, count);
  }

  private published() {
    const entry = this.parts.configuration.newest('routingRules', ROUTING_KEY);
    return { version: entry?.version ?? 0, rules: entry?.body ?? NO_RULES };
  }

  private candidate(person: StaffMember, at: Instant, load: number): Candidate {
    const { id, skills, capacity } = person;
    return { id, skills, capacity, load, onDuty: this.parts.roster.isOnDuty(person, at) };
  }
}

/** What the rules may look at of a case that is about to be opened. */
export function factsToOpen({
  intake,
  grade,
}: Pick<CaseCommand<'case.open'>, 'intake' | 'grade'>): RoutingFacts {
  const { category, channel, subject, description } = intake;
  return { category, channel, grade, product: null, text: `${subject}\n${description}`, ownerId: null };
}

/** What the rules may look at of a case. The product is what the latest hand-off named. */
export function factsOf({ intake, context }: Case): RoutingFacts {
  const { subject, description, category, channel } = intake;
  const product = context.escalations.findLast(({ fields }) => fields['product'])?.fields['product'];
  return {
    category,
    channel,
    grade: context.grade,
    product: product ?? null,
    text: `${subject}\n${description}`,
    ownerId: context.ownerId,
  };
}
