/**
 * One client who drives cases through a product that may fail at any moment: it waits for its answer, asks again under
 * the same key until it knows what became of its command, and writes down everything. Judges nothing.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Random } from '../fuzz/random.js';
import { nextDeed, opening, seenCase, type Deed, type SeenCase } from './deeds.js';
import { bodyHashOf, outcomeOf, type HistoryLine, type RequestOutcome } from './history.js';
import type { RequestSender } from './send-request.js';

/** What the clients of one load share. */
export interface LoadWorld {
  readonly options: {
    readonly urls: readonly string[];
    readonly tokens: Readonly<Record<string, string>>;
    readonly clients: number;
    readonly perSecond: number;
    readonly seed: number;
  };
  readonly stopping: boolean;
  readonly counts: { refused: number; unknown: number; givenUp: number };
  readonly cases: ReadonlyMap<string, SeenCase>;
  readonly sender: RequestSender;
  nextId(): number;
  write(line: HistoryLine): void;
  acknowledge(): void;
  remember(seen: SeenCase): void;
  forget(id: string): void;
}

/** Who holds which token of the demo's directory: keys are theirs. */
export const PRINCIPALS: Readonly<Record<string, string>> = {
  admin: 'admin-1',
  manager: 'manager-1',
  agent: 'agent-1',
  agent2: 'agent-2',
  service: 'service-1',
  ...Object.fromEntries(
    ['sales', 'product', 'logistics', 'finance'].flatMap((department) => [
      [`member:${department}`, `${department}-1`],
      [`lead:${department}`, `${department}-lead`],
    ]),
  ),
};

/** An outage may be longer than this only by a defect. */
const GIVE_UP_MS = 60_000;
const RETRY_MS = 250;
/** A node that asks for more patience is asked again all the same: the others may be well. */
const RETRY_MAX_MS = 2_000;
/** Enough for contention on the few and room for time to act on the many. */
const CASES_MAX = 150;
const HOT = 4;
/** How often a client does something else than the next step of a case. */
const ODDS = {
  hot: 0.12,
  ifMatch: 0.4,
  race: 0.04,
  twin: 0.03,
  twinOpening: 0.2,
  replay: 0.04,
  stolenKey: 0.03,
  reusedKey: 0.02,
  read: 0.08,
};

interface Command {
  readonly method: string;
  readonly path: string;
  readonly role: string;
  readonly body: unknown;
  readonly key: string;
  readonly ifMatch: number | null;
  readonly caseId: string | null;
}

interface Settled {
  readonly outcome: RequestOutcome;
  readonly seen: SeenCase | null;
  readonly firstId: number;
}

export class LoadClient {
  private readonly random: Random;
  private turn = 0;
  private lastDone: { readonly command: Command; readonly id: number } | null = null;

  constructor(
    private readonly number: number,
    private readonly world: LoadWorld,
  ) {
    this.random = new Random(world.options.seed, number);
    this.turn = number;
  }

  async run(): Promise<void> {
    const { clients, perSecond } = this.world.options;
    const beatMs = (1000 * clients) / perSecond;
    // Not all at once.
    await pause(this.random.fraction() * beatMs);
    while (!this.world.stopping) {
      const startedAt = performance.now();
      await this.act();
      await pause(Math.max(0, beatMs * (0.5 + this.random.fraction()) - (performance.now() - startedAt)));
    }
  }

  private async act(): Promise<void> {
    const { random, world } = this;
    const dice = random.fraction();
    let limit = ODDS.read;
    if (dice < limit) return this.readSomething();
    if (dice < (limit += ODDS.replay)) return this.replay();
    if (dice < (limit += ODDS.stolenKey)) return this.stealKey();
    if (dice < (limit += ODDS.reusedKey)) return this.reuseKey();
    const seen = this.pickCase();
    if (seen === null) return this.open();
    const deed = nextDeed(seen, random);
    if (deed === null || (seen.state === 'closed' && random.chance(0.5))) return world.forget(seen.id);
    if (dice < (limit += ODDS.race)) return this.race(seen, deed);
    const command = this.toCommand(seen, deed, random.chance(ODDS.ifMatch));
    if (dice < limit + ODDS.twin) return this.settleTwins(command);
    await this.settle(command);
  }

  private pickCase(): SeenCase | null {
    const all = [...this.world.cases.values()];
    if (all.length < HOT * 2 || (all.length < CASES_MAX && this.random.chance(0.1))) return null;
    return this.random.chance(ODDS.hot) ? this.random.pick(all.slice(0, HOT)) : this.random.pick(all);
  }

  private async open(): Promise<void> {
    const n = `${this.world.options.seed}-${this.number}-${this.turn}-${this.world.nextId()}`;
    const body = opening(n, this.random);
    const path = '/api/v1/cases';
    const command = { method: 'POST', path, role: 'service', body, ...this.fresh(), caseId: null };
    if (this.random.chance(ODDS.twinOpening)) await this.settleTwins(command);
    else await this.settle(command);
  }

  /** The same twice at once, as an impatient caller sends it: one effect, one answer. */
  private async settleTwins(command: Command): Promise<void> {
    const id = this.world.nextId();
    await Promise.all([this.settle(command, id), this.settle(command, this.world.nextId(), id)]);
  }

