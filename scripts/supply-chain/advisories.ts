// Known holes of packages that are here or were considered, reviewed by hand and kept in advisories.json, compared with
// the versions in the lock. No registry is asked: what nobody has entered is not found. Pure.
import semver from 'semver';
import type { Installed } from './locked-packages.js';

export interface Advisory {
  /** GHSA-… of GitHub's database, or the issue in which the package's authors tell of it. */
  readonly id: string;
  readonly package: string;
  /** Range of versions, as npm writes it. */
  readonly vulnerable: string;
  /** First version without it. */
  readonly fixed: string;
  readonly summary: string;
  /** YYYY-MM-DD on which somebody last compared it with its source. */
  readonly reviewedAt: string;
  /** Why a tool may have it that never runs on a server nor reads what strangers write; absent: it may not. */
  readonly acceptedInTools?: string;
}

/** Faults that are refused, and by package what is accepted among the tools. */
export interface AdvisoryFindings {
  readonly refused: readonly string[];
  readonly accepted: readonly string[];
}

export function checkAdvisories(
  packages: readonly Installed[],
  advisories: readonly Advisory[],
): AdvisoryFindings {
  const refused = advisories.flatMap(faultsOf);
  const accepted = new Map<string, string[]>();
  for (const advisory of advisories) {
    for (const { place, name, version, isProduction } of packages) {
      if (name !== advisory.package) continue;
      if (!semver.satisfies(version, advisory.vulnerable, { includePrerelease: true })) continue;
      const line = `${place} ${version}: ${advisory.id}, ${advisory.summary} (fixed in ${advisory.fixed})`;
      if (isProduction || advisory.acceptedInTools === undefined) refused.push(line);
      else {
        const tool = `${name} ${version}, which ${advisory.acceptedInTools}`;
        accepted.set(tool, [...new Set([...(accepted.get(tool) ?? []), advisory.id])]);
      }
    }
  }
  return { refused, accepted: [...accepted].map(([tool, ids]) => `${tool}: ${ids.join(', ')}`) };
}

/** An entry that could never match, or matches what is fixed, would be worse than none. */
function faultsOf({ id, vulnerable, fixed, reviewedAt }: Advisory): string[] {
  const faults: string[] = [];
  if (semver.validRange(vulnerable) === null) faults.push(`${id}: ${vulnerable} is no range`);
  else if (semver.satisfies(fixed, vulnerable, { includePrerelease: true }))
    faults.push(`${id}: ${fixed} is called fixed and vulnerable`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(reviewedAt)) faults.push(`${id}: reviewed at ${reviewedAt}`);
  return faults;
}
