/**
 * The run: looks around once, then makes, sends and judges request after request, a few at a time, and keeps count.
 * Request n is made of the seed and n alone, and of what is known of the installation by then. Prints nothing.
 */
import { answerShapes } from './answer-shapes.js';
import { readContract, type Contract, type Json, type Operation } from './contract.js';
import { ANSWERS_ANEW, movesTime, TIMES_IN_A_ROUND, wouldEndTheRun } from './exceptions.js';
import type { FuzzRequest } from './fuzz-request.js';
import { judge, type Fault } from './judge.js';
import { KnownWorld } from './known-world.js';
import { makeRequest } from './make-request.js';
import { mutate } from './mutate.js';
import { Random } from './random.js';
import type { Answer, Door } from './send.js';

export interface FuzzOptions {
  readonly seed: number;
  readonly requests: number;
  /** Send this one alone; null: all. */
  readonly only: number | null;
  readonly concurrency: number;
  /** Where webhooks of the installation may go. */
  readonly receiverUrl?: string;
  readonly progress: (done: number, all: number) => void;
  /** Every exchange, as it happens. */
  readonly witness?: (exchange: Exchange) => void;
}

export interface Exchange {
  readonly request: FuzzRequest;
  readonly answer: Answer;
  readonly faults: readonly Fault[];
}

export interface Finding extends Fault {
  readonly operation: string;
  /** Of the first request that met it. */
  readonly first: Exchange;
  count: number;
}

export interface OperationTally {
  readonly operation: Operation;
  sent: number;
  succeeded: number;
  readonly statuses: Map<number, number>;
  slowestMs: number;
}

export interface FuzzReport {
  readonly seed: number;
  readonly requests: number;
  readonly mutated: number;
  readonly seconds: number;
  readonly statuses: ReadonlyMap<number, number>;
  readonly operations: readonly OperationTally[];
  readonly findings: readonly Finding[];
  /** How often an answer was repeated word for word under the same key. */
  readonly repeated: number;
  readonly slowest: { readonly operation: string; readonly ms: number; readonly n: number } | null;
  readonly knownCases: number;
  /** The run was ended before its time, and why. */
  readonly ended: string | null;
}

/** So many connections in a row that break mean that nobody listens any more. */
const BROKEN_IN_A_ROW_MAX = 20;
/** Of the commands that succeeded with a key. */
const REPEATED_SHARE = 0.5;

export async function runFuzz(door: Door, document: Json, options: FuzzOptions): Promise<FuzzReport> {
  const run = new Run(door, readContract(document), options);
  await run.lookAround();
  await run.drive();
  return run.report();
}

class Run {
  private readonly startedAt = performance.now();
  private readonly world: KnownWorld;
  private readonly shapes: ReturnType<typeof answerShapes>;
  private readonly tallies: Map<string, OperationTally>;
  private readonly findings = new Map<string, Finding>();
  private readonly statuses = new Map<number, number>();
  private readonly round: readonly Operation[];
  private next: number;
  private readonly end: number;
  private done = 0;
  private mutated = 0;
  private repeated = 0;
  /** While time moves nobody asks for more. */
  private still: Promise<void> = Promise.resolve();
  private brokenInARow = 0;
  private ended: string | null = null;
  private slowest: FuzzReport['slowest'] = null;

  constructor(
    private readonly door: Door,
    private readonly contract: Contract,
    private readonly options: FuzzOptions,
  ) {
    this.world = new KnownWorld(contract.operations, options.receiverUrl ?? null);
    this.shapes = answerShapes(contract);
    this.tallies = new Map(
      contract.operations.map((operation) => [
        operation.id,
        { operation, sent: 0, succeeded: 0, statuses: new Map(), slowestMs: 0 },
      ]),
    );
    this.round = contract.operations.flatMap((one) =>
      Array.from({ length: Math.ceil(TIMES_IN_A_ROUND[one.id] ?? 1) }, () => one),
    );
    this.next = options.only ?? 0;
    this.end = options.only === null ? options.requests : options.only + 1;
  }

  /** What there is already: every list, as an administrator sees it. Not counted. */
  async lookAround(): Promise<void> {
    const lists = this.contract.operations.filter(
      ({ method, path, answers }) =>
        method === 'GET' && !path.includes('{') && answers.get(200)?.has('application/json'),
    );
    for (const operation of lists) {
      const random = new Random(this.options.seed, 0);
      const request = makeRequest(-1, operation, { random, world: this.world, contract: this.contract });
      const takesLimit = operation.parameters.some(({ name }) => name === 'limit');
      const target = `${operation.path}${takesLimit ? '?limit=100' : ''}`;
      const answer = await this.door.send({ ...request, target, query: [], headers: {}, role: 'admin' });
      if (answer.status === 200) this.world.learn(operation, {}, 'admin', jsonOf(answer));
    }
  }

  async drive(): Promise<void> {
    await Promise.all(Array.from({ length: this.options.concurrency }, () => this.work()));
  }

