/**
 * One scenario's case as it lives in the product: its place, what was sent for it, and why it stopped following, if it
 * did. Sends commands one after the other; what an event asks for is `play-event.ts`.
 */
import type { Door } from '../replay/http-door.js';
import { describe } from '../replay/replay-run.js';
import { DEPARTMENTS } from './configuration.js';
import type { ForeignPolicy, Scenario } from './read-scenarios.js';

/** Why a case no longer follows its scenario. */
export interface Stopped {
  /** `inexpressible`: the product has no such thing, by design; `refused`: it said no to something it has. */
  readonly kind: 'inexpressible' | 'refused';
  readonly why: string;
}

/** The product has no way to say this. */
export class Inexpressible extends Error {}
/** The product refused what it should take. */
export class CommandRefused extends Error {}

interface CaseAnswer {
  readonly id: string;
  readonly state: string;
  readonly level: number;
  readonly handler: { readonly department: string } | null;
}

export class Life {
  id: string | null = null;
  state = 'none';
  level = 0;
  department: string | null = null;
  stopped: Stopped | null = null;
  /** The scenario's policy and calendar as they are now. */
  policy: ForeignPolicy | null;
  calendar: string;
  /** The scenario itself holds that the customer must act. */
  waitsInScenario = false;
  /** When a message of the customer ended the product's wait while the scenario's went on; else null. */
  resumedEarlyAt: number | null = null;
  /** A wait was shorter in the product than in the scenario. */
  waitWasShortened = false;
  /** The last message of the customer answered a question of ours. */
  answeredQuestion = false;
  private sent = 0;
  private readonly departments: string[] = [];

  constructor(
    readonly scenario: Scenario,
    readonly door: Door,
    /** Prefix of every idempotency key of this run. */
    private readonly keyPrefix: string,
  ) {
    this.policy = scenario.policy;
    this.calendar = scenario.calendar;
  }

  /** POST to the case, or to its collection when `noun` is null. @throws CommandRefused for anything but 201. */
  async send(noun: string | null, body: unknown, role: string): Promise<void> {
    const path = noun === null ? '/api/v1/cases' : `/api/v1/cases/${this.id}/${noun}`;
    this.sent++;
    const key = `${this.keyPrefix}:${this.scenario.id}:${this.sent}`;
    const answer = await this.door.send('POST', path, role, body, key);
    if (answer.status !== 201) {
      const what = noun === null ? 'opening' : `${noun} in ${this.state}`;
      throw new CommandRefused(`${what}: ${describe(answer.status, answer.body)}`);
    }
    const now = answer.body as CaseAnswer;
    this.id = now.id;
    this.state = now.state;
    this.level = now.level;
    this.department = now.handler?.department ?? null;
  }

  /** The product's department for a name in the scenario: the first one named is the first of ours, and so on. */
  departmentFor(name: string): string {
    if (!this.departments.includes(name)) this.departments.push(name);
    const department = DEPARTMENTS[this.departments.indexOf(name)];
    if (!department) throw new Inexpressible(`more than ${DEPARTMENTS.length} departments in one scenario`);
    return department;
  }
}
