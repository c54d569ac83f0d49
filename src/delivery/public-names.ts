/**
 * Which names leave the house: a department's public name, and the first name of the person who answers to the
 * customer. Staff ids, surnames and roles stay inside. Knows no case.
 */
import type { Locale, Policies } from '../domain/policies.js';
import type { PublicNames } from './render-update.js';

/** @param nameOfStaff the full name of a member of staff, null when there is none. */
export function publicNames(
  policies: Pick<Policies, 'departments'>,
  nameOfStaff: (id: string) => string | null,
  locale: Locale,
): PublicNames {
  return {
    department: (key) =>
      Object.hasOwn(policies.departments, key)
        ? (policies.departments[key]?.publicName[locale] ?? null)
        : null,
    owner: (id) => firstName(nameOfStaff(id)),
  };
}

/** "Mei Chen" → "Mei". A Chinese name has no gap, and a bare given name would be too familiar: it stays whole. */
export function firstName(fullName: string | null): string | null {
  const [first] = (fullName ?? '').trim().split(/\s+/u);
  return first ? first : null;
}
