// The bill of materials (CycloneDX 1.5) of what goes to a server, from the lock alone, so that the same lock gives the
// same text on every machine. npm's own `npm sbom --omit dev` leaves out whatever a tool needs as well. Pure.
import type { Installed, Manifest } from './locked-packages.js';

export interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly hashes: readonly { readonly alg: string; readonly content: string }[];
}

export interface Sbom {
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

export interface Project extends Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

/** One component per name and version, however often it is installed. */
export function sbomOf(project: Project, packages: readonly Installed[]): Sbom {
  const production = packages.filter(({ isProduction }) => isProduction);
  const byPlace = new Map(production.map((each) => [each.place, each]));
  const components = new Map(production.map((each) => [refOf(each), componentOf(each)]));
  const edges = new Map<string, Set<string>>([[refOf(project), new Set()]]);
  const link = (from: string, place: string, names: readonly string[]): void => {
    const to = edges.get(from) ?? new Set();
    for (const name of names) {
      const found = resolve(byPlace, place, name);
      if (found) to.add(refOf(found));
    }
    edges.set(from, to);
  };
  link(refOf(project), '', Object.keys(project.dependencies ?? {}));
  for (const each of production) {
    const needs = { ...each.dependencies, ...each.optionalDependencies, ...each.peerDependencies };
    link(refOf(each), each.place, Object.keys(needs));
  }
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: { component: { type: 'application', ...componentHead(project) } },
    components: sorted(components).map(([, component]) => component),
    dependencies: sorted(edges).map(([ref, to]) => ({ ref, dependsOn: [...to].sort() })),
  } as Sbom;
}

function componentOf(locked: Installed) {
  const sha512 = Buffer.from((locked.integrity ?? '').replace(/^sha512-/, ''), 'base64').toString('hex');
  return {
    type: 'library',
    ...componentHead(locked),
    scope: locked.optional ? 'optional' : 'required',
    hashes: [{ alg: 'SHA-512', content: sha512 }],
  };
}

function componentHead({ name, version, license = '' }: { name: string; version: string; license?: string }) {
  const one = /^[\w.+-]+$/.test(license);
  return {
    'bom-ref': refOf({ name, version }),
    name,
    version,
    licenses: one ? [{ license: { id: license } }] : [{ expression: license }],
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
  };
}

function refOf({ name, version }: { readonly name: string; readonly version: string }): string {
  return `${name}@${version}`;
}

/** As Node looks: below the place itself, then below each place around it. */
function resolve(
  byPlace: ReadonlyMap<string, Installed>,
  place: string,
  name: string,
): Installed | undefined {
  for (let around = place; ; around = around.slice(0, Math.max(around.lastIndexOf('/node_modules/'), 0))) {
    const found = byPlace.get(`${around === '' ? '' : `${around}/`}node_modules/${name}`);
    if (found || around === '') return found;
  }
}

function sorted<T>(entries: ReadonlyMap<string, T>): [string, T][] {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
}
