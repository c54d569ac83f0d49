/**
 * A PostgreSQL cluster that survives the loss of a server, on this machine's loopback: one etcd, three servers under
 * Patroni, HAProxy before them. Runs on the files that the documentation shows. Never outlives this process. Knows no
 * product and no fault.
 */
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { PatroniMember } from './patroni-member.js';
import type { Programs, ServerUser } from './prerequisites.js';
import { endAllWithUs, endServer, signal, startServer } from './processes.js';

/** What Patroni says of a server. */
export interface MemberView {
  readonly name: string;
  /** `leader`, `sync_standby`, `replica`, and others that no member of ours has. */
  readonly role: string;
  /** `running`, and in newer versions `streaming` of a standby that follows. */
  readonly state: string;
  readonly timeline?: number;
}

const CONFIGURATION = fileURLToPath(new URL('../../../docs/ha', import.meta.url));
const MEMBERS = ['n1', 'n2', 'n3'] as const;
/** etcd's two, HAProxy's two, and two of each server. */
const PORTS = 4 + 2 * MEMBERS.length;
/** Below those that the kernel gives away, or a client's socket might sit where a server wants to come back. */
const PORT_FIRST = 21_000;
const PORT_LAST = 32_000;
/** initdb, two base backups and the first election on a busy machine. */
const HEALTHY_WITHIN_MS = 120_000;
const POLL_MS = 200;
const ANSWER_WITHIN_MS = 2_000;
const CONNECT_WITHIN_MS = 5_000;
const SWITCHOVER_MS = 30_000;
const SWITCHOVER_TRIES = 10;

export class HaCluster {
  readonly members: readonly PatroniMember[];
  /** How many standbys an acknowledgement waits for. */
  synchronous = 1;
  private etcd: ChildProcess | null = null;
  private haproxy: ChildProcess | null = null;
  private disarm: (() => void) | null = null;
  private readonly password = randomBytes(18).toString('hex');

  private constructor(
    readonly folder: string,
    private readonly programs: Programs,
    private readonly user: ServerUser,
    private readonly ports: readonly number[],
  ) {
    this.members = MEMBERS.map(
      (name, n) =>
        new PatroniMember({
          name,
          folder,
          programs,
          user,
          configuration: join(folder, 'patroni.yml'),
          postgresPort: this.port(4 + 2 * n),
          restPort: this.port(5 + 2 * n),
          etcdPort: this.port(0),
          password: this.password,
        }),
    );
  }

  /** Resolves when there is a leader, a synchronous standby and a replica. @throws Error when there never is. */
  static async start(programs: Programs, user: ServerUser): Promise<HaCluster> {
    const folder = mkdtempSync(join(tmpdir(), 'case-ha-cluster-'));
    chmodSync(folder, 0o755);
    for (const file of ['patroni.yml', 'haproxy.cfg'])
      copyFileSync(join(CONFIGURATION, file), join(folder, file));
    const cluster = new HaCluster(folder, programs, user, await freePorts(PORTS));
    cluster.disarm = endAllWithUs(folder);
    try {
      cluster.startEtcd();
      for (const member of cluster.members) member.start();
      cluster.startHaproxy();
      await cluster.untilHealthy();
      return cluster;
    } catch (error) {
      await cluster.stop(true);
      throw error;
    }
  }

  /** Through HAProxy, as the product connects. */
  url(database: string, user = 'postgres'): string {
    return `postgres://${user}:${this.password}@127.0.0.1:${this.port(2)}/${database}`;
  }

