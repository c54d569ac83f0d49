// What the product is made of. The checks run over the real lock in `npm run verify`; here each is shown a lock that it
// must refuse, and the bill of materials is set beside what is really installed.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { type Advisory, checkAdvisories } from '../../scripts/supply-chain/advisories.js';
import { checkLicences, licencesPage } from '../../scripts/supply-chain/licences.js';
import {
  checkCount,
  checkDeprecations,
  checkExactVersions,
  checkInstallScripts,
  checkSources,
} from '../../scripts/supply-chain/lock-checks.js';
import {
  type Installed,
  type Lock,
  type Locked,
  lockedPackages,
  type Manifest,
  onServer,
} from '../../scripts/supply-chain/locked-packages.js';
import { type Project, type Sbom, sbomOf } from '../../scripts/supply-chain/sbom.js';

const read = <T>(path: string): T => JSON.parse(readFileSync(path, 'utf8')) as T;
const LOCK = read<Lock>('package-lock.json');
const MANIFEST = read<Project>('package.json');
const SBOM = read<Sbom>('docs/sbom.cdx.json');
const ADVISORIES = read<Advisory[]>('scripts/supply-chain/advisories.json');

/** Everything that is wrong with a lock and what belongs to it. */
function faultsOf(lock: Lock, manifest: Manifest = MANIFEST): string[] {
  const packages = lockedPackages(lock);
  return [
    ...checkSources(packages),
    ...checkExactVersions(manifest),
    ...checkInstallScripts(packages, manifest),
    ...checkDeprecations(packages),
    ...checkLicences(packages),
    ...checkAdvisories(packages, ADVISORIES).refused,
    ...checkCount(packages),
  ];
}

/** The real lock with something else at a place. */
const withPlanted = (place: string, change: Partial<Locked>): Lock => ({
  packages: { ...LOCK.packages, [place]: { ...LOCK.packages[place], ...change } },
});

const NODEMAILER = 'node_modules/nodemailer';

