/**
 * The README's example in TypeScript, by a client whose every path, body and answer is typed from openapi.json. It is
 * compiled under `strict`: what the document gets wrong does not compile, or does not run. The import of `paths` is put
 * in front when it is compiled, since the types are made only then.
 */
import { readFile } from 'node:fs/promises';
import createClient from 'openapi-fetch';

const { BASE = '', TOKENS = '' } = process.env;
const tokens = JSON.parse(await readFile(TOKENS, 'utf8')) as Record<string, string>;

const as = (who: string | null) =>
  createClient<paths>({
    baseUrl: BASE,
    headers: who === null ? {} : { Authorization: `Bearer ${tokens[who]}` },
  });

/** The answer, or the end of the program. */
function done<T>({ data, error }: { data?: T; error?: unknown }): T {
  if (data === undefined) throw new Error(`refused: ${JSON.stringify(error)}`);
  return data;
}

function shows<T>(name: string, found: T, expected: T): void {
  if (found !== expected) throw new Error(`${name} is ${String(found)}, not ${String(expected)}`);
  console.log(`  ${name} ${String(found)}`);
}

const opened = done(
  await as('agent').POST('/api/v1/cases', {
    params: { header: { 'Idempotency-Key': crypto.randomUUID() } },
    body: {
      subject: 'Coffee machine leaks again',
      description: 'It was repaired in May and drips from the same place since Monday.',
      expectedOutcome: 'A machine that stays dry, or my money back.',
      category: 'repair',
      channel: 'phone',
      impact: 'medium',
      urgency: 'high',
      customer: { externalId: 'crm-10043', name: 'Ada Bauer', locale: 'en' },
    },
  }),
);
const path = { id: opened.id };

const started = done(await as('agent').POST('/api/v1/cases/{id}/ownership', { params: { path }, body: {} }));
shows('state', started.state, 'frontline.working');
shows('level', started.level, 0);

const dispatched = done(
  await as('agent').POST('/api/v1/cases/{id}/escalations', {
    params: { path },
    body: {
      department: 'product',
      purpose: 'Find out why the repaired seal leaks',
      expectedOutcome: 'Cause, and repair or replacement',
      evidence: ['Photo of the seal, 3 June', 'Repair report of 12 May'],
    },
  }),
);
shows('state', dispatched.state, 'level1.dispatched');
shows('department', dispatched.handler?.department, 'product');

const accept = (who: string) =>
  as(who).POST('/api/v1/cases/{id}/acceptances', { params: { path }, body: {} });
shows('state', done(await accept('member:product')).state, 'level1.working');

const climb = (who: string) =>
  as(who).POST('/api/v1/cases/{id}/escalations', {
    params: { path },
    body: {
      department: 'finance',
      purpose: 'Approve a replacement outside the guarantee',
      expectedOutcome: 'A yes or a no by Friday',
      evidence: ['Second leak at the same seal within a month'],
      reason: 'The seal is a known fault of this batch',
    },
  });
shows('level', done(await climb('member:product')).level, 2);
shows('state', done(await accept('member:finance')).state, 'level2.working');

// The third climb is refused, and the refusal is as well typed as an answer.
const { error, response } = await climb('member:finance');
shows('status', response.status, 409);
shows('code', error?.code, 'escalation-limit-reached');
shows('still at level', error?.level, 2);

const resolved = done(
  await as('member:finance').POST('/api/v1/cases/{id}/resolutions', {
    params: { path },
    body: {
      solution: 'You get a new machine on Thursday, and keep the old one until then.',
      rootCause: 'Seal batch 2291',
    },
  }),
);
shows('state', resolved.state, 'resolved');

const { statusUrl } = done(await as('agent').GET('/api/v1/cases/{id}', { params: { path } }));
const token = statusUrl?.split('/').at(-1) ?? '';
done(await as(null).POST('/api/v1/status/{token}/confirmation', { params: { path: { token } }, body: {} }));
const closed = done(await as('agent').GET('/api/v1/cases/{id}', { params: { path } }));
shows('state', closed.state, 'closed');
shows('closed because', closed.closedBecause, 'confirmed');

const journal = done(
  await as('agent').GET('/api/v1/cases/{id}/journal', { params: { path, query: { limit: 100 } } }),
);
shows('rows of the journal', journal.data.length, closed.revision);
