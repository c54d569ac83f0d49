/** Lies about money, each as the SQL that plants it into the history, and what the audit must name for it. */
import { CASE_IDS } from './lives.js';

const { paid } = CASE_IDS;

const WITHIN = 'nothing is paid beyond the authority of who approved it, nor beyond the customer’s cap';
const ONCE = 'every compensation is paid once, just when its case says that it was';

/** [what is planted, the SQL, the promise that must break, the case and seq that must be named] */
export const PLANTED_PAYMENTS: [string, string, string, string, number][] = [
  [
    'a payment beyond the limit of who approved it',
    `UPDATE cases SET context = jsonb_set(context, '{compensations,1,authority,limitMinor}', '19999') WHERE id = '${paid}'`,
    WITHIN,
    paid,
    8,
  ],
  [
    'a payment beyond the cap of the customer',
    `UPDATE cases SET context = jsonb_set(context, '{compensations,1,authority,capMinor}', '20999') WHERE id = '${paid}'`,
    WITHIN,
    paid,
    8,
  ],
  [
    'a payment that nobody approved',
    `UPDATE cases SET context = jsonb_set(context, '{compensations,0,authority}', 'null') WHERE id = '${paid}'`,
    WITHIN,
    paid,
    8,
  ],
  [
    'an approval that somebody else gave',
    `UPDATE journal SET actor_id = 'mallory' WHERE case_id = '${paid}' AND type = 'case.compensationApproved'`,
    WITHIN,
    paid,
    8,
  ],
  [
    'a second payment',
    `UPDATE journal SET data = jsonb_set(data, '{reference}', '"p-3"') WHERE case_id = '${paid}' AND seq = 7`,
    ONCE,
    paid,
    8,
  ],
  [
    'a payment that the case does not know',
    `UPDATE cases SET context = jsonb_set(context, '{compensations,0,state}', '"approved"') WHERE id = '${paid}'`,
    ONCE,
    paid,
    4,
  ],
  [
    'a payment that no entry made',
    `UPDATE journal SET data = jsonb_set(data, '{paid}', 'false') WHERE case_id = '${paid}' AND seq = 8`,
    ONCE,
    paid,
    8,
  ],
];
