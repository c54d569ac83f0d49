// A request for each address that says no more than rights need: well-formed, so that nothing but rights can turn it
// away with 403 or 404; and such that the machine then refuses it, so that one case serves for the whole matrix.

export interface Sent {
  readonly body?: object | Uint8Array;
}

const PAST = '2026-01-05T09:00:00Z';
const REASON = { reason: 'because' };
const NOWHERE = { department: 'nowhere' };
/** No case of the matrix has a matter of this number. */
const NUMBER = '9';

/** By method and path under the case. A command without an entry fails the test that walks them. */
const COMMANDS: Readonly<Record<string, object | ((caseId: string) => object)>> = {
  'POST ownership': { agentId: 'nobody' },
  'POST escalations': { ...NOWHERE, purpose: 'p', expectedOutcome: 'o', evidence: ['e'], reason: 'r' },
  'POST acceptances': {},
  'POST returns': { reason: 'missingInfo', comment: 'c' },
  'POST reroutes': { ...NOWHERE, ...REASON },
  'POST hand-backs': { decision: 'd' },
  'POST assignments': { ...NOWHERE, ...REASON },
  'POST decisions': { decision: 'grant', solution: 's' },
  'POST questions': { question: 'q', waitUntil: PAST },
  'POST replies': { text: 't' },
  'POST replies/waiver': REASON,
  'POST waits/cancellation': {},
  'POST holds': { ...REASON, reviewAt: PAST },
  'POST holds/release': {},
  'POST messages': { text: 't' },
  'POST notes': { text: 't' },
  'POST resolutions': { solution: 's', rootCause: 'r' },
  'POST confirmations': {},
  'POST rejections': REASON,
  'POST reopenings': REASON,
  'POST withdrawals': REASON,
  'POST merges': (caseId) => ({ primaryCaseId: caseId, ...REASON }),
  'PUT priority': { grade: 'standard', ...REASON },
  'POST attention': REASON,
  'DELETE attention': {},
  'POST attention/clearance': {},
  'POST flags': { flag: 'reputationRisk', on: false, ...REASON },
  'POST consults': { ...NOWHERE, question: 'q' },
  'POST consults/:n/answer': { answer: 'a' },
  'POST consults/:n/decline': REASON,
  'POST consults/:n/cancellation': REASON,
  'POST proposals': { text: 't', departments: ['nowhere'] },
  'POST proposals/:n/agreement': {},
  'POST proposals/:n/objection': REASON,
  'POST proposals/:n/actions/:k/completion': { outcome: 'o' },
  'POST promises': { text: 't', dueAt: PAST },
  'POST promises/:n/fulfilment': {},
  'POST promises/:n/renegotiation': { dueAt: PAST, ...REASON },
  'POST promises/:n/cancellation': REASON,
  'POST compensations': { kind: 'refund', amount: '1.00', currency: 'XXX', description: 'd', reason: 'r' },
  'POST compensations/:n/approval': {},
  'POST compensations/:n/rejection': REASON,
  'POST compensations/:n/execution': {},
  'POST compensations/:n/settlement': { paid: true, reference: 'p' },
  'POST compensations/:n/cancellation': REASON,
  'POST extensions': { metric: 'resolution', untilAt: PAST, reason: 'r', tell: 't' },
  'POST extensions/:n/grant': {},
  'POST extensions/:n/denial': REASON,
  'POST callbacks': { note: 'n', dueAt: PAST },
  'POST callbacks/:n/completion': { outcome: 'o' },
  'POST ratings': { score: 5 },
  'POST hand-off-ratings': { score: 4 },
  'POST task-assignments': { task: 'consult-9' },
};

const JPEG = Buffer.from('ffd8ffe000104a46494600010100000100010000ffc0001108006400640301', 'hex');

/** Reading objects that exist in every house, by the address up to their key. */
const KEYS: Readonly<Record<string, string>> = {
  departments: 'logistics',
  'routing-rules': 'routing',
  staff: 'agent-1',
  templates: 'case.received',
  problems: 'not-found',
};

export interface Objects {
  readonly caseId: string;
  readonly customerId: string;
  readonly taskId: string;
  readonly attachmentId: string;
  readonly token: string;
}

const ABSENT = '01a2011f-9c23-7ebd-b176-93490937ef58';

/** The address with its parameters filled in. */
export function addressOf(url: string, objects: Objects): string {
  const parameters: Readonly<Record<string, string>> = {
    id: idIn(url, objects),
    taskId: objects.taskId,
    attachmentId: objects.attachmentId,
    token: objects.token,
    key: KEYS[url.split('/')[3] ?? ''] ?? 'default',
    code: 'not-found',
    metric: 'resolution',
    n: NUMBER,
    k: '1',
    action: 'confirmation',
  };
  return url.replaceAll(/:(\w+)/g, (_whole, name: string) => parameters[name] ?? ABSENT);
}

function idIn(url: string, { caseId, customerId }: Objects): string {
  if (url.includes('/cases/:id')) return caseId;
  if (url.includes('/customers/:id')) return customerId;
  return url.includes('/staff/:id') ? 'agent-1' : ABSENT;
}

/** @throws for a command that nobody wrote a request for. */
export function bodyOf(method: string, url: string, { caseId }: Objects): Sent {
  if (method === 'GET' || method === 'HEAD') return {};
  if (url.endsWith('/cases/:id/attachments')) return { body: JPEG };
  const path = /^\/api\/v1\/cases\/:id\/(.*)$/.exec(url)?.[1];
  if (path !== undefined) {
    const body = COMMANDS[`${method} ${path}`];
    if (body === undefined) throw new Error(`no request for ${method} ${url}`);
    return { body: typeof body === 'function' ? body(caseId) : body };
  }
  // Which body a task takes depends on its kind; of one that takes none, this one is refused after it was found.
  return { body: url.includes('/tasks/:taskId') ? { unexpected: true } : {} };
}

/** Objects that a house need not have: whoever may ask may hear that there is none. */
export function mayBeAbsent(url: string): boolean {
  return /\/(webhook-endpoints|api-keys|mailbox|deliveries)\/:/.test(url) || url.includes('/:key');
}