describe('the supply chain', () => {
  it('has nothing to object to the lock that is here', () => {
    expect(faultsOf(LOCK)).toEqual([]);
  });

  it.each<[string, string, Partial<Locked>, RegExp]>([
    [
      'a version with a known hole',
      NODEMAILER,
      { version: '7.0.10' },
      /nodemailer 7\.0\.10: GHSA-rcmh-qjqh-p98v/,
    ],
    [
      'a version that thieves published',
      'node_modules/debug',
      { version: '4.4.2' },
      /debug 4\.4\.2: debug-js/,
    ],
    [
      'a hole deep in the tree',
      'node_modules/imapflow/node_modules/nodemailer',
      { version: '8.0.10', integrity: 'sha512-x', license: 'MIT-0' },
      /imapflow\/node_modules\/nodemailer 8\.0\.10: GHSA-268h-hp4c-crq3/,
    ],
    [
      'a package from a git host',
      NODEMAILER,
      { resolved: 'git+ssh://git@github.com/nodemailer/nodemailer.git#abc' },
      /nodemailer .* comes from git\+ssh/,
    ],
    [
      'a package from any address',
      NODEMAILER,
      { resolved: 'https://example.com/nodemailer.tgz' },
      /comes from https:\/\/example/,
    ],
    ['a link to a folder', NODEMAILER, { link: true }, /is a link to a folder/],
    ['a package without a digest', NODEMAILER, { integrity: undefined }, /nodemailer .* has no integrity/],
    ['a digest that is weak', NODEMAILER, { integrity: 'sha1-abc=' }, /weak integrity: sha1/],
    [
      'an install script that nobody decided about',
      NODEMAILER,
      { hasInstallScript: true },
      /decide in allowScripts/,
    ],
    [
      'a package that its authors gave up',
      NODEMAILER,
      { deprecated: 'use another' },
      /is deprecated: use another/,
    ],
    ['a licence that spreads', NODEMAILER, { license: 'AGPL-3.0-only' }, /licence AGPL-3\.0-only/],
    ['a licence that may spread', NODEMAILER, { license: 'MIT AND GPL-3.0-only' }, /licence MIT AND GPL/],
    ['a licence that is none', NODEMAILER, { license: 'SEE LICENSE IN README.md' }, /licence SEE LICENSE/],
    ['no licence at all', NODEMAILER, { license: undefined }, /licence unknown/],
  ])('refuses in the lock %s', (_what, place, change, fault) => {
    expect(faultsOf(withPlanted(place, change)).join('\n')).toMatch(fault);
  });

  it.each<[string, Manifest, RegExp]>([
    ['a range in place of a version', { dependencies: { pg: '^8.23.1' } }, /asks for pg \^8/],
    ['a tag in place of a version', { devDependencies: { jest: 'latest' } }, /asks for jest latest/],
    [
      'an address in place of a version',
      { dependencies: { pg: 'github:brianc/node-postgres' } },
      /asks for pg github:/,
    ],
    [
      'a decision about a script that is not there',
      { allowScripts: { ...MANIFEST.allowScripts, ghost: true } },
      /decides about ghost/,
    ],
  ])('refuses in package.json %s', (_what, change, fault) => {
    expect(faultsOf(LOCK, { ...MANIFEST, ...change }).join('\n')).toMatch(fault);
  });

  it('refuses more packages on a server than the house has agreed to', () => {
    const packages = lockedPackages(LOCK);
    const count = onServer(packages).length;
    expect(checkCount(packages, count)).toEqual([]);
    expect(checkCount(packages, count - 1)).toEqual([
      `${count} packages on a server, more than ${count - 1}`,
    ]);
  });

  it('counts for a server neither tools nor what is for other machines', () => {
    const packages = lockedPackages({
      packages: {
        '': {},
        'node_modules/a': { version: '1.0.0' },
        'node_modules/tool': { version: '1.0.0', dev: true },
        'node_modules/b-linux-x64': { version: '1.0.0', os: ['linux'], cpu: ['x64'], libc: ['glibc'] },
        'node_modules/b-musl': { version: '1.0.0', os: ['linux'], cpu: ['x64'], libc: ['musl'] },
        'node_modules/b-darwin': { version: '1.0.0', os: ['darwin'], cpu: ['arm64'] },
      },
    });
    expect(onServer(packages).map(({ name }) => name)).toEqual(['a', 'b-linux-x64']);
  });

  it('names what it accepts among the tools, and accepts it nowhere else', () => {
    const hole: Advisory = {
      id: 'GHSA-0',
      package: 'a',
      vulnerable: '<2.0.0',
      fixed: '2.0.0',
      summary: 's',
      reviewedAt: '2026-11-22',
      acceptedInTools: 'reads nothing',
    };
    const a = { place: 'node_modules/a', name: 'a', version: '1.0.0' } as Installed;
    expect(checkAdvisories([{ ...a, isProduction: false }], [hole])).toEqual({
      refused: [],
      accepted: ['a 1.0.0, which reads nothing: GHSA-0'],
    });
    expect(checkAdvisories([{ ...a, isProduction: true }], [hole]).refused).toHaveLength(1);
    expect(
      checkAdvisories([{ ...a, isProduction: false }], [{ ...hole, acceptedInTools: undefined }]).refused,
    ).toHaveLength(1);
  });

  it.each<[string, Partial<Advisory>, RegExp]>([
    ['a range that matches nothing', { vulnerable: 'below 2' }, /is no range/],
    ['a fixed version that is called vulnerable', { fixed: '1.0.0' }, /called fixed and vulnerable/],
    ['a review without a day', { reviewedAt: 'lately' }, /reviewed at lately/],
  ])('refuses an advisory with %s', (_what, change, fault) => {
    const advisory = { ...(ADVISORIES[0] as Advisory), vulnerable: '<2.0.0', fixed: '2.0.0', ...change };
    expect(checkAdvisories([], [advisory]).refused.join('\n')).toMatch(fault);
  });

  it('lists in the bill of materials what is installed for a server, and nothing else', () => {
    const listed = SBOM.components.map(({ name, version }) => `${name}@${version}`);
    const production = lockedPackages(LOCK).filter(({ isProduction }) => isProduction);
    const installed = production
      .filter(({ place }) => existsSync(place))
      .map(({ place }) => read<{ name: string; version: string }>(`${place}/package.json`))
      .map(({ name, version }) => `${name}@${version}`);
    expect(installed.filter((each) => !listed.includes(each))).toEqual([]);
    const isForHere = ({ place, os }: Installed): boolean => existsSync(place) || os === undefined;
    expect(new Set(production.filter(isForHere).map(({ name, version }) => `${name}@${version}`))).toEqual(
      new Set(installed),
    );
    expect(new Set(listed)).toEqual(new Set(production.map(({ name, version }) => `${name}@${version}`)));
  });

  it('has a bill of materials that is that of the lock, with every digest and every need', () => {
    const made = sbomOf(MANIFEST, lockedPackages(LOCK));
    expect(SBOM).toEqual(JSON.parse(JSON.stringify(made)));
    expect(made.components.filter(({ hashes }) => hashes[0]?.content.length !== 128)).toEqual([]);
    const refs = new Set(made.components.map((each) => each['bom-ref']));
    const needed = new Set(made.dependencies.flatMap(({ dependsOn }) => dependsOn));
    // Nothing is there that nothing needs.
    expect([...refs].filter((ref) => !needed.has(ref))).toEqual([]);
    expect(
      sbomOf(MANIFEST, lockedPackages(withPlanted(NODEMAILER, { integrity: 'sha512-AAAA' }))),
    ).not.toEqual(made);
  });

  it('writes every package that a server gets into the page of licences', () => {
    const page = licencesPage(lockedPackages(LOCK));
    const absent = onServer(lockedPackages(LOCK)).filter(
      ({ name, license }) => !page.includes(`| ${name} | ${license} |`),
    );
    expect(absent).toEqual([]);
  });
});