  /** To the primary, through HAProxy. Its loss is nobody's crash. */
  async connect(database: string): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.url(database),
      connectionTimeoutMillis: CONNECT_WITHIN_MS,
      application_name: 'chaos',
    });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  /** Owned by a user of the product's own, who may create the role with fewer rights that it acts as. */
  async createDatabase(name: string): Promise<void> {
    const client = await this.connect('postgres');
    try {
      const { rowCount } = await client.query(`SELECT FROM pg_roles WHERE rolname = 'owner'`);
      if (rowCount === 0)
        await client.query(`CREATE ROLE owner LOGIN CREATEROLE PASSWORD '${this.password}'`);
      await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)} OWNER owner`);
    } finally {
      await client.end();
    }
  }

  /** As any server that answers sees it; empty when none does. */
  async view(): Promise<readonly MemberView[]> {
    for (const { restPort } of this.members) {
      const answer = await this.ask(restPort, 'GET', '/cluster').catch(() => null);
      if (answer !== null) return (JSON.parse(answer) as { members: MemberView[] }).members;
    }
    return [];
  }

  /** As it says itself: what the others know of it may be of a moment ago. @throws Error when there is none. */
  async leader(): Promise<PatroniMember> {
    for (const member of this.members) {
      const leads = await this.ask(member.restPort, 'GET', '/primary').then(
        () => true,
        () => false,
      );
      if (leads) return member;
    }
    throw new Error('the cluster has no leader');
  }

  async standbys(): Promise<readonly PatroniMember[]> {
    const leader = await this.leader();
    return this.members.filter((member) => member !== leader);
  }

  /** Until one server leads, all the others follow, and as many are synchronous as should be. @throws Error when never. */
  async untilHealthy(): Promise<void> {
    const giveUpAt = performance.now() + HEALTHY_WITHIN_MS;
    for (;;) {
      const view = await this.view();
      if (isHealthy(view, this.synchronous)) return;
      if (performance.now() > giveUpAt) {
        throw new Error(`the cluster does not become healthy: ${JSON.stringify(view)}, see ${this.folder}`);
      }
      await pause(POLL_MS);
    }
  }

  /** Planned: the leader hands over to its synchronous standby. @throws Error when it is refused again and again. */
  async switchover(): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      await this.untilHealthy();
      const leader = await this.leader();
      const candidate = (await this.view()).find(({ role }) => role === 'sync_standby')?.name;
      try {
        const order = { leader: leader.name, candidate };
        return void (await this.ask(leader.restPort, 'POST', '/switchover', order, SWITCHOVER_MS));
      } catch (error) {
        // On a busy machine a standby may fall behind for a moment, and is then no candidate.
        if (attempt === SWITCHOVER_TRIES) throw error;
      }
    }
  }

  /** From now on the primary waits for nobody, and a standby that is behind may lead: what loses data. */
  async waitForNobody(): Promise<void> {
    const change = {
      synchronous_mode: false,
      synchronous_mode_strict: false,
      maximum_lag_on_failover: 1_000_000_000,
    };
    await this.ask((await this.leader()).restPort, 'PATCH', '/config', change);
    this.synchronous = 0;
    await this.untilHealthy();
  }

  async etcdAnswers(): Promise<boolean> {
    return this.ask(this.port(0), 'GET', '/health', undefined, 1_000).then(
      () => true,
      () => false,
    );
  }

  pauseEtcd(): void {
    signal([this.etcd?.pid ?? 0].filter(Boolean), 'SIGSTOP');
  }

  resumeEtcd(): void {
    signal([this.etcd?.pid ?? 0].filter(Boolean), 'SIGCONT');
  }

  /** @param keep logs and data, for whoever must find out. */
  async stop(keep: boolean): Promise<void> {
    await endServer(this.haproxy);
    this.resumeEtcd();
    await Promise.all(this.members.map((member) => member.stop()));
    await endServer(this.etcd);
    this.disarm?.();
    if (!keep) rmSync(this.folder, { recursive: true, force: true });
  }

  private port(n: number): number {
    return this.ports[n] ?? 0;
  }

  private startEtcd(): void {
    const client = `http://127.0.0.1:${this.port(0)}`;
    const peer = `http://127.0.0.1:${this.port(1)}`;
    const args = [
      ['--name', 'etcd'],
      ['--data-dir', join(this.own('etcd'), 'data')],
      ['--listen-client-urls', client],
      ['--advertise-client-urls', client],
      ['--listen-peer-urls', peer],
      ['--initial-advertise-peer-urls', peer],
      ['--initial-cluster', `etcd=${peer}`],
    ].flat();
    this.etcd = this.start('etcd', this.programs.etcd, args);
  }

  private startHaproxy(): void {
    const env = Object.fromEntries([
      ['PRIMARY_BIND', `127.0.0.1:${this.port(2)}`],
      ['REPLICA_BIND', `127.0.0.1:${this.port(3)}`],
      ...this.members.flatMap(({ postgresPort, restPort }, n) => [
        [`N${n + 1}_POSTGRES`, `127.0.0.1:${postgresPort}`],
        [`N${n + 1}_REST_PORT`, String(restPort)],
      ]),
    ]) as Record<string, string>;
    const args = ['-db', '-f', join(this.folder, 'haproxy.cfg')];
    this.haproxy = this.start('haproxy', this.programs.haproxy, args, env);
  }

  private start(
    name: string,
    program: string,
    args: string[],
    env: Record<string, string> = {},
  ): ChildProcess {
    const { folder, user } = this;
    return startServer({
      program,
      args,
      env,
      user,
      cwd: this.own(name),
      logFile: join(folder, `${name}.log`),
      pidFile: join(folder, `${name}.pid`),
    });
  }

  private own(name: string): string {
    const home = join(this.folder, name);
    mkdirSync(home, { recursive: true });
    if (this.user) chownSync(home, this.user.uid, this.user.gid);
    return home;
  }

  private async ask(
    port: number,
    method: string,
    path: string,
    body?: unknown,
    withinMs = ANSWER_WITHIN_MS,
  ): Promise<string> {
    const credentials = Buffer.from(`patroni:${this.password}`).toString('base64');
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { authorization: `Basic ${credentials}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(withinMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text;
  }
}

export function isHealthy(view: readonly MemberView[], synchronous: number): boolean {
  const runs = ({ state }: MemberView): boolean => state === 'running' || state === 'streaming';
  const count = (wanted: string): number => view.filter(({ role }) => role === wanted).length;
  const timelines = new Set(view.map(({ timeline }) => timeline));
  return (
    view.length === MEMBERS.length &&
    view.every(runs) &&
    timelines.size === 1 &&
    count('leader') === 1 &&
    count('sync_standby') === synchronous
  );
}

/** So many in a row that are free now. */
async function freePorts(count: number): Promise<number[]> {
  for (let first = PORT_FIRST; first + count < PORT_LAST; first += 2 * count) {
    const block = Array.from({ length: count }, (_, n) => first + n);
    const free = await Promise.all(block.map(isFree));
    if (free.every(Boolean)) return block;
  }
  throw new Error('no free ports');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
