// Thousands of requests that nobody would think of, seeded (reliability.md N24, I16): whatever is sent, the answer is
// neither a failure of ours nor anything but JSON, and what was refused left no trace.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CASE_COMMANDS } from '../../src/http/cases/case-commands.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { caseIn, ESCALATION, MISROUTED, OPEN_CASE, RESOLUTION } from './case-client.js';

/** Fixed, so that a failure is the same on every machine; a counterexample prints its path. */
const SEED = 20_260_302;

let app: TestApp;
let caseId: string;
beforeAll(async () => {
  app = await startTestApp();
  caseId = await caseIn(app, 'working1');
});
afterAll(() => app?.close());

const nasty = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -0,
    2 ** 31,
    -(2 ** 31) - 1,
    2 ** 53 + 1,
    1e300,
    1.5,
    '',
    ' ',
    '\u200b',
    '\ud800',
    '\u0000',
    'a'.repeat(10_001),
    '\u202e',
    "'; DROP TABLE cases;--",
    '{{constructor.constructor}}',
    '2026-02-30T00:00:00Z',
    '9999-12-31T23:59:59Z',
    'infinity',
    '../../etc/passwd',
    [],
    {},
    [[]],
    [null],
    { id: 1 },
  ),
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ unit: 'grapheme-composite', maxLength: 40 }),
);

/** A body that begins sensible, with some members replaced, dropped or added. */
const bodyFrom = (seed: object) =>
  fc
    .record({
      changes: fc.dictionary(fc.constantFrom(...Object.keys(seed), 'state', 'level', 'reason', 'x'), nasty, {
        maxKeys: 4,
      }),
      dropped: fc.subarray(Object.keys(seed)),
      keep: fc.boolean(),
    })
    .map(({ changes, dropped, keep }) => {
      const kept = Object.entries(seed).filter(([key]) => keep || !dropped.includes(key));
      return { ...Object.fromEntries(kept), ...changes };
    });

const SEEDS: Record<string, object> = {
  escalations: { ...ESCALATION, toLevel: 2, fields: { a: 'b' }, reason: 'x' },
  returns: { ...MISROUTED, suggestion: 'sales', missingFields: ['a'] },
  resolutions: RESOLUTION,
  questions: { question: 'x', waitUntil: '2026-05-01T00:00:00Z' },
  replies: {
    text: 'x',
    occurredAt: '2026-03-01T00:00:00Z',
    channel: 'email',
    messageId: 'm',
    automatic: false,
  },
  holds: { reason: 'x', reviewAt: '2026-05-01T00:00:00Z' },
  flags: { flag: 'abuse', on: true, reason: 'x' },
  priority: { impact: 'low', urgency: 'low', grade: 'vip', reason: 'x' },
  merges: { primaryCaseId: '01a2011f-9c23-7ebd-b176-93490937ef58', reason: 'x' },
  decisions: { decision: 'grant', solution: 'x', reasons: 'y' },
  assignments: { department: 'sales', level: 1, reason: 'x' },
};
const seedOf = (path: string) =>
  SEEDS[path] ?? { reason: 'x', text: 'x', comment: 'x', decision: 'x', agentId: 'agent-1' };

