/**
 * Asks every node all the time whether it lives and whether it is ready, and tries beside it what readiness promises: a
 * write that reaches the disk by the way that the nodes use. Writes down what came; what it means is in
 * `judge-health.ts`.
 */
import { writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Installation } from './installation.js';
import type { NodeSample, WriteSample } from './judge-health.js';
import type { SupervisedNode } from './supervised-node.js';

const READY_EVERY_MS = 100;
const LIVE_EVERY_MS = 500;
const WRITE_EVERY_MS = 250;
const WRITES_AT_ONCE = 16;
/** SQLSTATE of a server without a free connection. */
const TOO_MANY = '53300';
/** A node says within three seconds and the wait for a connection that it is not. */
const READY_WITHIN_MS = 6_000;
const LIVE_WITHIN_MS = 2_000;
/** What takes longer serves nobody. */
const WRITE_WITHIN_MS = 3_000;

const TABLE = `CREATE SCHEMA chaos; CREATE TABLE chaos.probe (at timestamptz NOT NULL)`;
const WRITE = `INSERT INTO chaos.probe VALUES (now())`;

export interface HealthSamples {
  readonly ready: readonly NodeSample[];
  readonly live: readonly NodeSample[];
  readonly writes: readonly WriteSample[];
}

export class HealthProbes {
  private readonly ready: NodeSample[] = [];
  private readonly live: NodeSample[] = [];
  private readonly writes: WriteSample[] = [];
  private stopping = false;
  private running: Promise<unknown> = Promise.resolve();

  private constructor(private readonly installation: Installation) {}

  static async start(installation: Installation): Promise<HealthProbes> {
    const probes = new HealthProbes(installation);
    await installation.cluster.once(installation.database, (client) => client.query(TABLE));
    probes.running = Promise.all([
      ...installation.nodes.flatMap((node) => [
        probes.ask(node, '/health/ready', READY_WITHIN_MS, READY_EVERY_MS, probes.ready),
        probes.ask(node, '/health/live', LIVE_WITHIN_MS, LIVE_EVERY_MS, probes.live),
      ]),
      probes.write(),
    ]);
    return probes;
  }

  /** @param file gets everything, for whoever must find out. */
  async stop(file: string): Promise<HealthSamples> {
    this.stopping = true;
    await this.running;
    const samples = { ready: this.ready, live: this.live, writes: this.writes };
    await writeFile(file, JSON.stringify(samples));
    return samples;
  }

  private async ask(
    node: SupervisedNode,
    path: string,
    withinMs: number,
    everyMs: number,
    into: NodeSample[],
  ): Promise<void> {
    while (!this.stopping) {
      const from = performance.now();
      const { upSince } = node;
      const ok = await node.answers(path, withinMs);
      const up = upSince !== null && node.upSince === upSince;
      into.push({ node: node.name, from, to: performance.now(), ok, up });
      await pause(Math.max(0, everyMs - (performance.now() - from)));
    }
  }

  /** One try after the other begins, whether or not those before it have ended: one that hangs must not hide the next. */
  private async write(): Promise<void> {
    const underWay = new Set<Promise<void>>();
    while (!this.stopping) {
      if (underWay.size < WRITES_AT_ONCE) {
        const one: Promise<void> = this.writeOnce().finally(() => underWay.delete(one));
        underWay.add(one);
      }
      await pause(WRITE_EVERY_MS);
    }
    await Promise.all(underWay);
    this.writes.sort((a, b) => a.from - b.from);
  }

  private async writeOnce(): Promise<void> {
    const { cluster, database, proxy } = this.installation;
    const from = performance.now();
    const client = new pg.Client({
      connectionString: cluster.url(database, proxy.port),
      connectionTimeoutMillis: WRITE_WITHIN_MS,
      query_timeout: WRITE_WITHIN_MS,
      application_name: 'chaos probe',
    });
    client.on('error', () => undefined);
    const failure = await client
      .connect()
      .then(() => client.query(WRITE))
      .then(
        () => null,
        (error: { code?: string }) => error,
      );
    void client.end().catch(() => undefined);
    // What tears or refuses some connections, and others not, says nothing about the nodes'.
    const dependsOnConnection = proxy.now.resetAfterBytes !== undefined || failure?.code === TOO_MANY;
    const outcome = failure === null ? 'ok' : dependsOnConnection ? 'unsure' : 'failed';
    this.writes.push({ from, to: performance.now(), outcome });
  }
}
