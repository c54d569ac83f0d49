/**
 * One PostgreSQL cluster on disk and the server that runs on it: making, starting, stopping, and what an earlier
 * process left behind. Knows nothing of databases, sessions or who asked (`embedded-database.ts`).
 */
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { runAs, type PostgresFiles } from './embedded-postgres-files.js';

/** Another process may take the free port before PostgreSQL does. */
const PORT_TRIES = 5;
/** The server of a process that was killed a moment ago may still be writing its checkpoint. */
const PREDECESSOR_WAIT_MS = 5_000;
/** `pg_ctl -l` appends for ever. */
const LOG_BYTES_MAX = 10_000_000;

export class EmbeddedCluster {
  private readonly data: string;
  /** Holds the number of the process that started the server. */
  private readonly ownerFile: string;

  constructor(
    private readonly files: PostgresFiles,
    private readonly durable: boolean,
  ) {
    this.data = join(files.home, 'data');
    this.ownerFile = join(files.home, 'owner');
  }

  /** Makes the cluster unless there is one; returns the owner's password. */
  initialise(): string {
    const passwordFile = join(this.files.home, 'password');
    if (existsSync(join(this.data, 'PG_VERSION'))) {
      const major = readFileSync(join(this.data, 'PG_VERSION'), 'utf8').trim();
      const ours = /\d+/.exec(this.run('postgres', ['--version']).stdout)?.[0];
      if (major !== ours) {
        throw new Error(
          `${this.data} was made by PostgreSQL ${major}, this one is ${ours}. Dump and restore it.`,
        );
      }
      return readFileSync(passwordFile, 'utf8').trim();
    }
    const password = randomBytes(18).toString('hex');
    writeFileSync(passwordFile, password, { mode: 0o600 });
    if (this.files.user) chownSync(passwordFile, this.files.user.uid, this.files.user.gid);
    // Made under another name first: a half-made cluster must not look like one.
    const unfinished = `${this.data}.unfinished`;
    rmSync(unfinished, { recursive: true, force: true });
    const locale = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
    const auth = ['--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
    const speed = this.durable ? [] : ['--no-sync'];
    const made = this.run('initdb', [
      `--pgdata=${unfinished}`,
      '--encoding=UTF8',
      ...locale,
      ...auth,
      ...speed,
    ]);
    if (made.status !== 0)
      throw new Error(`The embedded database could not be made: ${lastLine(made.stderr)}`);
    renameSync(unfinished, this.data);
    return password;
  }

  /** Deals with what an earlier process left behind: a stale pid file, or a server that still runs. */
  async settlePredecessor(log: (line: string) => void): Promise<void> {
    const until = Date.now() + PREDECESSOR_WAIT_MS;
    while (this.serverRuns() && Date.now() < until) await pause(100);
    if (this.serverRuns()) {
      const owner = readNumber(this.ownerFile);
      if (owner !== null && owner !== process.pid && isAlive(owner)) {
        throw new Error(
          `${this.data} is in use by process ${owner}. Set another DATA_DIR, or DATABASE_URL to share one database.`,
        );
      }
      log('Stopping the embedded database that an earlier process left running.');
      await this.stop();
    }
    // After a restart of a container the old number may belong to anybody, and PostgreSQL would refuse to start.
    rmSync(join(this.data, 'postmaster.pid'), { force: true });
  }

  /** Starts the server on a free loopback port and returns the port. */
  async start(): Promise<number> {
    const logFile = join(this.files.home, 'server.log');
    if (existsSync(logFile) && statSync(logFile).size > LOG_BYTES_MAX) rmSync(logFile);
    for (let attempt = 1; ; attempt += 1) {
      const port = await freePort();
      const settings = serverSettings(port, this.durable)
        .map((setting) => `-c ${setting}`)
        .join(' ');
      const args = ['start', '-D', this.data, '-l', logFile, '-w', '-t', '60', '-o', settings];
      const status = await this.control(args);
      if (status === 0) {
        writeFileSync(this.ownerFile, String(process.pid));
        return port;
      }
      const reason = existsSync(logFile) ? readFileSync(logFile, 'utf8').slice(-2_000) : '';
      if (attempt === PORT_TRIES || !reason.includes('Address already in use')) {
        throw new Error(`The embedded database did not start: ${lastLine(reason)} (${logFile})`);
      }
    }
  }

  async stop(): Promise<void> {
    if (!this.serverRuns()) return;
    const status = await this.control(['stop', '-D', this.data, '-m', 'fast', '-w', '-t', '60']);
    if (status !== 0) throw new Error(`The embedded database in ${this.data} did not stop.`);
    rmSync(this.ownerFile, { force: true });
  }

  serverPid(): number | null {
    return readNumber(join(this.data, 'postmaster.pid'));
  }

  private serverRuns(): boolean {
    const pid = this.serverPid();
    return pid !== null && isAlive(pid) && programOf(pid).includes('postgres');
  }

  private run(program: string, args: string[]): { status: number | null; stdout: string; stderr: string } {
    const options = { ...runAs(this.files.user), cwd: this.files.home, encoding: 'utf8' as const };
    return spawnSync(join(this.files.native, 'bin', program), args, options);
  }

  /** `pg_ctl` waits for the server, so it must not block ours. */
  private control(args: string[]): Promise<number | null> {
    const options = { ...runAs(this.files.user), cwd: this.files.home, stdio: 'ignore' as const };
    return new Promise((resolve, reject) => {
      spawn(join(this.files.native, 'bin', 'pg_ctl'), args, options)
        .once('error', reject)
        .once('exit', resolve);
    });
  }
}

function serverSettings(port: number, durable: boolean): string[] {
  const always = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=200',
    'shared_buffers=256MB',
    'max_wal_size=4GB',
    'jit=off',
    'timezone=UTC',
    'log_timezone=UTC',
  ];
  return durable ? always : [...always, 'fsync=off', 'full_page_writes=off'];
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

/** First line of a file as a number; null when there is none. */
function readNumber(file: string): number | null {
  if (!existsSync(file)) return null;
  const number = Number.parseInt(readFileSync(file, 'utf8'), 10);
  return Number.isSafeInteger(number) && number > 0 ? number : null;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function programOf(pid: number): string {
  const file = `/proc/${pid}/comm`;
  if (existsSync(file)) return readFileSync(file, 'utf8');
  return spawnSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' }).stdout ?? '';
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
