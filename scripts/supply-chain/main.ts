// `npm run supply-chain`: checks what the product is made of (sources, exact versions, install scripts, licences, known
// holes, deprecations, number), and writes docs/licences.md and docs/sbom.cdx.json. With `--check` it only compares
// them. Asks no registry. Exit code 1: something is wrong or stale.
import { readFileSync } from 'node:fs';
import { formatted, writeOrCheck } from '../generated-files.js';
import { type Advisory, checkAdvisories } from './advisories.js';
import { checkLicences, licencesPage } from './licences.js';
import {
  checkCount,
  checkDeprecations,
  checkExactVersions,
  checkInstallScripts,
  checkSources,
} from './lock-checks.js';
import { type Lock, lockedPackages, onServer } from './locked-packages.js';
import { type Project, sbomOf } from './sbom.js';

const SBOM = 'docs/sbom.cdx.json';
const LICENCES = 'docs/licences.md';

const read = <T>(path: string | URL): T => JSON.parse(readFileSync(path, 'utf8')) as T;

const manifest = read<Project>('package.json');
const packages = lockedPackages(read<Lock>('package-lock.json'));
const advisories = read<readonly Advisory[]>(new URL('advisories.json', import.meta.url));

const known = checkAdvisories(packages, advisories);
for (const note of known.accepted) console.log(`note  ${note}`);

const faults = [
  ...checkSources(packages),
  ...checkExactVersions(manifest),
  ...checkInstallScripts(packages, manifest),
  ...checkDeprecations(packages),
  ...checkLicences(packages),
  ...known.refused,
  ...checkCount(packages),
];
for (const fault of faults) console.error(`FAIL  ${fault}`);
if (faults.length > 0) process.exitCode = 1;

writeOrCheck(
  [
    { path: LICENCES, text: await formatted(LICENCES, licencesPage(packages)) },
    { path: SBOM, text: await formatted(SBOM, JSON.stringify(sbomOf(manifest, packages))) },
  ],
  'npm run supply-chain',
);

const production = onServer(packages).length;
console.log(
  `${packages.length} packages locked, ${production} of them on a server; ${advisories.length} advisories compared`,
);
