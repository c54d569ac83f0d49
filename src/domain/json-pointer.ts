/** JSON pointers (RFC 6901) to what is wrong in a body: escaped, and bounded, for the names in them are the client's. */
import { firstCodePoints } from './readable-text.js';

/** Longer names are cut off: they are attacks, and an answer must not repeat them at length. */
const POINTER_NAME_MAX = 100;

/** @param name of a member, as it was sent. @returns the pointer to it. */
export function childPointer(parent: string, name: string | number): string {
  const known = firstCodePoints(String(name), POINTER_NAME_MAX);
  return `${parent}/${known.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
