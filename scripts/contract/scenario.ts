/**
 * One use of each operation that is no command on a case (those are in the tables of test/http): who asks what, and
 * which answer is right. Rows follow one another; `{name}` in an address or a body is what an earlier row kept.
 */
import type { TokenName } from '../../src/app/demo/demo-directory.js';
import type { Situation } from '../../test/http/case-client.js';
import { COMPENSATION, OPEN_CASE, RESOLUTION } from '../../test/http/case-client.js';

/** A body that is the example of the operation's own schema. */
export const THE_EXAMPLE = Symbol('the example of the document');

export interface Row {
  /** A role of the demo; null: nobody. */
  readonly who: TokenName | null;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Begins at `/api/v1` unless it names another root. */
  readonly path: string;
  /** JSON, bytes, or the example of the document. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** 200 for GET and PUT, 201 for POST unless said. */
  readonly status?: number;
  /** Name under which a field of the answer is kept, and where it stands (`data.0.id`). */
  readonly keep?: Readonly<Record<string, string>>;
  /** A case of this kind is made first, and kept as `case`. */
  readonly from?: Situation;
}

const get = (who: TokenName | null, path: string, more: Partial<Row> = {}): Row => ({
  who,
  method: 'GET',
  path,
  ...more,
});
const post = (who: TokenName | null, path: string, body: unknown, more: Partial<Row> = {}): Row => ({
  who,
  method: 'POST',
  path,
  body,
  ...more,
});
const put = (who: TokenName | null, path: string, body: unknown, more: Partial<Row> = {}): Row => ({
  who,
  method: 'PUT',
  path,
  body,
  ...more,
});
const remove = (who: TokenName, path: string, status: number): Row => ({
  who,
  method: 'DELETE',
  path,
  status,
});

/** Addresses of one kind of configuration, with the body that the document itself gives as an example. */
const configuration = (kind: string, key: string): Row[] => [
  get('agent', `/${kind}`),
  put('admin', `/${kind}/${key}`, THE_EXAMPLE),
  get('agent', `/${kind}/${key}`),
  get('agent', `/${kind}/${key}/versions`),
];

const FILE = {
  body: Buffer.from('%PDF-1.4 a receipt'),
  headers: { 'content-type': 'application/pdf' },
};
const MAIL = [
  'From: Ada Lovelace <ada@example.com>',
  'To: service@example.com',
  'Subject: Where is it?',
  'Message-ID: <contract-1@example.com>',
  'Date: Mon, 2 Mar 2026 09:00:00 +0000',
  '',
  'Tracking says nothing.',
].join('\r\n');
const EVENTS_URL = 'http://127.0.0.1:9/nobody-listens';

const CASES: readonly Row[] = [
  post('agent', '/cases', OPEN_CASE, { keep: { case: 'id' }, headers: { 'idempotency-key': 'contract-1' } }),
  post('agent', '/cases', OPEN_CASE, { headers: { 'idempotency-key': 'contract-1' } }),
  get('agent', '/cases?limit=1', { keep: { cursor: 'meta.nextCursor' } }),
  get('agent', '/cases?limit=1&cursor={cursor}'),
  get('manager', '/cases/export.csv?state=closed'),
  get('agent', '/cases/{case}', { from: 'rated' }),
  get('agent', '/cases/{case}/journal'),
  get('agent', '/cases/{case}/ledger'),
  get('agent', '/cases/{case}/messages'),
  get('agent', '/cases/{case}/context'),
  get('agent', '/cases/{case}/routing'),
  get('agent', '/cases/{case}/holders'),
  get('agent', '/cases/{case}/clocks'),
  get('agent', '/cases/{case}/clocks/firstResponse/explanation'),
  get('agent', '/cases/{case}/statechart.svg'),
  get('agent', '/cases/{case}/compensations/hint'),
  post('agent', '/cases/{case}/attachments?name=seal.pdf', FILE.body, {
    from: 'working',
    headers: FILE.headers,
    keep: { file: 'id' },
  }),
  get('agent', '/cases/{case}/attachments'),
  get('agent', '/cases/{case}/attachments/{file}'),
];

