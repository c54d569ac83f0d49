// Which platform packages a lock lacks, and what it has to say of each. Pure: reads no file and asks no registry.

export interface LockedPackage {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export interface PackageLock {
  /** By place in the tree: '' is the project, `node_modules/a/node_modules/b` a package. */
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

const PLATFORM =
  /[/-](aix|android|darwin|freebsd|linux|openharmony|sunos|win32)-(arm|arm64|ia32|loong64|ppc64|riscv64|s390x|x64)(?:-(\w+))?$/;

/**
 * Entries for the optional packages that others name and the lock lacks, by their place in the tree.
 * @throws Error for one whose version is not exact or whose name tells no platform: nothing is guessed.
 */
export function missingPlatformPackages({ packages }: PackageLock): Record<string, LockedPackage> {
  const missing: Record<string, LockedPackage> = {};
  for (const [place, parent] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
      if (isFound(packages, place, name)) continue;
      missing[`node_modules/${name}`] = entryFor(name, version, parent);
    }
  }
  return missing;
}

/** As Node looks: below the place itself, then below each place around it. */
function isFound(packages: PackageLock['packages'], place: string, name: string): boolean {
  for (
    let around = place;
    ;
    around = around.slice(0, around.lastIndexOf('node_modules/')).replace(/\/$/, '')
  ) {
    if (packages[`${around}${around && '/'}node_modules/${name}`]) return true;
    if (around === '') return false;
  }
}

function entryFor(name: string, version: string, parent: LockedPackage): LockedPackage {
  const [, os, cpu, abi = ''] = PLATFORM.exec(name) ?? [];
  if (!os || !cpu || !/^\d/.test(version))
    throw new Error(`the lock lacks ${name}@${version}: install it first`);
  const libc = /^(gnu|musl)/.exec(abi)?.[1];
  return {
    version,
    cpu: [cpu],
    ...(parent.dev ? { dev: true } : {}),
    ...(os === 'linux' && libc ? { libc: [libc === 'gnu' ? 'glibc' : 'musl'] } : {}),
    optional: true,
    os: [os],
  };
}
