/**
 * How far a reader sees, as a condition of SQL: the one place where lists, counts and views are bounded to what their
 * reader may open. `isVisible` (domain) says the same of a single case; a test holds the two against each other.
 */
import type { Visibility } from '../domain/visibility.js';

/**
 * @param values of the query so far; a value of the condition is added to them
 * @param cases what `cases` is called in the query
 */
export function visibleCases(to: Visibility, values: unknown[], cases = 'cases'): string {
  switch (to.sees) {
    case 'everything':
      return 'true';
    case 'department':
      // In this form the index over the departments of a case serves it.
      return `${cases}.departments @> ARRAY[$${values.push(to.department)}::text]`;
    case 'customer':
      return `${cases}.customer_id = $${values.push(to.customerId)}`;
    case 'nothing':
      return 'false';
  }
}
