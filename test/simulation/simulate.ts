/**
 * One life of an installation, from a seed: two nodes with their workers, clients who ask, ask again and give up, a
 * mail server with bad days, time that passes, nodes that die between any two statements. The dice decide who goes on.
 */
import { eventsIn } from '../../src/domain/advance.js';
import type { CaseCommand } from '../../src/domain/events.js';
import type { Policies } from '../../src/domain/policies.js';
import type { ReadCustomer } from '../../src/delivery/outbound/notification-reader.js';
import { AGREED } from '../domain/commitment-words.js';
import { customer, HOUR_MS, open, T0 } from '../domain/given.js';
import { alphabet } from '../model/alphabet.js';
import { Dice } from './dice.js';
import type { Planted } from './planted.js';
import { type Operation, SimChecker, Violation } from './sim-checker.js';
import { type SimClaim, SimDatabase } from './sim-database.js';
import {
  type Answered,
  type Asked,
  command,
  deliveryWorker,
  dueWorker,
  type Process,
  type World,
} from './sim-processes.js';

export interface SimOptions {
  readonly seed: number;
  /** How often the dice decide who goes on. */
  readonly steps: number;
  readonly planted?: readonly Planted[];
  /** Told of everything that happens, for a replay. */
  readonly trace?: (line: string) => void;
}

export interface SimResult {
  readonly violation: string | null;
  /** Steps taken before it. */
  readonly steps: number;
  readonly counts: Readonly<Record<Count, number>>;
}

export const COUNTS = [
  'transitions',
  'refused',
  'fired',
  'crashes',
  'repeated',
  'mails',
  'doubtful',
] as const;
type Count = (typeof COUNTS)[number];

const NODES = 2;
const CASES_MAX = 4;
const REQUESTS_MAX = 6;
/** After these a case has little more to say. */
const ENDING: ReadonlySet<string> = new Set(['case.withdraw', 'case.resolve', 'case.decide']);
/** Of two cases at once: not simulated. */
const OF_TWO: ReadonlySet<string> = new Set(['case.merge', 'case.absorb']);
/** Longer than all tries of a message together, and a quiet night. */
const QUIET_MS = 10 * 24 * HOUR_MS;
/** Enough for everything that is due at one instant, several deadlines of each case. */
const CALM_ROUNDS = 100;
/** Enough for one message of each case: claimed, sent, settled, by six workers. */
const MAIL_ROUNDS = 8;
/** More than a protocol that comes to an end needs; one that does not is noticed by what it leaves. */
const INSTANTS_MAX = 500;

interface Running {
  readonly node: number;
  readonly name: string;
  readonly process: Process<Answered | void>;
  /** null: a worker. */
  readonly operation: Operation | null;
  readonly transactions: number[];
}

/** @returns what was broken, or null; the same for the same options on every machine. */
export function simulate(options: SimOptions): SimResult {
  const life = new Life(options);
  try {
    life.live();
    life.comeToRest();
    return life.result(null);
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    return life.result(error.message);
  }
}

class Life {
  private readonly dice: Dice;
  private readonly planted: ReadonlySet<Planted>;
  private readonly checker = new SimChecker();
  private readonly database: SimDatabase;
  private readonly operations: Operation[] = [];
  private readonly counts: Record<Count, number>;
  private readonly policies: Policies = AGREED;
  private readonly customer: ReadCustomer;
  private running: Running[] = [];
  private transactions = 0;
  private taken = 0;
  private isCalm = false;

  constructor(private readonly options: SimOptions) {
    this.dice = new Dice(options.seed);
    this.planted = new Set(options.planted);
    this.counts = Object.fromEntries(COUNTS.map((name) => [name, 0])) as Record<Count, number>;
    this.database = new SimDatabase(T0, this.planted, (write, recordedAt) => {
      this.counts[write.principal === null ? 'fired' : 'transitions'] += 1;
      this.checker.committed(write, recordedAt);
    });
    this.customer = someCustomer(this.dice);
    for (let node = 0; node < NODES; node += 1) this.startWorkers(node);
  }

