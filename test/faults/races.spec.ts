// Clients that get in each other's way on two nodes over one database, over HTTP (reliability.md F1–F4, F7–F9).
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Random } from '../../scripts/fuzz/random.js';
import type { TokenName } from '../../src/app/demo/demo-directory.js';
import { caseIn, ESCALATION, MISROUTED, openCase, RESOLUTION } from '../http/case-client.js';
import { startTestApp, type Answer, type TestApp } from '../support/app.js';
import { clientOf, type Client } from '../support/client.js';
import { auditFindings } from './audit-findings.js';

let app: TestApp;
let other: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  other = await startTestApp({ databaseUrl: app.databaseUrl, demo: '0' });
});
afterAll(async () => {
  await other?.close();
  await app?.close();
});

/** Requests take turns between the nodes. */
const at = (n: number, who: TokenName): Client =>
  n % 2 === 0 ? app.api(who) : clientOf(other.url, app.tokens[who]);

const sql = <Row = Record<string, unknown>>(text: string, values: unknown[] = []): Promise<Row[]> =>
  app.dataSource.query(text, values);

const statuses = (answers: readonly Answer[]): number[] => answers.map(({ status }) => status).sort();

const CLIMB = { ...ESCALATION, department: 'product', reason: 'A fault' };

describe('two agents who escalate the same revision of a case', () => {
  it('are told one yes and one that it is gone, whoever was first', async () => {
    for (let round = 0; round < 25; round += 1) {
      const id = await openCase(app);
      const answers = await Promise.all(
        (['agent', 'agent2'] as const).map((who, n) =>
          at(n + round, who).post(`/cases/${id}/escalations`, ESCALATION, { 'if-match': '"1"' }),
        ),
      );
      expect(statuses(answers)).toEqual([201, 412]);
    }
  });
});

describe('one request', () => {
  it('that arrives ten times at once has one effect, and every answer that is one is the same', async () => {
    for (let round = 0; round < 10; round += 1) {
      const id = await openCase(app);
      const key = randomUUID();
      const asked = Array.from({ length: 10 }, (_each, n) =>
        at(n, 'agent').post(`/cases/${id}/escalations`, ESCALATION, { 'idempotency-key': key }),
      );
      const answers = await Promise.all(asked);
      const done = answers.filter(({ status }) => status === 201);
      expect(done.length).toBeGreaterThan(0);
      expect(new Set(done.map(({ body }) => JSON.stringify(body))).size).toBe(1);
      const rest = answers.filter(({ status }) => status !== 201);
      expect(rest.map(({ status, body }) => [status, body.code])).toEqual(
        rest.map(() => [409, 'idempotency-key-in-progress']),
      );
      expect(await sql('SELECT seq FROM journal WHERE command_key = $1', [key])).toHaveLength(1);
    }
  });

  it.each<[string, TokenName, string, object, number]>([
    ['another body', 'agent', 'notes', { text: 'Something else' }, 422],
    ['another command', 'agent', 'messages', { text: 'Called back' }, 422],
    ['another person', 'agent2', 'notes', { text: 'Called back' }, 201],
    ['the same of everything', 'agent', 'notes', { text: 'Called back' }, 201],
  ])('whose key comes again with %s', async (what, who, path, body, status) => {
    const id = await openCase(app);
    const key = { 'idempotency-key': randomUUID() };
    const first = await at(0, 'agent').post(`/cases/${id}/notes`, { text: 'Called back' }, key);
    const again = await at(1, who).post(`/cases/${id}/${path}`, body, key);
    expect([first.status, again.status]).toEqual([201, status]);
    const effects = what === 'another person' ? 2 : 1;
    expect(
      await sql('SELECT seq FROM journal WHERE command_key = $1', [key['idempotency-key']]),
    ).toHaveLength(effects);
  });
});

describe('a case that is climbed at by everybody', () => {
  /** Every way up, or around: [who, path, body]. */
  const WAYS: [TokenName, string, object][] = [
    ['member:product', 'escalations', { ...CLIMB, department: 'finance' }],
    ['lead:product', 'escalations', { ...CLIMB, department: 'sales' }],
    ['agent', 'escalations', { ...CLIMB, toLevel: 2 }],
    ['manager', 'escalations', { ...CLIMB, toLevel: 3 }],
    ['lead:product', 'reroutes', { department: 'finance', reason: 'Theirs' }],
    ['manager', 'assignments', { department: 'finance', level: 3, reason: 'Theirs' }],
    ['manager', 'assignments', { department: 'finance', level: 2, reason: 'Theirs' }],
    ['member:product', 'returns', MISROUTED],
    ['agent', 'reopenings', { reason: 'Again' }],
    ['agent', 'rejections', { reason: 'Not solved' }],
  ];
  const BEGINNINGS: [string, () => Promise<string>][] = [
    ['where nobody has accepted it', () => caseIn(app, 'dispatched2')],
    ['where it is worked on', () => caseIn(app, 'working2')],
    [
      'when it was solved there',
      async () => {
        const id = await caseIn(app, 'working2');
        await app.api('member:product').post(`/cases/${id}/resolutions`, RESOLUTION);
        return id;
      },
    ],
    [
      'when it was closed from there',
      async () => {
        const id = await caseIn(app, 'working2');
        await app.api('member:product').post(`/cases/${id}/resolutions`, RESOLUTION);
        await app.api('agent').post(`/cases/${id}/confirmations`, {});
        return id;
      },
    ],
  ];

  it.each(BEGINNINGS)('at level 2, %s, stays within it by every way', async (_where, begin) => {
    const id = await begin();
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_each, n) => {
        const [who, path, body] = WAYS[n % WAYS.length]!;
        return at(n, who).post(`/cases/${id}/${path}`, body);
      }),
    );
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
    const { body } = await app.api('manager').get(`/cases/${id}`);
    expect(body.level).toBeLessThanOrEqual(2);
    const levels = await sql(`SELECT level, count(*)::int AS records FROM escalations WHERE case_id = $1
      GROUP BY level ORDER BY level`, [id]); // prettier-ignore
    expect(levels).toEqual([
      { level: 1, records: 1 },
      { level: 2, records: 1 },
    ]);
    // From wherever that left it, a third climb is no.
    const last = await app.api('manager').post(`/cases/${id}/escalations`, { ...CLIMB, toLevel: 3 });
    expect([409, 422]).toContain(last.status);
  });

  it('from level 1 by two departments at once has one record of level 2', async () => {
    for (let round = 0; round < 10; round += 1) {
      const id = await caseIn(app, 'working1');
      const answers = await Promise.all(
        ['product', 'finance'].map((department, n) =>
          at(n + round, 'member:logistics').post(`/cases/${id}/escalations`, { ...CLIMB, department }),
        ),
      );
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
      expect(await sql('SELECT level FROM escalations WHERE case_id = $1 ORDER BY 1', [id])).toEqual([
        { level: 1 },
        { level: 2 },
      ]);
    }
  });
});

