// What package-lock.json says of each package, as far as the checks ask. Pure: reads no file.
import type { LockedPackage, PackageLock } from '../lock/platform-packages.js';

export interface Locked extends LockedPackage {
  /** Set where a package is installed under another name than its own. */
  readonly name?: string;
  /** Left out where the registry is the usual one. */
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly license?: string;
  readonly deprecated?: string;
  readonly hasInstallScript?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

export interface Lock extends PackageLock {
  readonly packages: Readonly<Record<string, Locked>>;
}

/** package.json, as far as the checks ask. */
export interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  /** Whose install scripts run (true) and whose never do (false). */
  readonly allowScripts?: Readonly<Record<string, boolean>>;
}

/** One package at one place of the tree. */
export interface Installed extends Locked {
  readonly place: string;
  readonly name: string;
  readonly version: string;
  readonly isProduction: boolean;
}

/** Every package of the lock, in its order; the project itself is none. */
export function lockedPackages({ packages }: Lock): Installed[] {
  return Object.entries(packages)
    .filter(([place]) => place !== '')
    .map(([place, locked]) => ({
      ...locked,
      place,
      name: locked.name ?? place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length),
      version: locked.version ?? '',
      // `devOptional` is a tool that a production package may use as well: `--omit=dev` installs it.
      isProduction: !locked.dev,
    }));
}

/** Where servers run. */
const SERVER = { os: 'linux', cpu: 'x64', libc: 'glibc' } as const;

/** What `npm ci --omit=dev` installs on a server. */
export function onServer(packages: readonly Installed[]): Installed[] {
  return packages.filter(
    ({ isProduction, os, cpu, libc }) =>
      isProduction && fits(os, SERVER.os) && fits(cpu, SERVER.cpu) && fits(libc, SERVER.libc),
  );
}

function fits(listed: readonly string[] | undefined, ours: string): boolean {
  return listed === undefined || listed.includes(ours);
}
