// One house in which every way of standing to a case exists at once: a case that logistics handles, that finance is
// asked about, that sales had before, and that product never saw; and the same once closed, merged and erased.
import { CaseEngine } from '../../src/engine/case-engine.js';
import type { TokenName } from '../../src/app/demo/demo-directory.js';
import { type Answer, type TestApp } from '../support/app.js';
import { ESCALATION, expectStatus, OPEN_CASE, RESOLUTION } from '../http/case-client.js';
import { addressOf, bodyOf, type Objects } from './requests.js';

export type Standing = 'handling' | 'engaged' | 'former' | 'none';

/** Which department stands how to a case. */
export type Places = Readonly<Record<Standing, readonly string[]>>;

const OPEN: Places = { handling: ['logistics'], engaged: ['finance'], former: ['sales'], none: ['product'] };
/** A case that has ended lies with nobody, and nobody is asked any more. */
const ENDED: Places = { handling: [], engaged: [], former: ['logistics'], none: ['product'] };

export interface Situation extends Objects {
  readonly name: string;
  readonly places: Places;
}

type Step = readonly [who: TokenName, path: string, body: object];

const HISTORY: readonly Step[] = [
  ['agent', 'ownership', {}],
  ['agent', 'escalations', { ...ESCALATION, department: 'sales' }],
  ['lead:sales', 'reroutes', { department: 'logistics', reason: 'Not ours' }],
  ['member:logistics', 'acceptances', {}],
  ['agent', 'consults', { department: 'finance', question: 'Was it booked?', blocking: true }],
];
/** Paid, a case cannot be withdrawn or merged: for the one that must stay as it is. */
const PAID: readonly Step[] = [
  ['agent', 'compensations', { kind: 'refund', amount: '10.00', description: 'd', reason: 'r' }],
  ['agent', 'compensations/1/execution', { reference: 'paid' }],
];
const SOLVED: readonly Step[] = [
  ['member:finance', 'consults/1/answer', { answer: 'Yes' }],
  ['member:logistics', 'resolutions', RESOLUTION],
  ['agent', 'confirmations', {}],
];

async function lived(app: TestApp, name: string, ...steps: readonly Step[]): Promise<Objects> {
  const customer = { externalId: `rights-${name}`, name: `Customer of ${name}` };
  const opened = expectStatus(await app.api('agent').post('/cases', { ...OPEN_CASE, customer }), 201).body;
  const caseId = String(opened.id);
  for (const [who, path, body] of [...HISTORY, ...steps]) {
    expectStatus(await app.api(who).post(`/cases/${caseId}/${path}`, body), 201);
    if (path === 'acceptances') await addFile(app, caseId);
  }
  const { data: tasks } = (await app.api('manager').get('/tasks?kind=handle&limit=100')).body;
  const { data: done } = (await app.api('manager').get('/tasks?kind=handle&state=done&limit=100')).body;
  const { data: dropped } = (await app.api('manager').get('/tasks?kind=handle&state=cancelled&limit=100'))
    .body;
  const task = [...tasks, ...done, ...dropped].find(
    (one) => one.caseId === caseId && one.department === 'logistics',
  );
  const files = (await app.api('manager').get(`/cases/${caseId}/attachments`)).body.data;
  return {
    caseId,
    customerId: String(opened.customer.id),
    taskId: String(task.id),
    attachmentId: String(files[0].id),
    token: String(opened.statusUrl).split('/').at(-1) ?? '',
  };
}

async function addFile(app: TestApp, caseId: string): Promise<void> {
  const url = '/api/v1/cases/:id/attachments';
  const { body } = bodyOf('POST', url, { caseId } as Objects);
  const { status } = await ask(app, app.tokens.agent, 'POST', addressOf(url, { caseId } as Objects), body);
  if (status !== 201) throw new Error(`the file was not taken: ${status}`);
}

export async function situations(
  app: TestApp,
): Promise<Record<'open' | 'closed' | 'merged' | 'erased', Situation>> {
  const [open, closed, merged, erased] = await Promise.all([
    lived(app, 'open', ...PAID),
    lived(app, 'closed', ...SOLVED),
    lived(app, 'merged'),
    lived(app, 'erased', ...SOLVED),
  ]);
  const merge = { primaryCaseId: open.caseId, reason: 'The same' };
  expectStatus(await app.api('agent').post(`/cases/${merged.caseId}/merges`, merge), 201);
  const order = { actor: { kind: 'admin', id: 'admin-1' }, reason: 'asked', names: () => false } as const;
  const { kind } = await app.get(CaseEngine).erase(erased.caseId, order);
  if (kind !== 'erased') throw new Error(`the case was not erased: ${kind}`);
  return {
    open: { ...open, name: 'open', places: OPEN },
    closed: { ...closed, name: 'closed', places: ENDED },
    merged: { ...merged, name: 'merged', places: ENDED },
    erased: { ...erased, name: 'erased', places: ENDED },
  };
}

/** The status and the problem's code; a stream of events is left as soon as it answers. */
export async function ask(
  app: TestApp,
  token: string | null,
  method: string,
  path: string,
  body?: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<Pick<Answer, 'status' | 'headers'> & { readonly code: string | null }> {
  const abort = new AbortController();
  const isFile = body instanceof Uint8Array;
  const type = isFile ? 'application/octet-stream' : 'application/json';
  const response = await fetch(`${app.url}${path}`, {
    method,
    redirect: 'manual',
    signal: abort.signal,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': type }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: isFile ? new Uint8Array(body) : JSON.stringify(body) }),
  });
  if (response.headers.get('content-type')?.startsWith('text/event-stream')) {
    abort.abort();
    return { status: response.status, headers: response.headers, code: null };
  }
  const text = await response.text();
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json') ?? false;
  const code = isProblem && text !== '' ? (JSON.parse(text) as { code: string }).code : null;
  return { status: response.status, headers: response.headers, code };
}

/** Requests under way at once: no more than a pool of a test node serves without anybody waiting long. */
const AT_ONCE = 8;

/** The answers, in the order of the questions. */
export async function inParallel<Q, A>(
  questions: readonly Q[],
  answer: (question: Q) => Promise<A>,
): Promise<A[]> {
  const answers: A[] = [];
  const waiting = questions.map((question, index) => ({ question, index }));
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      answers[next.index] = await answer(next.question);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return answers;
}
