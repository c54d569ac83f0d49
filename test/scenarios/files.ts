/** The files that are lived through: our own, which are always here, and the public ones, which need not be. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const fileAt = (relative: string): string => fileURLToPath(new URL(`../../${relative}`, import.meta.url));

export const OWN_VECTORS = fileAt('scripts/vectors/examples/worked.json');
export const OWN_SCENARIOS = fileAt('scripts/scenarios/examples/worked.json');
export const PUBLIC_VECTORS = fileAt('../shared/vectors/businesstime.json');
export const PUBLIC_SCENARIOS = fileAt('../shared/vectors/lifecycle.json');

export const isPresent = (path: string): boolean => existsSync(path);

/** The title of a promise about a file; says so when it is skipped. */
export function titled(text: string, path: string): string {
  return isPresent(path) ? text : `${text} (skipped: ${path.split('/').slice(-3).join('/')} is absent)`;
}
