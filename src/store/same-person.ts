/**
 * The records of one person, as SQL: a customer that was merged goes on under another id, and its cases keep the old
 * one. Whoever looks for a customer's cases looks for all of them. Depth is one: a merge repoints what was merged before.
 */

/** The id of the record that goes on. @param id placeholder of a uuid. Walks the primary key. */
export function goingOn(id: string): string {
  return `coalesce((SELECT merged_into FROM customers WHERE id = ${id}::uuid), ${id}::uuid)`;
}

/** An array of every id of that person, the going one first. Walks `customers_merged`. */
export function idsOfPerson(id: string): string {
  return `ARRAY(SELECT ${goingOn(id)} UNION ALL SELECT id FROM customers WHERE merged_into = ${goingOn(id)})`;
}
