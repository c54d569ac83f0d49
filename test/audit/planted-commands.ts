/** Lies about commands and their answers, each as the SQL that plants it, and what the audit must name for it. */
import { CASE_IDS } from './lives.js';

const { resolved } = CASE_IDS;

/** [what is planted, the SQL, the promise that must break, the case and seq that must be named] */
export const PLANTED_COMMANDS: [string, string, string, string, number | null][] = [
  [
    'two answers to one key',
    `ALTER TABLE commands DROP CONSTRAINT commands_pkey;
     INSERT INTO commands SELECT * FROM commands WHERE idempotency_key = 'key-4-2'`,
    'one stored answer per principal and idempotency key',
    resolved,
    null,
  ],
  [
    'an accepted command without effect',
    `UPDATE journal SET command_key = NULL WHERE case_id = '${resolved}' AND seq = 2`,
    'every accepted command on a case has its one journal entry, every refused one none',
    resolved,
    null,
  ],
  [
    'a refused command with an effect',
    `UPDATE commands SET status = 409 WHERE idempotency_key = 'key-4-2'`,
    'every accepted command on a case has its one journal entry, every refused one none',
    resolved,
    2,
  ],
  [
    'two effects of one key',
    `UPDATE journal SET command_key = 'key-4-2' WHERE case_id = '${resolved}' AND seq = 3`,
    'one journal entry at most per case, principal and command key',
    resolved,
    3,
  ],
];
