/**
 * What is left of a key that a person may stand in (an idempotency key, the id of a message) once they are forgotten:
 * enough to know it again when it comes back, too little to read it. Knows no table.
 */
import { createHash } from 'node:crypto';

const PREFIX = 'erased:';

/** For looking one up beside the key itself. */
export function erasedKey(key: string): string {
  return `${PREFIX}${createHash('sha256').update(key).digest('hex')}`;
}

/** The same in SQL. @param column a text */
export function erasedKeySql(column: string): string {
  return `'${PREFIX}' || encode(sha256(convert_to(${column}, 'UTF8')), 'hex')`;
}

/** A condition: it is one of these already. */
export function isErasedSql(column: string): string {
  return `${column} LIKE '${PREFIX}%'`;
}
