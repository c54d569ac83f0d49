/**
 * Texts as their readers count and see them: whether there is anything to read, for a name or a reason that nobody can
 * see is none; and code points, never half of one. Knows no field and no limit.
 */

/** Anything but white space, marks and characters that no font shows (fillers, joiners, direction marks, U+2800). */
const VISIBLE = /[^\s\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}\p{M}\u2800]/u;

export function isReadable(text: string): boolean {
  return VISIBLE.test(text);
}

/** At most the first `max` code points, in time that follows from `max` alone. */
export function firstCodePoints(text: string, max: number): string {
  if (text.length <= max) return text;
  return Array.from(text.slice(0, 2 * max))
    .slice(0, max)
    .join('');
}