async function send(
  method: string,
  path: string,
  body: object | undefined,
  who: 'admin' | 'agent' | 'member:logistics',
) {
  const response = await fetch(`${app.url}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${app.tokens[who]}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, type: response.headers.get('content-type') ?? '', text };
}

function expectDecent({ status, type, text }: Awaited<ReturnType<typeof send>>): void {
  expect(status).toBeLessThan(500);
  expect(type).toMatch(status < 400 ? /^application\/json/ : /^application\/problem\+json/);
  const body = JSON.parse(text) as { status?: number; traceId?: string };
  if (status >= 400) expect([body.status, typeof body.traceId]).toEqual([status, 'string']);
}

const run = (property: fc.IAsyncProperty<unknown>, numRuns: number) =>
  fc.assert(property, { seed: SEED, numRuns });

describe('a request that nobody would think of', () => {
  it('opens a case or says what is wrong: 300 bodies', async () => {
    const customer = fc.oneof(bodyFrom(OPEN_CASE.customer), nasty);
    const body = fc.oneof(
      bodyFrom(OPEN_CASE),
      customer.map((each) => ({ ...OPEN_CASE, customer: each })),
    );
    await run(
      fc.asyncProperty(body, async (each) =>
        expectDecent(await send('POST', '/cases', each as object, 'agent')),
      ),
      300,
    );
  });

  it('asks something of a case or says what is wrong: 900 bodies', async () => {
    const asked = fc
      .constantFrom(...CASE_COMMANDS)
      .chain((command) => fc.tuple(fc.constant(command), bodyFrom(seedOf(command.path))));
    const who = fc.constantFrom('admin', 'agent', 'member:logistics');
    await run(
      fc.asyncProperty(asked, who, async ([{ method, path }, body], each) => {
        const sent = method === 'DELETE' ? undefined : body;
        const address = `/cases/${caseId}/${path.replaceAll(/\{\w\}/g, '1')}`;
        expectDecent(await send(method, address, sent, each as 'admin'));
      }),
      900,
    );
  });

  it('configures something or says what is wrong: 200 bodies', async () => {
    const seeds: Record<string, object> = {
      'playbooks/fuzz': { directLevel2: true, evidenceRequired: false, requiredFields: { '*': ['a'] } },
      'departments/fuzz': {
        publicName: { en: 'a', 'zh-CN': 'b', 'zh-TW': 'c' },
        answersFor: 'x',
        calendar: 'default',
      },
      'lifecycle-policies/default': { reopenWindowSeconds: 1, waitingRemindAfterSeconds: [1, 2] },
    };
    const asked = fc
      .constantFrom(...Object.keys(seeds))
      .chain((path) => fc.tuple(fc.constant(path), bodyFrom(seeds[path] as object)));
    await run(
      fc.asyncProperty(asked, async ([path, body]) =>
        expectDecent(await send('PUT', `/${path}`, body, 'admin')),
      ),
      200,
    );
  });

  it('lists something or says what is wrong: 300 queries', async () => {
    const name = fc.constantFrom(
      'state',
      'level',
      'department',
      'ownerId',
      'customerId',
      'priority',
      'breached',
      'q',
      'sort',
      'limit',
      'cursor',
      'assignee',
      'kind',
      '__proto__',
      'a[b]',
    );
    const value = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.constantFrom('level1', 'true', '1', '100', '-updatedAt', 'dueAt', 'me', 'P1', '%', '_', "'", '\\'),
    );
    const query = fc.array(fc.tuple(name, value), { maxLength: 4 });
    const list = fc.constantFrom('/cases', '/tasks', '/tasks/counts', `/cases/${caseId}/journal`);
    await run(
      fc.asyncProperty(list, query, async (path, pairs) => {
        const text = pairs.map(([key, each]) => `${key}=${encodeURIComponent(each)}`).join('&');
        expectDecent(await send('GET', `${path}?${text}`, undefined, 'admin'));
      }),
      300,
    );
  });

  it('addresses something or nothing: 300 paths', async () => {
    const segment = fc.oneof(
      fc.constantFrom(
        caseId,
        'cases',
        'tasks',
        '..',
        '.',
        '%00',
        '%2f',
        '%ff',
        ';',
        'x'.repeat(600),
        '*',
        ':id',
        '{id}',
      ),
      fc.string({ maxLength: 20 }).map((text) => encodeURIComponent(text)),
    );
    await run(
      fc.asyncProperty(fc.array(segment, { maxLength: 4 }), async (segments) => {
        const { status } = await fetch(`${app.url}/api/v1/${segments.join('/')}`, {
          headers: { authorization: `Bearer ${app.tokens.admin}` },
        });
        expect(status).toBeLessThan(500);
      }),
      300,
    );
  });

  it('leaves the prototype of objects as it was', () => {
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});