  result(violation: string | null): SimResult {
    return { violation, steps: this.taken, counts: this.counts };
  }

  live(): void {
    for (; this.taken < this.options.steps; this.taken += 1) {
      const throwOf = this.dice.next();
      if (throwOf < 0.012) this.crash(this.dice.below(NODES));
      else if (throwOf < 0.06) this.letPass(this.someTime());
      else if (throwOf < 0.3 && this.requests().length < REQUESTS_MAX) this.ask();
      else this.goOn(this.dice.pick(this.running));
    }
  }

  /** No more faults and no more requests: whatever was begun or is owed must come to its end. */
  comeToRest(): void {
    this.isCalm = true;
    const until = this.database.now + QUIET_MS;
    // At one instant: requests end, and what is due is fired.
    for (let round = 0; round < CALM_ROUNDS || this.requests().length > 0; round += 1)
      this.goOnAll(() => true);
    this.checker.fired(this.database);
    // Then only mails, from one instant at which one may go to the next: nothing new arises.
    let at: number | null = this.database.now;
    for (let instants = 0; at !== null && at <= until && instants < INSTANTS_MAX; instants += 1) {
      this.database.now = at;
      for (let round = 0; round < MAIL_ROUNDS; round += 1) this.goOnAll(({ name }) => name === 'mail');
      at = this.nextMailAt();
    }
    for (const operation of this.operations) this.checker.answered(operation);
    this.checker.settled(this.database, this.operations);
  }

  private goOnAll(which: (one: Running) => boolean): void {
    for (const one of this.running.filter(which)) this.goOn(one);
  }

  private goOn(one: Running): void {
    const { value, done } = one.process.next();
    this.options.trace?.(
      `${this.clock()} node ${one.node} ${one.name}: ${done ? 'answers ' + JSON.stringify(value) : value}`,
    );
    if (!done) return;
    this.running = this.running.filter((each) => each !== one);
    const answer = value as Answered;
    one.operation?.answers.push(answer);
    if (answer.kind === 'refused') this.counts.refused += 1;
  }

  /** A new request, or one that was sent before under its key: a client who heard nothing, or a second click. */
  private ask(): void {
    const repeats = this.operations.length > 0 && this.dice.chance(0.2);
    const operation = repeats
      ? this.dice.pick(this.operations.slice(-8))
      : { asked: this.someAsked(), answers: [] };
    if (repeats) this.counts.repeated += 1;
    else this.operations.push(operation);
    const { asked } = operation;
    this.start(this.dice.below(NODES), asked.command.type, (world) => command(world, asked), operation);
  }

  private someAsked(): Asked {
    const n = this.operations.length + 1;
    const ids = [...this.database.cases.keys()];
    const isNew = ids.length === 0 || (ids.length < CASES_MAX && this.dice.chance(0.05));
    const caseId = isNew ? `019a0000-0000-7000-8000-${String(n).padStart(12, '0')}` : this.dice.pick(ids);
    const asked = isNew ? { ...open, caseId } : this.someCommand(caseId);
    const principal = this.dice.pick(['shop', 'desk']);
    // Both number their keys alike.
    const number = this.operations.filter((one) => one.asked.principal === principal).length + 1;
    return { principal, key: `key-${number}`, hash: `${n}`, caseId, command: asked };
  }

  /** Mostly one that the state knows, and seldom one that ends the case. */
  private someCommand(caseId: string): CaseCommand {
    const current = this.database.cases.get(caseId)?.current ?? null;
    const known = eventsIn(current?.state ?? 'new');
    const isWild = known.size === 0 || this.dice.chance(0.15);
    const some = alphabet(current).filter(({ type }) => !OF_TWO.has(type) && (isWild || known.has(type)));
    const lasting = some.filter(({ type }) => !ENDING.has(type));
    return this.dice.pick(lasting.length > 0 && this.dice.chance(0.9) ? lasting : some);
  }

