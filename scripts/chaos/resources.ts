/**
 * What nodes hold on to, before the faults and after them: connections, open files, memory, transactions that nobody
 * ends. Reads `/metrics` and the server's own list of sessions; decides what is too much.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { verdict, type Verdict } from './judge-history.js';
import type { SupervisedNode } from './supervised-node.js';

export interface NodeFigures {
  readonly node: string;
  readonly openFiles: number;
  readonly residentMiB: number;
  /** Of the pool: in use, and callers without one. */
  readonly busyConnections: number;
  readonly waitingCallers: number;
  /** Longest that anything waited for the event loop, 99 of 100 times, since the figures before these. */
  readonly lagP99Ms: number;
}

export interface Figures {
  readonly nodes: readonly NodeFigures[];
  /** Of all nodes, as the server counts them. */
  readonly sessions: number;
}

const MIB = 1024 * 1024;
/** A tenth more than at the start, and a few files for whatever a node opens once. */
const FILES_MORE = { factor: 1.1, extra: 16 };
/**
 * Code that was never run before, and a heap that grows until somebody collects it: a node that served for minutes holds
 * more than one that never did. A leak of what failed shows beyond this.
 */
const RESIDENT_MORE = { factor: 1.1, extra: 160 };
const LAG_MAX_MS = 100;
/** A session that is left in the middle of a transaction. */
const LEFT_OPEN_SECONDS = 10;
const LOOK_EVERY_MS = 2_000;
/** Sockets that are kept alive, and answers that end late. */
const SETTLED_WITHIN_MS = 15_000;

const SESSIONS = `datname = current_database() AND application_name LIKE 'case-escalation%'`;

/** @throws Error when a node does not answer. */
export async function figuresOf(nodes: readonly SupervisedNode[], client: pg.Client): Promise<Figures> {
  const found = await client.query(
    `SELECT count(*)::integer AS sessions FROM pg_stat_activity WHERE ${SESSIONS}`,
  );
  const { sessions } = found.rows[0] as { sessions: number };
  return { nodes: await Promise.all(nodes.map(nodeFigures)), sessions };
}

async function nodeFigures(node: SupervisedNode): Promise<NodeFigures> {
  // A connection that is kept alive would be one of the files that are counted.
  const answer = await fetch(new URL('/metrics', node.url), { headers: { connection: 'close' } });
  const text = await answer.text();
  const value = (name: string, label = ''): number =>
    Number(new RegExp(`^${name}\\{[^}]*${label}[^}]*\\} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
  return {
    node: node.name,
    openFiles: value('process_open_fds'),
    residentMiB: Math.round(value('process_resident_memory_bytes') / MIB),
    busyConnections: value('database_pool_connections', 'state="busy"'),
    waitingCallers: value('database_pool_connections', 'state="waiting"'),
    lagP99Ms: Math.round(value('nodejs_eventloop_lag_p99_seconds') * 1000),
  };
}

/**
 * Waits until the figures are good, or no better: what was good once has come back.
 * @param before of the same nodes, at rest.
 */
export async function figuresAfter(
  nodes: readonly SupervisedNode[],
  client: pg.Client,
  before: Figures,
  withinMs = SETTLED_WITHIN_MS,
): Promise<{ figures: Figures; verdicts: Verdict[] }> {
  const giveUpAt = performance.now() + withinMs;
  let best: Verdict[] | null = null;
  for (;;) {
    const figures = await figuresOf(nodes, client);
    const verdicts = judgeFigures(before, figures);
    best =
      best === null ? verdicts : verdicts.map((now, n) => (now.violations === 0 ? now : (best?.[n] ?? now)));
    const isGood = best.every(({ violations }) => violations === 0);
    if (isGood || performance.now() > giveUpAt) return { figures, verdicts: best };
    await pause(1_000);
  }
}

/** Pure. */
export function judgeFigures(before: Figures, after: Figures): Verdict[] {
  const pairs = after.nodes.flatMap((now) => {
    const earlier = before.nodes.find(({ node }) => node === now.node);
    return earlier ? [{ earlier, now }] : [];
  });
  const grown = (figure: 'openFiles' | 'residentMiB', { factor, extra }: typeof FILES_MORE): string[] =>
    pairs
      .filter(({ earlier, now }) => !(now[figure] <= earlier[figure] * factor + extra))
      .map(({ earlier, now }) => `${now.node}: ${earlier[figure]}, now ${now[figure]}`);
  const busy = after.nodes.filter((now) => now.busyConnections !== 0 || now.waitingCallers !== 0);
  const slow = after.nodes.filter((now) => !(now.lagP99Ms <= LAG_MAX_MS));
  return [
    verdict('I19', 'open files come back to what they were', grown('openFiles', FILES_MORE)),
    verdict('I19', 'memory comes back to what it was', grown('residentMiB', RESIDENT_MORE)),
    verdict(
      'I19',
      'every connection of a pool is free in the end',
      busy.map((now) => `${now.node}: ${now.busyConnections} in use, ${now.waitingCallers} wait`),
    ),
    verdict(
      'I19',
      'the event loop is free in the end',
      slow.map((now) => `${now.node}: ${now.lagP99Ms} ms`),
    ),
  ];
}

/** Looks for transactions that are left open, as long as it runs. */
export class OpenTransactions {
  private readonly found = new Set<string>();
  private stopping = false;
  private running: Promise<void> = Promise.resolve();

  static start(connect: () => Promise<pg.Client>): OpenTransactions {
    const made = new OpenTransactions();
    made.running = made.run(connect);
    return made;
  }

  async stop(): Promise<Verdict[]> {
    this.stopping = true;
    await this.running;
    return [verdict('I19', 'no session of a node leaves a transaction open', [...this.found])];
  }

  private async run(connect: () => Promise<pg.Client>): Promise<void> {
    while (!this.stopping) {
      await this.look(connect).catch(() => undefined);
      await pause(LOOK_EVERY_MS);
    }
  }

  private async look(connect: () => Promise<pg.Client>): Promise<void> {
    const client = await connect();
    try {
      const { rows } = await client.query(
        `SELECT pid || ' ' || application_name || ' since ' || state_change || ': ' || left(query, 80) AS detail
         FROM pg_stat_activity WHERE ${SESSIONS} AND state LIKE 'idle in transaction%'
           AND state_change < now() - interval '${LEFT_OPEN_SECONDS} seconds'`,
      );
      for (const { detail } of rows as { detail: string }[]) this.found.add(detail);
    } finally {
      void client.end().catch(() => undefined);
    }
  }
}
