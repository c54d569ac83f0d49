/**
 * What a fail-over run needs on the machine besides this project: Debian's packages, and a user for servers that refuse
 * to run as root. Finds it or says in one sentence what is missing. Starts nothing.
 */
import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Absolute paths of the programs. */
export interface Programs {
  readonly patroni: string;
  readonly etcd: string;
  readonly haproxy: string;
  /** Folder with `postgres`, `initdb`, `pg_rewind`. */
  readonly postgresBin: string;
}

/** As whom the servers run; null: as we do. */
export type ServerUser = { readonly uid: number; readonly gid: number } | null;

/** Something is not installed: the run can tell nothing. */
export class MissingPrerequisite extends Error {}

/** Debian keeps `haproxy` where only root looks. */
const ALSO_SEARCHED = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
const POSTGRES_BIN = '/usr/lib/postgresql/15/bin';
const INSTALL = 'apt-get install patroni etcd-server etcd-client haproxy postgresql-15';

/** @param also searched besides `PATH`. @throws MissingPrerequisite naming everything that is missing. */
export function findPrograms(
  env: Readonly<Record<string, string | undefined>>,
  also: readonly string[] = ALSO_SEARCHED,
): Programs {
  const folders = [...(env['PATH'] ?? '').split(delimiter).filter(Boolean), ...also];
  const postgresBin = env['POSTGRES_BIN'] ?? POSTGRES_BIN;
  const found = {
    patroni: findIn(folders, 'patroni'),
    etcd: findIn(folders, 'etcd'),
    haproxy: findIn(folders, 'haproxy'),
    postgresBin: findIn([postgresBin], 'postgres') && postgresBin,
  };
  const missing = Object.entries(found)
    .filter(([, path]) => path === null)
    .map(([name]) => (name === 'postgresBin' ? `PostgreSQL 15 (${postgresBin})` : name));
  if (missing.length > 0) {
    throw new MissingPrerequisite(
      `not installed: ${missing.join(', ')}. On Debian 12: ${INSTALL}; another PostgreSQL: POSTGRES_BIN`,
    );
  }
  return found as Programs;
}

/** @throws MissingPrerequisite when we are root and there is no user `postgres`. */
export function serverUser(): ServerUser {
  if (process.getuid?.() !== 0) return null;
  const entry = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((line) => line.startsWith('postgres:'));
  if (entry === undefined)
    throw new MissingPrerequisite('there is no user "postgres", and root may not run it');
  const [, , uid, gid] = entry.split(':').map(Number);
  return { uid: uid ?? 0, gid: gid ?? 0 };
}

function findIn(folders: readonly string[], program: string): string | null {
  for (const folder of folders) {
    const path = join(folder, program);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Elsewhere, perhaps.
    }
  }
  return null;
}
