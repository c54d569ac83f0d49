/**
 * A PostgreSQL of the machine's own packages, for what the embedded one does not bring: `pg_dump`, `pg_restore`,
 * `pg_basebackup`. Its clock can be set ahead. Knows no schema.
 */
import { execFile, execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { freePort } from '../../replay/own-instance.js';
import { endServerWithUs } from '../own-cluster.js';

const run = promisify(execFile);
const PACKAGES = '/usr/lib/postgresql';
const NEEDED = ['postgres', 'initdb', 'pg_ctl', 'pg_dump', 'pg_restore', 'pg_basebackup'];
const FAKETIME = ['x86_64-linux-gnu', 'aarch64-linux-gnu']
  .map((system) => `/usr/lib/${system}/faketime/libfaketimeMT.so.1`)
  .find((file) => existsSync(file));

function programs(): string | null {
  if (!existsSync(PACKAGES)) return null;
  const newestFirst = readdirSync(PACKAGES).sort((a, b) => Number(b) - Number(a));
  const folders = newestFirst.map((version) => join(PACKAGES, version, 'bin'));
  return folders.find((folder) => NEEDED.every((name) => existsSync(join(folder, name)))) ?? null;
}

/** What the machine lacks, in words that say how to get it. */
export function missingForBackups(): string[] {
  return [
    ...(programs() === null ? ['backup: there is no pg_dump; install the package postgresql'] : []),
    ...(FAKETIME === undefined ? ['backup: there is no libfaketime; install the package faketime'] : []),
  ];
}

export class DebianPostgres {
  port = 0;

  private constructor(
    readonly folder: string,
    private readonly bin: string,
    private readonly user: { uid: number; gid: number } | null,
  ) {}

  /** @param folder must not exist; its parent may be passed by everybody. @param from a base backup; absent: a new cluster */
  static async start(folder: string, aheadSeconds = 0, isRestored = false): Promise<DebianPostgres> {
    const user = process.getuid?.() === 0 ? idsOf('postgres') : null;
    const made = new DebianPostgres(folder, programs() ?? '', user);
    if (!isRestored) {
      made.owned(folder);
      await made.program('initdb', [
        '-D',
        folder,
        '-U',
        'postgres',
        '--auth=trust',
        '-E',
        'UTF8',
        '--locale=C.UTF-8',
      ]);
    }
    endServerWithUs(folder);
    made.port = await freePort();
    const settings = [
      `port=${made.port}`,
      'listen_addresses=127.0.0.1',
      'unix_socket_directories=',
      'max_connections=100',
      'timezone=UTC',
    ];
    const options = settings.map((setting) => `-c ${setting}`).join(' ');
    const log = join(folder, 'server.log');
    const args = ['start', '-D', folder, '-l', log, '-w', '-t', '60', '-o', options];
    await made.program('pg_ctl', args, aheadSeconds > 0 ? aheadBy(aheadSeconds) : {});
    return made;
  }

  url(database: string): string {
    return `postgres://postgres@127.0.0.1:${this.port}/${database}`;
  }

  async connect(database: string): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.url(database), application_name: 'chaos' });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  /** `pg_dump` in its own format. */
  async dump(database: string, file: string): Promise<void> {
    await this.program('pg_dump', ['--format=custom', `--file=${file}`, this.url(database)]);
  }

  /** As docs/operating.md says. */
  async restore(file: string, database: string): Promise<void> {
    const client = await this.connect('postgres');
    await client.query(`CREATE DATABASE ${client.escapeIdentifier(database)}`);
    await client.end();
    const options = ['--no-owner', '--no-privileges', '--exit-on-error'];
    await this.program('pg_restore', [...options, `--dbname=${this.url(database)}`, file]);
  }

  /** Of the whole cluster, with the log that makes it whole. */
  async baseBackup(folder: string): Promise<void> {
    this.owned(folder);
    const address = ['-h', '127.0.0.1', '-p', String(this.port), '-U', 'postgres'];
    await this.program('pg_basebackup', [...address, '-D', folder, '-X', 'stream', '-c', 'fast']);
  }

  async stop(): Promise<void> {
    await this.program('pg_ctl', ['stop', '-D', this.folder, '-m', 'fast', '-w', '-t', '60']);
  }

  /** A folder that the server's user may write to. */
  owned(folder: string): void {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (this.user) chownSync(folder, this.user.uid, this.user.gid);
  }

  private async program(name: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<void> {
    await run(join(this.bin, name), [...args], {
      cwd: '/',
      env: { PATH: process.env['PATH'], LC_ALL: 'C', ...env },
      ...this.user,
    });
  }
}

/** Latches count by the monotonic clock, which must go on as it does. */
const aheadBy = (seconds: number): NodeJS.ProcessEnv => ({
  LD_PRELOAD: FAKETIME,
  FAKETIME: `+${seconds}`,
  FAKETIME_DONT_FAKE_MONOTONIC: '1',
  DONT_FAKE_MONOTONIC: '1',
});

function idsOf(name: string): { uid: number; gid: number } {
  const id = (flag: string): number => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}
