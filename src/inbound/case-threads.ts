/**
 * To which cases a message may belong, and how good its reason is: it answers a message that we sent, or that is in
 * the case already, or it names the case's number. Decides nothing: a number is no secret, and an id is little more.
 */
import type pg from 'pg';
import { runStatement } from '../store/statement.js';
import type { InboundMessage } from './inbound-message.js';

export interface Thread {
  readonly caseId: string;
  /** Whoever answers a message of ours has had it before their eyes; everybody else must be the customer. */
  readonly answersUs: boolean;
}

/** Numbers are derived from ids and may rarely be the same. */
const CASES_PER_NUMBER_MAX = 5;
const NUMBERS_MAX = 5;

export class CaseThreads {
  constructor(private readonly pool: pg.Pool) {}

  /** The best reason first; each case once. */
  async of({ refersTo, caseNumbers }: Pick<InboundMessage, 'refersTo' | 'caseNumbers'>): Promise<Thread[]> {
    const rows = await runStatement<{ case_id: string; answers_us: boolean }>(this.pool, {
      name: 'inbound-threads',
      text: `SELECT case_id, bool_or(answers_us) AS answers_us FROM (
         SELECT n.case_id, true AS answers_us, r.place FROM unnest($1::text[]) WITH ORDINALITY AS r(id, place)
         JOIN notifications n ON n.message_id = r.id
         UNION ALL
         SELECT m.case_id, false, 100 + r.place FROM unnest($1::text[]) WITH ORDINALITY AS r(id, place)
         JOIN customer_messages m ON m.message_id = r.id
         UNION ALL
         SELECT c.id, false, 200 + r.place FROM unnest($2::text[]) WITH ORDINALITY AS r(number, place)
         CROSS JOIN LATERAL (SELECT id FROM cases WHERE number = r.number ORDER BY id LIMIT ${CASES_PER_NUMBER_MAX}) c
       ) AS found GROUP BY case_id ORDER BY min(place), case_id LIMIT 10`,
      values: [refersTo, caseNumbers.slice(0, NUMBERS_MAX)],
    });
    return rows.map(({ case_id, answers_us }) => ({ caseId: case_id, answersUs: answers_us }));
  }
}
