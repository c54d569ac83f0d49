/**
 * A PostgreSQL of the run's own, with durable settings, that can be made to crash and is brought back as a supervisor
 * would. Never outlives this process. Knows no schema and no fault.
 */
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { EmbeddedCluster } from '../../src/app/embedded-cluster.js';
import { postgresFiles } from '../../src/app/embedded-postgres-files.js';
import { onceWeEnd } from '../../src/app/end-with-us.js';

const CONNECT_WITHIN_MS = 5_000;
const POLL_MS = 20;
/** A crash recovery on a busy machine takes seconds. */
const GONE_WITHIN_MS = 30_000;

export class OwnCluster {
  port = 0;
  private readonly cluster: EmbeddedCluster;
  private readonly password: string;

  private constructor(
    readonly folder: string,
    private readonly home: string,
    files: ReturnType<typeof postgresFiles>,
  ) {
    this.cluster = new EmbeddedCluster(files, true);
    this.password = this.cluster.initialise();
  }

  static async start(): Promise<OwnCluster> {
    const folder = await mkdtemp(join(tmpdir(), 'case-chaos-'));
    // The database may run as another user, who must be able to reach it.
    await chmod(folder, 0o755);
    const files = postgresFiles(folder, () => undefined);
    const own = new OwnCluster(folder, files.home, files);
    endServerWithUs(join(files.home, 'data'));
    own.port = await own.cluster.start();
    return own;
  }

  /** @param port of a proxy; absent: straight. */
  url(database: string, port = this.port): string {
    return `postgres://postgres:${this.password}@127.0.0.1:${port}/${database}`;
  }

  /** A connection straight to the server, past every proxy. Its loss is nobody's crash. */
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

  async createDatabase(name: string): Promise<void> {
    await this.once('postgres', (client) => client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`));
  }

  async dropDatabase(name: string): Promise<void> {
    await this.once('postgres', (client) =>
      client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(name)} WITH (FORCE)`),
    );
  }

  async once<T>(database: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = await this.connect(database);
    try {
      return await work(client);
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  /** As `pg_ctl stop -m immediate`: no checkpoint, no goodbye. Resolves when the server is gone. */
  async crash(): Promise<void> {
    const pid = this.cluster.serverPid();
    if (pid === null) throw new Error('the database does not run');
    process.kill(pid, 'SIGQUIT');
    const giveUpAt = performance.now() + GONE_WITHIN_MS;
    while (isAlive(pid)) {
      if (performance.now() > giveUpAt) throw new Error('the database does not end');
      await pause(POLL_MS);
    }
  }

  /** After `crash`, on a new port. Resolves when it takes connections. */
  async restart(): Promise<number> {
    await this.cluster.settlePredecessor(() => undefined);
    this.port = await this.cluster.start();
    return this.port;
  }

  /** The log's last lines, for whoever must find out. */
  async log(): Promise<string> {
    return readFile(join(this.home, 'server.log'), 'utf8').catch(() => '');
  }

  /** @param keep the data, for whoever must find out. */
  async stop(keep: boolean): Promise<void> {
    await this.cluster.stop();
    if (!keep) await rm(this.folder, { recursive: true, force: true });
  }
}

/**
 * Whichever server runs on the data when this process ends; once it has stopped, nothing names it. One that is being
 * started has a second to be named.
 */
export function endServerWithUs(data: string): void {
  onceWeEnd('sleep 1; kill -INT "$(head -n 1 "$0/postmaster.pid")"', data);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
