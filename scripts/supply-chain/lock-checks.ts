// What must hold of package.json and package-lock.json whoever wrote the packages: where each comes from, that it is
// pinned, whose scripts run, that nothing is given up by its authors, and that there are not too many. Pure; each check
// gives one line per fault.
import semver from 'semver';
import { type Installed, type Manifest, onServer } from './locked-packages.js';

/**
 * Every package on a server is code that may do anything there. 17 of them are the command line of TypeORM and 10 read
 * file types for @nestjs/common: neither is loaded here, and neither can be left out.
 */
const PRODUCTION_PACKAGES_MAX = 180;
/** As every registry names an archive; which registry, the digest makes indifferent. */
const ARCHIVE = /^https:\/\/[^/]+\/(?:.+\/)?-\/[^/]+\.tgz$/;

/** A digest for each, from a registry alone: no git, no address, no folder. */
export function checkSources(packages: readonly Installed[]): string[] {
  return packages.flatMap((each) => {
    const at = `${each.place} ${each.version}`;
    if (each.link) return [`${at} is a link to a folder`];
    if (each.resolved !== undefined && !ARCHIVE.test(each.resolved))
      return [`${at} comes from ${each.resolved}`];
    if (each.integrity === undefined) return isForElsewhere(each) ? [] : [`${at} has no integrity`];
    return each.integrity.startsWith('sha512-') ? [] : [`${at} has a weak integrity: ${each.integrity}`];
  });
}

/** Compilers of other platforms, which `npm run complete-lock` adds by name and version: tools, never on a server. */
function isForElsewhere({ isProduction, optional, os }: Installed): boolean {
  return !isProduction && optional === true && os !== undefined;
}

export function checkExactVersions({ dependencies, devDependencies }: Manifest): string[] {
  return Object.entries({ ...dependencies, ...devDependencies })
    .filter(([, version]) => semver.valid(version) !== version)
    .map(([name, version]) => `package.json asks for ${name} ${version}, which is no exact version`);
}

/** Whether a script may run is somebody's decision, which stands in package.json. */
export function checkInstallScripts(
  packages: readonly Installed[],
  { allowScripts = {} }: Manifest,
): string[] {
  const undecided = packages.filter(
    ({ hasInstallScript, name }) => hasInstallScript && allowScripts[name] === undefined,
  );
  const unknown = Object.keys(allowScripts).filter((name) => !packages.some((each) => each.name === name));
  return [
    ...undecided.map(
      ({ name, version }) => `${name} ${version} has an install script: decide in allowScripts`,
    ),
    ...unknown.map((name) => `allowScripts decides about ${name}, which is not installed`),
  ];
}

export function checkDeprecations(packages: readonly Installed[]): string[] {
  return packages
    .filter(({ deprecated }) => deprecated !== undefined)
    .map(({ place, version, deprecated }) => `${place} ${version} is deprecated: ${deprecated}`);
}

export function checkCount(packages: readonly Installed[], max = PRODUCTION_PACKAGES_MAX): string[] {
  const count = onServer(packages).length;
  return count <= max ? [] : [`${count} packages on a server, more than ${max}`];
}
