/** Lies about clocks, each as the SQL that plants it into the history, and what the audit must name for it. */
import { CASE_IDS } from './lives.js';

const { travelled, waiting, resolved, promised } = CASE_IDS;

export const USED = 'clocks: what a clock used is the open time of its spans';
const APART = 'clocks: the spans of a clock lie apart, within its start and end';
const RAN = 'clocks: a clock ran whenever the journal says that it should';
const MET = 'clocks: met means stopped by the due time, and breached after it';
const PAUSED =
  'clocks: none but of promises ran while its case waited or had ended, or its department was on hold';

/** A context whose first clock, the first response, has another value. */
const liveClock = (field: string, value: string): string =>
  `jsonb_set(context, '{clocks,0,${field}}', (${value})::text::jsonb)`;

/** [what is planted, the SQL, the promise that must break, the case and the metric that must be named] */
export const PLANTED_CLOCKS: [string, string, string, string, string][] = [
  [
    'a clock that used more than its spans hold',
    `UPDATE clocks SET elapsed_seconds = elapsed_seconds + 1 WHERE case_id = '${travelled}' AND metric = 'olaWork' AND attempt = 1`,
    USED,
    travelled,
    'olaWork',
  ],
  [
    'a live clock that forgot what it used',
    `UPDATE cases SET context = ${liveClock('elapsedSeconds', '9')} WHERE id = '${waiting}'`,
    USED,
    waiting,
    'firstResponse',
  ],
  [
    'spans that overlap',
    `UPDATE clocks SET spans = spans || (spans->0) WHERE case_id = '${travelled}' AND metric = 'olaWork' AND attempt = 1`,
    APART,
    travelled,
    'olaWork',
  ],
  [
    'a clock that ran before it began',
    `UPDATE clocks SET started_at = stopped_at WHERE case_id = '${resolved}' AND metric = 'firstResponse'`,
    APART,
    resolved,
    'firstResponse',
  ],
  [
    'a clock that stood still for no reason',
    `UPDATE clocks SET spans = '[]', elapsed_seconds = 0 WHERE case_id = '${resolved}' AND metric = 'resolution'`,
    RAN,
    resolved,
    'resolution',
  ],
  [
    'a due time that is an hour late',
    `UPDATE clocks SET due_at = due_at + interval '1 hour' WHERE case_id = '${resolved}' AND metric = 'resolution'`,
    'clocks: it is due, or breached, just when its target is used up',
    resolved,
    'resolution',
  ],
  [
    'a breach that is called met',
    `UPDATE clocks SET outcome = 'met', breached_at = NULL WHERE case_id = '${resolved}' AND metric = 'firstResponse'`,
    MET,
    resolved,
    'firstResponse',
  ],
  [
    'a success that is called a breach',
    `UPDATE clocks SET outcome = 'breached' WHERE case_id = '${resolved}' AND metric = 'resolution'`,
    MET,
    resolved,
    'resolution',
  ],
  [
    'a breach stamped when it was detected',
    `UPDATE clocks SET breached_at = detected_at WHERE case_id = '${resolved}' AND metric = 'firstResponse'`,
    MET,
    resolved,
    'firstResponse',
  ],
  [
    'a live clock that runs on while its case waits',
    `UPDATE cases SET context = ${liveClock('runningSince', "context->'clocks'->0->'spans'->-1->'toAt'")} WHERE id = '${waiting}'`,
    PAUSED,
    waiting,
    'firstResponse',
  ],
  [
    'an ended clock that ran through a wait',
    `UPDATE clocks SET spans = jsonb_build_array(jsonb_build_object('fromAt', spans->0->'fromAt', 'toAt', spans->-1->'toAt'))
     WHERE case_id = '${travelled}' AND metric = 'olaWork' AND attempt = 1`,
    PAUSED,
    travelled,
    'olaWork',
  ],
  [
    'a first response that stood still in a wait, though its policy lets it run',
    `UPDATE configuration SET body = jsonb_set(body, '{firstResponsePausable}', 'false') WHERE kind = 'slaPolicy'`,
    RAN,
    travelled,
    'firstResponse',
  ],
  [
    'a calendar that is nowhere',
    `UPDATE clocks SET calendar_key = 'nowhere' WHERE case_id = '${resolved}' AND metric = 'firstResponse'`,
    USED,
    resolved,
    'firstResponse',
  ],
  [
    'a promise that rested while its case was solved',
    `UPDATE cases SET context = jsonb_set(context, '{clocks}', (SELECT jsonb_agg(CASE WHEN k->>'metric' = 'promise'
       THEN k || '{"runningSince": null, "dueAt": null}' ELSE k END) FROM jsonb_array_elements(context->'clocks') AS k))
     WHERE id = '${promised}'`,
    RAN,
    promised,
    'promise',
  ],
  [
    'a promise that is due later than was promised',
    `UPDATE cases SET context = jsonb_set(context, '{clocks}', (SELECT jsonb_agg(CASE WHEN k->>'metric' = 'promise'
       THEN k || jsonb_build_object('dueAt', (k->>'dueAt')::bigint + 1000) ELSE k END)
     FROM jsonb_array_elements(context->'clocks') AS k)) WHERE id = '${promised}'`,
    'clocks: it is due, or breached, just when its target is used up',
    promised,
    'promise',
  ],
  [
    'a consult that ran while the customer was asked',
    `UPDATE clocks SET spans = jsonb_build_array(jsonb_build_object('fromAt', spans->0->'fromAt', 'toAt', spans->-1->'toAt'))
     WHERE case_id = '${promised}' AND metric = 'consult'`,
    PAUSED,
    promised,
    'consult',
  ],
  [
    'a live clock that ended well before it ended',
    `UPDATE cases SET context = ${liveClock('outcome', `'"met"'`)} WHERE id = '${waiting}'`,
    MET,
    waiting,
    'firstResponse',
  ],
];
