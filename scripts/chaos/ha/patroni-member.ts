/**
 * One server of the cluster: Patroni and the PostgreSQL that it runs, which can be killed, paused and started again as
 * one machine. Configured by the file that the documentation shows and by its environment. Knows nothing of the others.
 */
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, chownSync } from 'node:fs';
import { join } from 'node:path';
import type { Programs, ServerUser } from './prerequisites.js';
import { childrenOf, endServer, isAlive, isGoneWithin, signal, startServer, titleOf } from './processes.js';

export interface MemberOptions {
  readonly name: string;
  readonly folder: string;
  readonly programs: Programs;
  readonly user: ServerUser;
  readonly configuration: string;
  readonly postgresPort: number;
  readonly restPort: number;
  readonly etcdPort: number;
  /** Of every role, and of Patroni's own doors that change something. */
  readonly password: string;
}

/** SIGKILL ends what is not in the kernel's hands at once. */
const KILLED_WITHIN_MS = 5_000;

export class PatroniMember {
  private child: ChildProcess | null = null;
  private paused: number[] = [];
  private readonly home: string;

  constructor(private readonly options: MemberOptions) {
    this.home = join(options.folder, options.name);
    mkdirSync(this.home, { recursive: true });
    if (options.user) chownSync(this.home, options.user.uid, options.user.gid);
  }

  get name(): string {
    return this.options.name;
  }

  get postgresPort(): number {
    return this.options.postgresPort;
  }

  get restPort(): number {
    return this.options.restPort;
  }

  /** Harmless when it runs. */
  start(): void {
    if (this.child?.pid && isAlive(this.child.pid)) return;
    const { programs, user, folder, name, configuration } = this.options;
    this.child = startServer({
      program: programs.patroni,
      args: [configuration],
      env: this.environment(),
      user,
      cwd: this.home,
      logFile: join(folder, `${name}.log`),
      pidFile: join(folder, `${name}.pid`),
    });
  }

  /** The machine loses its power: Patroni and every process of PostgreSQL at once. @returns how many there were. */
  async kill(): Promise<number> {
    const pids = this.pids();
    signal(pids, 'SIGKILL');
    for (const pid of pids) await isGoneWithin(pid, KILLED_WITHIN_MS);
    return pids.length;
  }

  /** Only PostgreSQL's first process; the others notice and end. @returns which it was. */
  killPostmaster(): number | null {
    const pid = this.postmaster();
    if (pid !== null) signal([pid], 'SIGKILL');
    return pid;
  }

  /** Nothing of it runs until `resume`; to the others it is gone, to itself no time passes. */
  pause(): void {
    // The postmaster first, or it would start others meanwhile.
    signal(
      [this.postmaster(), this.child?.pid].filter((pid) => pid != null),
      'SIGSTOP',
    );
    this.paused = this.pids();
    signal(this.paused, 'SIGSTOP');
  }

  resume(): void {
    signal(this.paused.splice(0), 'SIGCONT');
  }

  /** The process of a standby that receives the primary's log. */
  walReceiver(): number | null {
    const postmaster = this.postmaster();
    if (postmaster === null) return null;
    return childrenOf(postmaster).find((pid) => titleOf(pid).includes('walreceiver')) ?? null;
  }

  async stop(): Promise<void> {
    this.resume();
    await endServer(this.child);
    // Patroni ends its PostgreSQL, unless it was killed before.
    await this.kill();
  }

  private pids(): number[] {
    const postmaster = this.postmaster();
    const patroni = this.child?.pid;
    return [
      ...(patroni && isAlive(patroni) ? [patroni] : []),
      ...(postmaster === null ? [] : [postmaster, ...childrenOf(postmaster)]),
    ];
  }

  /** null: it does not run, or the file tells of an earlier one. */
  private postmaster(): number | null {
    const file = join(this.home, 'data', 'postmaster.pid');
    if (!existsSync(file)) return null;
    const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
    return isAlive(pid) && titleOf(pid).includes('postgres') ? pid : null;
  }

  private environment(): Record<string, string> {
    const { name, programs, postgresPort, restPort, etcdPort, password } = this.options;
    const postgres = `127.0.0.1:${postgresPort}`;
    const rest = `127.0.0.1:${restPort}`;
    return {
      PATRONI_NAME: name,
      PATRONI_ETCD3_HOSTS: `127.0.0.1:${etcdPort}`,
      PATRONI_RESTAPI_LISTEN: rest,
      PATRONI_RESTAPI_CONNECT_ADDRESS: rest,
      PATRONI_RESTAPI_USERNAME: 'patroni',
      PATRONI_RESTAPI_PASSWORD: password,
      PATRONI_POSTGRESQL_LISTEN: postgres,
      PATRONI_POSTGRESQL_CONNECT_ADDRESS: postgres,
      PATRONI_POSTGRESQL_DATA_DIR: join(this.home, 'data'),
      PATRONI_POSTGRESQL_BIN_DIR: programs.postgresBin,
      PATRONI_POSTGRESQL_PGPASS: join(this.home, 'pgpass'),
      PATRONI_SUPERUSER_USERNAME: 'postgres',
      PATRONI_SUPERUSER_PASSWORD: password,
      PATRONI_REPLICATION_USERNAME: 'replicator',
      PATRONI_REPLICATION_PASSWORD: password,
      PATRONI_REWIND_USERNAME: 'rewinder',
      PATRONI_REWIND_PASSWORD: password,
    };
  }
}