  report(): FuzzReport {
    return {
      seed: this.options.seed,
      requests: this.done,
      mutated: this.mutated,
      seconds: (performance.now() - this.startedAt) / 1_000,
      statuses: this.statuses,
      operations: [...this.tallies.values()],
      findings: [...this.findings.values()],
      repeated: this.repeated,
      slowest: this.slowest,
      knownCases: this.world.size.cases,
      ended: this.ended,
    };
  }

  private async work(): Promise<void> {
    while (this.next < this.end && this.ended === null) {
      const request = this.make(this.next++);
      const exchange = this.exchange(request);
      if (movesTime(request)) this.still = exchange;
      await exchange;
      await this.still;
      this.done++;
      this.options.progress(this.done, this.end);
    }
  }

  private make(n: number): FuzzRequest {
    const { seed } = this.options;
    // Every operation in each round, in another order: none is forgotten by chance.
    const round = Math.floor(n / this.round.length);
    const order = new Random(seed, round, 1).shuffled(this.round);
    const random = new Random(seed, n, 2);
    const drawn = order[n % this.round.length] as Operation;
    // What is worth less than once a round gives its place to chance.
    const isWanted = random.chance(TIMES_IN_A_ROUND[drawn.id] ?? 1);
    const operation = isWanted ? drawn : random.pick(this.round.filter((one) => one !== drawn));
    const scene = { random, world: this.world, contract: this.contract };
    for (;;) {
      const request = makeRequest(n, operation, scene);
      mutate(request, { ...scene, operationId: operation.id, params: request.params });
      if (!wouldEndTheRun(request, this.world.nowMs)) return request;
    }
  }

  private async exchange(request: FuzzRequest): Promise<void> {
    const answer = await this.door.send(request);
    const { asked, faults } = judge(this.contract, this.shapes, request, answer);
    this.count(request, answer);
    this.note({ request, answer, faults });
    const succeeded = answer.status >= 200 && answer.status < 300;
    if (succeeded && asked) this.learn(asked, request, answer);
    if (succeeded && asked && isCommand(asked, request)) await this.repeat(request, answer);
    this.brokenInARow = answer.trouble === 'broken' && !request.wire ? this.brokenInARow + 1 : 0;
    if (this.brokenInARow >= BROKEN_IN_A_ROW_MAX) this.ended = `nobody answers any more: ${answer.detail}`;
  }

  private learn(asked: Operation, request: FuzzRequest, answer: Answer): void {
    const params = paramsOf(asked, request);
    if (asked.method === 'DELETE' && asked.path.endsWith('}')) this.world.forget(asked, params);
    else this.world.learn(asked, params, request.role, jsonOf(answer));
  }

  /** The same key and body have the same answer and one effect (I13). */
  private async repeat(request: FuzzRequest, first: Answer): Promise<void> {
    if (!new Random(this.options.seed, request.n, 3).chance(REPEATED_SHARE)) return;
    const again = await this.door.send(request);
    this.repeated++;
    if (again.status === first.status && again.body.equals(first.body)) return;
    // A link may only be used so often.
    if (again.status === 429) return;
    const detail = `${first.status}, then ${again.status} for the same key and body`;
    this.note({ request, answer: again, faults: [{ kind: 'not repeated', detail }] });
  }

  private count(request: FuzzRequest, { status, ms }: Answer): void {
    const tally = this.tallies.get(request.operation.id) as OperationTally;
    tally.sent++;
    if (request.mutation !== null) this.mutated++;
    if (status >= 200 && status < 300) tally.succeeded++;
    tally.statuses.set(status, (tally.statuses.get(status) ?? 0) + 1);
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
    if (request.wire) return;
    tally.slowestMs = Math.max(tally.slowestMs, ms);
    if (ms > (this.slowest?.ms ?? 0)) this.slowest = { operation: request.operation.id, ms, n: request.n };
  }

  private note(exchange: Exchange): void {
    this.options.witness?.(exchange);
    for (const fault of exchange.faults) {
      const operation = exchange.request.operation.id;
      const key = `${operation}|${fault.kind}|${fault.detail}`;
      const known = this.findings.get(key);
      if (known) known.count++;
      else this.findings.set(key, { ...fault, operation, first: exchange, count: 1 });
    }
  }
}

function isCommand({ id, parameters }: Operation, { headers, wire }: FuzzRequest): boolean {
  const takesKey = parameters.some(({ name }) => name.toLowerCase() === 'idempotency-key');
  return !ANSWERS_ANEW.has(id) && takesKey && headers['idempotency-key'] !== undefined && wire === null;
}

/** Those of the address that was really asked, which a mutation may have changed. */
function paramsOf(asked: Operation, { target }: FuzzRequest): Record<string, string> {
  const parts = (target.split('?')[0] as string).split('/');
  const named = asked.path.split('/').flatMap((part, n) => {
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    return name === undefined ? [] : [[name, decodeURIComponent(parts[n] ?? '')] as const];
  });
  return Object.fromEntries(named);
}

/** null for what is none: the judge has said so already. */
function jsonOf({ body }: Answer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return null;
  }
}