const TASKS: readonly Row[] = [
  get('member:logistics', '/tasks?department=logistics', { from: 'dispatched1' }),
  get('member:logistics', '/tasks/counts?department=logistics'),
  post('lead:logistics', '/tasks/{case}.handle-1-1/assignment', { assigneeId: 'logistics-2' }),
  post('member:logistics', '/tasks/{case}.handle-1-1/acceptance', {}, { from: 'dispatched1' }),
  post('member:logistics', '/tasks/{case}.handle-1-1/completion', RESOLUTION),
  post(
    'member:logistics',
    '/tasks/{case}.handle-1-1/return',
    { reason: 'misrouted', comment: 'Not ours.' },
    { from: 'dispatched1' },
  ),
  post('member:finance', '/tasks/{case}.consult-1/answer', { answer: 'On 3 March' }, { from: 'consulted' }),
  post('lead:logistics', '/tasks/{case}.approve-1/approval', {}, { from: 'compensationProposed' }),
  post(
    'manager',
    '/tasks/{case}.approve-1/rejection',
    { reason: 'It was found' },
    { from: 'compensationProposed' },
  ),
];

const BY_LINK: readonly Row[] = [
  get('agent', '/cases/{case}', { from: 'waiting', keep: { token: 'statusUrl' } }),
  get(null, '/status/{token}'),
  get(null, '/status/{token}?lang=zh-TW'),
  post(null, '/status/{token}/replies', { text: 'To the office.' }),
  post(null, '/status/{token}/attachments?name=door.pdf', FILE.body, { headers: FILE.headers }),
  post(null, '/status/{token}/attention', { reason: 'It takes long' }),
  post(null, '/status/{token}/confirmation', {}, { status: 409 }),
  get('agent', '/cases/{case}', { from: 'resolved', keep: { token: 'statusUrl' } }),
  post(null, '/status/{token}/rejection', { reason: 'Nothing came' }),
  post(null, '/status/{token}/withdrawal', {}),
  get('agent', '/cases/{case}', { from: 'resolved', keep: { token: 'statusUrl' } }),
  post(null, '/status/{token}/confirmation', {}),
  post(null, '/status/{token}/rating', { score: 4, recommend: 8 }),
  post(null, '/status/{token}/reopening', { reason: 'Broken again' }),
];

const PEOPLE: readonly Row[] = [
  get('agent', '/me'),
  get('agent', '/staff/me'),
  get('manager', '/staff?limit=2'),
  get('manager', '/staff/agent-1'),
  put('admin', '/staff/agent-3', { name: 'Grace Hopper', role: 'agent' }),
  put('admin', '/staff/agent-3/identities', { identities: [] }),
  get('admin', '/staff/agent-3/identities'),
  get('agent', '/session'),
  get('agent', '/directory/contacts?q=parcel'),
  post('agent', '/routing/preview', { category: 'late-delivery', channel: 'phone' }, { status: 200 }),
  post(
    'service',
    '/customers',
    { externalId: 'crm-7', name: 'Ada Lovelace', email: 'ada@example.com' },
    { keep: { customer: 'id' } },
  ),
  post('service', '/customers', { externalId: 'crm-7', name: 'Ada King' }, { status: 200 }),
  post('service', '/customers', { externalId: 'crm-8', name: 'Ada K.' }, { keep: { other: 'id' } }),
  get('agent', '/customers?limit=1'),
  get('agent', '/customers/{customer}'),
  put('agent', '/customers/{customer}', { grade: 'vip', reason: 'A large contract' }),
  get('agent', '/customers/{customer}/duplicates'),
  post('agent', '/customers/{customer}/merges', { otherId: '{other}', reason: 'The same person' }),
  get('admin', '/customers/{customer}/export'),
  post('admin', '/customers/{customer}/erasure', { reason: 'They asked for it' }, { status: 200 }),
  post('admin', '/api-keys', { staffId: 'service-1', name: 'Shop' }, { keep: { key: 'id' } }),
  get('admin', '/api-keys?limit=2'),
  post('admin', '/api-keys/{key}/rotation', {}, { keep: { key: 'id' } }),
  remove('admin', '/api-keys/{key}', 204),
];