  /** Two at once from the same revision: at most one may win. */
  private async race(seen: SeenCase, deed: Deed): Promise<void> {
    const other = nextDeed(seen, this.random) ?? deed;
    await Promise.all([deed, other].map((each) => this.settle(this.toCommand(seen, each, true))));
  }

  /** The same again, long after: the answer must be that of then. */
  private async replay(): Promise<void> {
    if (this.lastDone !== null)
      await this.settle(this.lastDone.command, this.world.nextId(), this.lastDone.id);
  }

  /** Keys are their owner's alone: the same request under the same key by somebody else is one of its own. */
  private async stealKey(): Promise<void> {
    const done = this.lastDone?.command;
    const other = COLLEAGUES[done?.role ?? ''];
    if (done && other) await this.settle({ ...done, role: other, ifMatch: null });
  }

  /** Another request under a key that has been used: a no, and nothing done. */
  private async reuseKey(): Promise<void> {
    const done = this.lastDone;
    const caseId = done?.command.caseId ?? null;
    if (!done || caseId === null || done.command.path.endsWith('/notes')) return;
    await this.settle({ ...done.command, ...NOTE(caseId), ifMatch: null }, this.world.nextId(), done.id);
  }

  private async readSomething(): Promise<void> {
    const seen = this.pickCase();
    if (seen === null) return;
    const path = `/api/v1/cases/${seen.id}`;
    const read = {
      method: 'GET',
      path,
      role: 'manager',
      body: undefined,
      key: '',
      ifMatch: null,
      caseId: seen.id,
    };
    await this.attempt(read, this.world.nextId(), null);
  }

  private toCommand(seen: SeenCase, { method, noun, body, role }: Deed, withRevision: boolean): Command {
    const path = `/api/v1/cases/${seen.id}/${noun}`;
    return {
      method,
      path,
      role,
      body,
      ...this.fresh(),
      ifMatch: withRevision ? seen.revision : null,
      caseId: seen.id,
    };
  }

  private fresh(): { readonly key: string; readonly ifMatch: null } {
    return { key: `chaos-${this.world.options.seed}-${this.number}-${this.world.nextId()}`, ifMatch: null };
  }

  /** Until it is known what became of it, or nobody ever answers. */
  private async settle(
    command: Command,
    id = this.world.nextId(),
    retryOf: number | null = null,
  ): Promise<Settled> {
    const { counts } = this.world;
    const giveUpAt = performance.now() + GIVE_UP_MS;
    const firstId = retryOf ?? id;
    for (let attemptId = id, first = retryOf; ; attemptId = this.world.nextId(), first = firstId) {
      const { outcome, seen, retryAfterMs } = await this.attempt(command, attemptId, first);
      if (outcome === 'ok' && retryOf === null) {
        this.world.acknowledge();
        this.lastDone = { command: { ...command, caseId: command.caseId ?? seen?.id ?? null }, id: firstId };
      }
      if (outcome === 'fail' && retryOf === null) counts.refused += 1;
      if (outcome !== 'info') return { outcome, seen, firstId };
      counts.unknown += 1;
      if (performance.now() > giveUpAt) {
        counts.givenUp += 1;
        return { outcome, seen, firstId };
      }
      await pause(Math.min(retryAfterMs ?? RETRY_MS, RETRY_MAX_MS) * (0.5 + this.random.fraction()));
    }
  }

  private async attempt(command: Command, id: number, retryOf: number | null) {
    const { urls, tokens } = this.world.options;
    const { method, path, role, body, key, ifMatch } = command;
    const url = urls[this.turn++ % urls.length] as string;
    const invokedAt = performance.now();
    const answer = await this.world.sender.send(url, {
      method,
      path,
      body,
      key,
      ifMatch,
      token: tokens[role] ?? '',
    });
    const completedAt = performance.now();
    const code = answer.body?.['code'];
    const outcome = outcomeOf(answer.status, typeof code === 'string' ? code : null);
    const seen = outcome === 'ok' ? seenCase(answer.body) : null;
    if (seen !== null) this.world.remember(seen);
    else if (outcome === 'fail' && command.caseId !== null) this.correct(command.caseId, answer.body);
    this.world.write({
      id,
      client: this.number,
      principal: PRINCIPALS[role] ?? role,
      key,
      method,
      path,
      caseId: seen?.id ?? command.caseId,
      ifMatch,
      invokedAt,
      completedAt,
      outcome,
      status: answer.status,
      revision: seen?.revision ?? null,
      bodyHash: answer.status === null ? null : bodyHashOf(answer.text),
      retryOf,
    });
    return { outcome, seen, retryAfterMs: answer.retryAfterMs };
  }

  /** A refusal says where the case stands, too. */
  private correct(caseId: string, body: Readonly<Record<string, unknown>> | null): void {
    const known = this.world.cases.get(caseId);
    const { state, level, revision } = body ?? {};
    if (!known || typeof state !== 'string' || typeof revision !== 'number') return;
    if (revision > known.revision) this.world.remember({ ...known, state, level: Number(level), revision });
  }
}

/** Who may do what the other may. */
const COLLEAGUES: Readonly<Record<string, string>> = { agent: 'agent2', agent2: 'agent' };

const NOTE = (caseId: string) => ({
  method: 'POST',
  path: `/api/v1/cases/${caseId}/notes`,
  body: { text: 'Under a key that was used before.' },
  caseId,
});
