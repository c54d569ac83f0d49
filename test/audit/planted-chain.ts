/** Tampering with the journal by somebody who may do anything: the SQL, and what the audit must say of it. */
import { linkSql } from '../../src/store/journal-chain.js';
import { CASE_IDS } from './lives.js';

const { travelled, resolved } = CASE_IDS;

const CONTENT = 'chain: no entry says anything else of actor, key and data than was written';
const LINK = 'chain: no entry was changed, moved, put in or taken out since it was written';
const SALT = 'chain: a salt is missing only where the case was erased';
const of = (seq: number): string => `case_id = '${travelled}' AND seq = ${seq}`;
const HEAD_CHANGED =
  'its type, states, level, times or another part of its head was changed, or the entry before it was';
const CONTENT_CHANGED = 'its actor, principal, key or data was changed';

const COLUMNS = `type, from_state, to_state, level_after, actor_kind, actor_id, actor_department, principal, command_key,
  occurred_at, recorded_at, machine_version, customer_visible, silence, data, digest, link`;
const relink = (seq: number): string =>
  `UPDATE journal j SET link = ${linkSql('p.link', 'j')} FROM journal p
   WHERE j.case_id = '${travelled}' AND j.seq = ${seq} AND p.case_id = j.case_id AND p.seq = j.seq - 1`;

/** [what is planted, the SQL, the promise that must break, the case and seq that must be named, what is said] */
export const PLANTED_CHAIN: [string, string, string, string, number, string][] = [
  [
    'changed data',
    `UPDATE journal SET data = data || '{"reason": "forged"}' WHERE ${of(4)}`,
    CONTENT,
    travelled,
    4,
    CONTENT_CHANGED,
  ],
  [
    'another actor',
    `UPDATE journal SET actor_id = 'mallory' WHERE ${of(4)}`,
    CONTENT,
    travelled,
    4,
    CONTENT_CHANGED,
  ],
  [
    'another principal',
    `UPDATE journal SET principal = 'mallory' WHERE ${of(4)}`,
    CONTENT,
    travelled,
    4,
    CONTENT_CHANGED,
  ],
  [
    'a time that is off by a microsecond',
    `UPDATE journal SET occurred_at = occurred_at + interval '1 microsecond' WHERE ${of(5)}`,
    LINK,
    travelled,
    5,
    HEAD_CHANGED,
  ],
  [
    'another kind of actor',
    `UPDATE journal SET actor_kind = 'manager' WHERE ${of(5)}`,
    LINK,
    travelled,
    5,
    HEAD_CHANGED,
  ],
  [
    'a digest computed again after a change of data',
    `UPDATE journal j SET data = '{"reason": "forged"}',
       digest = journal_digest(c.salt, j.actor_id, j.principal, j.command_key, '{"reason": "forged"}')
     FROM cases c WHERE c.id = j.case_id AND j.${of(6).replace(' AND ', ' AND j.')}`,
    LINK,
    travelled,
    6,
    HEAD_CHANGED,
  ],
  [
    'a link computed again after a change of time',
    `UPDATE journal SET occurred_at = occurred_at + interval '1 second' WHERE ${of(6)}; ${relink(6)}`,
    LINK,
    travelled,
    7,
    HEAD_CHANGED,
  ],
  ['an entry taken out', `DELETE FROM journal WHERE ${of(7)}`, LINK, travelled, 7, 'this entry is missing'],
  [
    'two entries taken out',
    `DELETE FROM journal WHERE case_id = '${travelled}' AND seq IN (7, 8)`,
    LINK,
    travelled,
    7,
    'the entries up to 8 are missing',
  ],
  [
    'the last entry taken out',
    `DELETE FROM journal WHERE ${of(17)}`,
    LINK,
    travelled,
    17,
    'the last entries are missing: the case knows 17',
  ],
  [
    'an entry put at the end',
    `INSERT INTO journal (case_id, seq, ${COLUMNS}) SELECT case_id, 18, ${COLUMNS} FROM journal WHERE ${of(4)}`,
    LINK,
    travelled,
    18,
    'it was written as entry 4',
  ],
  [
    'an entry put at the end with a link that fits',
    `INSERT INTO journal (case_id, seq, ${COLUMNS}) SELECT case_id, 18, ${COLUMNS} FROM journal WHERE ${of(17)}; ${relink(18)}`,
    LINK,
    travelled,
    18,
    'this entry was put in: the case knows only 17',
  ],
  [
    'an entry put between two',
    `UPDATE journal SET seq = seq + 100 WHERE case_id = '${travelled}' AND seq >= 5;
     INSERT INTO journal (case_id, seq, ${COLUMNS}) SELECT case_id, 5, ${COLUMNS} FROM journal WHERE ${of(4)};
     UPDATE journal SET data = '{"forged": true}', link = digest WHERE ${of(5)};
     UPDATE journal SET seq = seq - 99 WHERE case_id = '${travelled}' AND seq >= 100`,
    LINK,
    travelled,
    5,
    'this entry was put in, or another was put in its place',
  ],
  [
    'two entries in each other’s place',
    `UPDATE journal SET seq = 100 WHERE ${of(5)}; UPDATE journal SET seq = 5 WHERE ${of(6)};
     UPDATE journal SET seq = 6 WHERE ${of(100)}`,
    LINK,
    travelled,
    5,
    'it was written as entry 6',
  ],
  [
    'a salt that vanished',
    `UPDATE cases SET salt = NULL WHERE id = '${resolved}'`,
    SALT,
    resolved,
    3,
    'no salt, and no entry says that the case was erased',
  ],
];