const RULES: readonly Row[] = [
  ...configuration('departments', 'logistics'),
  ...configuration('playbooks', 'repair'),
  ...configuration('lifecycle-policies', 'default'),
  ...configuration('calendars', 'default'),
  ...configuration('sla-policies', 'contract'),
  ...configuration('delivery-policies', 'default'),
  ...configuration('routing-rules', 'default'),
  ...configuration('compensation-policies', 'default'),
  ...configuration('retention-policies', 'default'),
  post(
    'agent',
    '/calendars/preview',
    { calendar: { key: 'default' }, start: '2026-03-02T09:00:00Z', businessSeconds: 7200 },
    { status: 200 },
  ),
  post(
    'admin',
    '/calendars/default/ics-import',
    { ics: 'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR', dryRun: true },
    { status: 200 },
  ),
  post('admin', '/sla-policies/default/rebase', { dryRun: true }, { status: 200 }),
  get('agent', '/templates', { keep: { template: 'data.0.key' } }),
  get('agent', '/template-fields'),
  put('admin', '/templates/{template}', THE_EXAMPLE),
  get('agent', '/templates/{template}'),
  get('agent', '/templates/{template}/versions'),
  post('admin', '/templates/{template}/preview', {}, { status: 200 }),
];

const SYSTEMS: readonly Row[] = [
  post(
    'admin',
    '/webhook-endpoints',
    { name: 'Warehouse', kind: 'webhook', url: EVENTS_URL },
    { keep: { endpoint: 'id' } },
  ),
  get('admin', '/webhook-endpoints'),
  get('admin', '/webhook-endpoints/{endpoint}'),
  put('admin', '/webhook-endpoints/{endpoint}', { name: 'Warehouse', url: EVENTS_URL, active: true }),
  post('admin', '/webhook-endpoints/{endpoint}/rotation', {}),
  post('admin', '/webhook-endpoints/{endpoint}/test', undefined, { status: 200 }),
  get('admin', '/webhook-endpoints/{endpoint}/deliveries', { from: 'dispatched1' }),
  post('admin', '/webhook-endpoints/{endpoint}/deliveries/{case}.1/resend', undefined, { status: 202 }),
  post(
    'admin',
    '/webhook-endpoints/{endpoint}/resend-failed',
    { since: '2026-03-01T00:00:00Z' },
    { status: 202 },
  ),
  remove('admin', '/webhook-endpoints/{endpoint}', 204),
  post('service', '/inbound/email', Buffer.from(MAIL), {
    status: 200,
    headers: { 'content-type': 'message/rfc822' },
  }),
  get('manager', '/deliveries?status=pending'),
  post('manager', '/deliveries/{case}.1.statusPage/resend', undefined, { status: 404 }),
  get('manager', '/reports/silent-transitions'),
  get('admin', '/clock'),
  put('admin', '/clock', { now: '2026-03-02T10:00:00Z' }),
  get('admin', '/api/v1/clock'),
  put('admin', '/api/v1/clock', { now: '2026-03-02T09:00:00Z' }, { status: 409 }),
  get(null, '/health/live'),
  get(null, '/health/ready'),
  get(null, '/metrics'),
];

/** Answers to those who ask for what is not theirs, or is not there: problems, each as the document has it. */
const REFUSED: readonly Row[] = [
  get('member:sales', '/deliveries', { status: 403 }),
  get('agent', '/cases/00000000-0000-7000-8000-000000000000', { status: 404 }),
  post('agent', '/cases/{case}/confirmations', {}, { status: 409, from: 'working' }),
  post('agent', '/cases/{case}/notes', { text: 'Late' }, { status: 412, headers: { 'if-match': '"1"' } }),
  post('agent', '/cases/{case}/consults', { department: 'nowhere', question: 'Who?' }, { status: 409 }),
  post('agent', '/cases/{case}/compensations', { ...COMPENSATION, currency: 'XXX' }, { status: 409 }),
  put('admin', '/staff/agent-3', { name: 'Grace Hopper', role: 'member' }, { status: 422 }),
];

export const SCENARIO: readonly Row[] = [
  ...CASES,
  ...TASKS,
  ...BY_LINK,
  ...PEOPLE,
  ...RULES,
  ...SYSTEMS,
  ...REFUSED,
];