  /** Everything in the node is gone, and every row that it held is free. */
  private crash(node: number): void {
    this.options.trace?.(`${this.clock()} node ${node} dies`);
    this.counts.crashes += 1;
    for (const one of this.running) {
      if (one.node === node) for (const transaction of one.transactions) this.database.release(transaction);
    }
    this.running = this.running.filter((one) => one.node !== node);
    this.startWorkers(node);
  }

  private startWorkers(node: number): void {
    this.start(node, 'due', dueWorker);
    this.start(node, 'mail', deliveryWorker);
    this.start(node, 'mail', deliveryWorker);
  }

  private start(
    node: number,
    name: string,
    begin: (world: World) => Process<Answered | void>,
    operation: Operation | null = null,
  ): void {
    const transactions: number[] = [];
    const world: World = {
      database: this.database,
      dice: this.dice,
      policies: this.policies,
      planted: this.planted,
      customer: this.customer,
      clockAheadMs: node * 5 * 60_000,
      deliver: (claim, dedupeKey) => this.deliver(claim, dedupeKey),
      transaction: () => {
        this.transactions += 1;
        transactions.push(this.transactions);
        return this.transactions;
      },
    };
    this.running.push({ node, name, process: begin(world), operation, transactions });
  }

  private deliver(claim: SimClaim, dedupeKey: string): 'delivered' | 'notArrived' | 'perhapsArrived' {
    const throwOf = this.isCalm ? 1 : this.dice.next();
    if (throwOf < 0.1) return 'notArrived';
    const arrives = throwOf >= 0.17;
    if (arrives) this.checker.arrived(claim, dedupeKey);
    this.counts[throwOf < 0.25 ? 'doubtful' : 'mails'] += 1;
    return throwOf < 0.25 ? 'perhapsArrived' : 'delivered';
  }

  private letPass(ms: number): void {
    this.database.now += ms;
    this.options.trace?.(`${this.clock()} it is later`);
  }

  /** Mostly what a mail waits, now and then until something is due, or days. */
  private someTime(): number {
    const throwOf = this.dice.next();
    if (throwOf < 0.5) return this.dice.below(60_000);
    if (throwOf < 0.8) return this.dice.below(2 * HOUR_MS);
    if (throwOf > 0.97) return this.dice.below(72 * HOUR_MS);
    const due = [...this.database.cases.values()].flatMap(({ dueAt }) => dueAt ?? []);
    return Math.max(0, Math.min(...due, this.database.now + HOUR_MS) - this.database.now);
  }

  private requests(): Running[] {
    return this.running.filter(({ operation }) => operation !== null);
  }

  /** The next instant, after now, at which a message may be tried; null when none is left. */
  private nextMailAt(): number | null {
    let next = Infinity;
    for (const { messages } of this.database.cases.values()) {
      for (const { nextAttemptAt } of messages) {
        if (nextAttemptAt !== null && nextAttemptAt > this.database.now) next = Math.min(next, nextAttemptAt);
      }
    }
    return next === Infinity ? null : next;
  }

  private clock(): string {
    return new Date(this.database.now).toISOString();
  }
}

/** Some want no mail, some not at night, some have no address. */
function someCustomer(dice: Dice): ReadCustomer {
  const quietHours = dice.chance(0.3) ? { from: '22:00', to: '07:00' } : null;
  return {
    id: customer.id,
    name: 'Ada',
    email: dice.chance(0.1) ? null : 'ada@customers.example',
    phone: null,
    locale: 'en',
    timeZone: 'Europe/Rome',
    account: null,
    preferences: { quietHours, ...(dice.chance(0.1) ? { optOut: ['email'] } : {}) },
  };
}