describe('merges', () => {
  const merge = (n: number, secondary: string, primaryCaseId: string): Promise<Answer> =>
    at(n, 'agent').post(`/cases/${secondary}/merges`, { primaryCaseId, reason: 'The same' });

  it('in a chain of fifty end in one case, which cannot be merged into its own past', async () => {
    const ids = await Promise.all(Array.from({ length: 50 }, () => openCase(app)));
    for (const [n, id] of ids.slice(0, -1).entries()) {
      expect((await merge(n, id, ids[n + 1]!)).status).toBe(201);
    }
    const back = await merge(0, ids.at(-1)!, ids[0]!);
    expect([back.status, back.body.code]).toEqual([409, 'primary-not-open']);
    expect(await openOnes(ids)).toEqual([ids.at(-1)]);
  });

  it('around a ring of thirty at once leave at least one case open, and no circle', async () => {
    const ids = await Promise.all(Array.from({ length: 30 }, () => openCase(app)));
    const answers = await Promise.all(ids.map((id, n) => merge(n, id, ids[(n + 1) % ids.length]!)));
    expect(new Set(statuses(answers))).toEqual(new Set([201, 409]));
    const open = await openOnes(ids);
    expect(open).toHaveLength(answers.filter(({ status }) => status === 409).length);
    const [walked] = await sql<{ cases: number }>(
      `WITH RECURSIVE walk(id, start) AS (
         SELECT id, id FROM unnest($1::uuid[]) AS id
         UNION SELECT (j.data->>'primaryCaseId')::uuid, w.start FROM walk w
           JOIN journal j ON j.case_id = w.id AND j.type = 'case.merged')
       SELECT count(DISTINCT w.start)::int AS cases FROM walk w JOIN cases c ON c.id = w.id AND NOT c.terminal`,
      [ids],
    );
    // From each of them somebody who follows the merges arrives.
    expect(walked).toEqual({ cases: ids.length });
  });

  const openOnes = async (ids: readonly string[]): Promise<unknown[]> =>
    (await sql('SELECT id FROM cases WHERE id = ANY ($1) AND NOT terminal', [ids])).map(({ id }) => id);
});

describe('twenty people at one case', () => {
  const WHO: TokenName[] = ['agent', 'agent2', 'service', 'manager', 'lead:logistics', 'member:logistics'];
  const DEEDS: [string, object][] = [
    ['notes', { text: 'Called back' }],
    ['messages', { text: 'We are on it' }],
    ['replies', { text: 'Any news?' }],
    ['escalations', ESCALATION],
    ['escalations', CLIMB],
    ['acceptances', {}],
    ['returns', MISROUTED],
    ['holds', { reason: 'Carrier searches', reviewAt: '2026-03-20T09:00:00Z' }],
    ['holds/release', {}],
    ['questions', { question: 'Which door?' }],
    ['resolutions', RESOLUTION],
    ['rejections', { reason: 'Not solved' }],
    ['confirmations', {}],
    ['reopenings', { reason: 'Again' }],
    ['attention', { reason: 'Threatens to sue' }],
    ['consults', { department: 'finance', question: 'Was it booked?' }],
  ];

  it('with random commands get an order that is legal, and nobody an error of ours', async () => {
    const id = await caseIn(app, 'working');
    const answers: Answer[] = [];
    const person = async (n: number): Promise<void> => {
      const random = new Random(20260302, n);
      for (let step = 0; step < 15; step += 1) {
        const [path, body] = random.pick(DEEDS);
        answers.push(await at(n + step, random.pick(WHO)).post(`/cases/${id}/${path}`, body));
      }
    };
    await Promise.all(Array.from({ length: 20 }, (_each, n) => person(n)));
    expect(answers.filter(({ status }) => ![201, 403, 404, 409, 422].includes(status))).toEqual([]);
    expect(answers.filter(({ status }) => status === 201).length).toBeGreaterThan(20);
    expect((await auditFindings(app.databaseUrl)).broken).toEqual([]);
  });
});
