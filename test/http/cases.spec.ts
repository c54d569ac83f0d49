// Opening, reading and listing cases over HTTP, and the commands whose event depends on the case.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { caseIn, expectStatus, OPEN_CASE, openCase } from './case-client.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.close());

const open = (body: object, who: 'agent' | 'service' | 'manager' = 'agent') =>
  app.api(who).post('/cases', body);
const pointersOf = (body: { errors?: { pointer: string }[] }) =>
  (body.errors ?? []).map(({ pointer }) => pointer);

describe('opening a case', () => {
  it('answers 201 with the case as it will be read', async () => {
    const answer = expectStatus(await open({ ...OPEN_CASE, orderRef: 'A-118' }), 201);
    const { id } = answer.body;
    expect(answer.headers.get('location')).toBe(`/api/v1/cases/${id}`);
    expect(answer.headers.get('etag')).toBe('"1"');
    expect((await app.api('agent').get(`/cases/${id}`)).body).toEqual(answer.body);
    expect(answer.body).toMatchObject({
      subject: OPEN_CASE.subject,
      orderRef: 'A-118',
      state: 'received',
      level: 0,
      priority: 'P3',
      revision: 1,
      cycle: 1,
      chases: 0,
      owner: { id: 'agent-1', name: 'Lena Hoffmann' },
      handler: null,
      consults: [],
      promises: [],
      compensations: [],
      receivedAt: '2026-03-02T09:00:00.000Z',
      createdAt: '2026-03-02T09:00:00.000Z',
      statusUrl: expect.stringMatching(/^http.+\/s\/[\w-]{56}$/),
    });
    expect(answer.body.number).toMatch(/^C-[0-9A-Z]{4}-[0-9A-Z]{4}$/);
  });

  it('has no owner when a service opens it', async () => {
    expect((await open(OPEN_CASE, 'service')).body.owner).toBeNull();
  });

  it('keeps text in NFC and answers it as it is kept', async () => {
    const { body } = await open({ ...OPEN_CASE, subject: 'Cafe\u0301' });
    expect(body.subject).toBe('Café');
  });

  it('starts the clocks when the channel received it', async () => {
    const { body } = await open({ ...OPEN_CASE, receivedAt: '2026-03-01T12:00:00+02:00' });
    expect(body.receivedAt).toBe('2026-03-01T10:00:00.000Z');
  });

  it('takes a clock that is five minutes ahead for now, and refuses one that is further', async () => {
    const ahead = await open({ ...OPEN_CASE, receivedAt: '2026-03-02T09:05:00Z' });
    expect([ahead.status, ahead.body.receivedAt]).toEqual([201, '2026-03-02T09:00:00.000Z']);
    const future = await open({ ...OPEN_CASE, receivedAt: '2026-03-02T09:05:01Z' });
    expect([future.status, pointersOf(future.body)]).toEqual([422, ['/receivedAt']]);
  });

  it('knows a customer by id or by the caller’s own id, and brings the latter up to date', async () => {
    const vip = { externalId: 'crm-vip', name: 'Grace Hopper', grade: 'vip', locale: 'zh-CN' };
    const first = expectStatus(await open({ ...OPEN_CASE, customer: vip }), 201).body;
    expect([first.grade, first.priority]).toEqual(['vip', 'P2']);
    const second = await open({
      ...OPEN_CASE,
      customer: { externalId: 'crm-vip', name: 'Rear Admiral Hopper' },
    });
    expect(second.body.customer).toEqual(first.customer);
    const third = await open({ ...OPEN_CASE, customer: { id: first.customer.id } });
    expect([third.status, third.body.customer, third.body.grade]).toEqual([201, first.customer, 'vip']);
  });

  it.each([
    ['nobody', undefined, ['/customer']],
    ['null', null, ['/customer']],
    ['a list', [{ externalId: 'x', name: 'y' }], ['/customer']],
    ['an unknown id', { id: '01a2011f-9c23-7ebd-b176-93490937ef58' }, ['/customer/id']],
    ['an id and more', { id: '01a2011f-9c23-7ebd-b176-93490937ef58', name: 'x' }, ['/customer']],
    ['a malformed id', { id: '7' }, ['/customer/id']],
    ['nothing', {}, ['/customer/externalId']],
    ['no name', { externalId: 'x' }, ['/customer/name']],
    ['a wrong address', { externalId: 'x', name: 'y', email: 'a@b, c@d' }, ['/customer/email']],
    ['an unknown field', { externalId: 'x', name: 'y', level: 2 }, ['/customer/level']],
  ])('is 422 when the customer is %s', async (_what, customer, pointers) => {
    const answer = await open({ ...OPEN_CASE, customer });
    expect([answer.status, pointersOf(answer.body)]).toEqual([422, pointers]);
  });

  it.each([
    ['subject', 'x'.repeat(201)],
    ['subject', 'two\nlines'],
    ['description', ''],
    ['expectedOutcome', '\u200b\u3164'],
    ['category', 'x'.repeat(65)],
    ['channel', ''],
    ['impact', 'P1'],
    ['urgency', null],
    ['receivedAt', '2026-02-30T00:00:00Z'],
    ['orderRef', 7],
    ['state', 'closed'],
    ['ownerId', 'agent-2'],
    ['revision', 2],
  ])('is 422 with a wrong %s', async (field, value) => {
    const answer = await open({ ...OPEN_CASE, [field]: value });
    expect([answer.status, answer.body.code, pointersOf(answer.body)]).toEqual([
      422,
      'invalid-fields',
      [`/${field}`],
    ]);
  });

  it.each(['agent', 'service', 'manager'] as const)('is open to a %s', async (who) => {
    expect((await open(OPEN_CASE, who)).status).toBe(201);
  });

  it('is 403 for a department, and changes no customer', async () => {
    const customer = { externalId: 'crm-never', name: 'Nobody' };
    const answer = await app.api('member:sales').post('/cases', { ...OPEN_CASE, customer });
    expect([answer.status, answer.body.code]).toEqual([403, 'actor-not-permitted']);
    const found = await app.dataSource.query(`SELECT 1 FROM customers WHERE external_id = 'crm-never'`);
    expect(found).toEqual([]);
  });

  it('happens once under one key, and not at all with another body', async () => {
    const headers = { 'idempotency-key': 'open-1' };
    const client = app.api('agent');
    const first = await client.post('/cases', OPEN_CASE, headers);
    const second = await client.post('/cases', OPEN_CASE, headers);
    expect([second.status, second.body]).toEqual([201, first.body]);
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    const other = await client.post('/cases', { ...OPEN_CASE, subject: 'Another' }, headers);
    expect([other.status, other.body.code]).toEqual([422, 'idempotency-key-reused']);
    // Keys are each principal's own.
    const stranger = await app.api('agent2').post('/cases', OPEN_CASE, headers);
    expect(stranger.body.id).not.toBe(first.body.id);
  });

  it('happens once for ten requests at the same time', async () => {
    const headers = { 'idempotency-key': 'open-2' };
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => app.api('agent').post('/cases', OPEN_CASE, headers)),
    );
    const made = answers.filter(({ status }) => status === 201).map(({ body }) => body.id);
    expect(new Set(made).size).toBe(1);
    expect(answers.map(({ status }) => status).filter((status) => status !== 201 && status !== 409)).toEqual(
      [],
    );
  });
});

describe('ownership', () => {
  it('starts the case for the agent who asks', async () => {
    const id = await openCase(app, 'service');
    const { body } = await app.api('agent2').post(`/cases/${id}/ownership`, {});
    expect([body.state, body.owner.id]).toEqual(['frontline.working', 'agent-2']);
  });

  it('hands a started case over, by a manager', async () => {
    const id = await caseIn(app, 'working');
    const { body } = await app.api('manager').post(`/cases/${id}/ownership`, { agentId: 'agent-2' });
    expect([body.state, body.owner.id]).toEqual(['frontline.working', 'agent-2']);
    const rows = (await app.api('agent').get(`/cases/${id}/journal`)).body.data;
    expect(rows.at(-1)).toMatchObject({ type: 'case.handedOver', data: { agentId: 'agent-2' } });
  });

  it('is not an agent’s to hand over', async () => {
    const id = await caseIn(app, 'working');
    const answer = await app.api('agent').post(`/cases/${id}/ownership`, { agentId: 'agent-2' });
    expect([answer.status, answer.body.code]).toEqual([403, 'actor-not-permitted']);
  });

  it.each([
    ['a manager names nobody', {}],
    ['nobody has this id', { agentId: 'nobody' }],
    ['it is the id of a department’s member', { agentId: 'sales-1' }],
  ])('is 422 when %s', async (_what, body) => {
    const id = await openCase(app, 'service');
    const answer = await app.api('manager').post(`/cases/${id}/ownership`, body);
    expect([answer.status, pointersOf(answer.body)]).toEqual([422, ['/agentId']]);
  });
});

describe('priority', () => {
  it('keeps what is not named', async () => {
    const id = await openCase(app);
    const { body } = await app
      .api('agent')
      .put(`/cases/${id}/priority`, { urgency: 'high', reason: 'Today' });
    expect([body.impact, body.urgency, body.priority]).toEqual(['medium', 'high', 'P2']);
  });

  it('follows the customer’s grade', async () => {
    const id = await openCase(app);
    const { body } = await app
      .api('agent')
      .put(`/cases/${id}/priority`, { grade: 'vip', reason: 'New contract' });
    expect([body.grade, body.priority]).toEqual(['vip', 'P2']);
  });

  it.each([
    ['nothing is named', { reason: 'x' }, ['/impact']],
    ['grade and impact are named together', { grade: 'vip', impact: 'low', reason: 'x' }, ['/grade']],
    ['a priority is named outright', { priority: 'P1', reason: 'x' }, ['/priority']],
  ])('is 422 when %s', async (_what, body, pointers) => {
    const id = await openCase(app);
    const answer = await app.api('agent').put(`/cases/${id}/priority`, body);
    expect([answer.status, pointersOf(answer.body)]).toEqual([422, pointers]);
  });
});

describe('escalation', () => {
  it.each([3, 99])('to level %i is refused by the machine, whoever asks', async (toLevel) => {
    const id = await caseIn(app, 'working2');
    const body = { department: 'finance', toLevel, purpose: 'x', expectedOutcome: 'y', evidence: ['z'] };
    for (const who of ['agent', 'member:product', 'manager', 'admin'] as const) {
      const answer = await app.api(who).post(`/cases/${id}/escalations`, body);
      expect([answer.status, answer.body.code, answer.body.level]).toEqual([
        409,
        'escalation-limit-reached',
        2,
      ]);
    }
  });

  it('without what the playbook asks for is refused, and the missing is named', async () => {
    const playbook = { evidenceRequired: true, requiredFields: { '*': ['trackingNumber'] } };
    expectStatus(await app.api('admin').put('/playbooks/lost', playbook), 200);
    const id = await openCase(app, 'agent', { ...OPEN_CASE, category: 'lost' });
    const body = { department: 'logistics', purpose: 'Please look', expectedOutcome: 'Anything' };
    const answer = await app.api('agent').post(`/cases/${id}/escalations`, body);
    expect([answer.status, answer.body.code]).toEqual([409, 'packet-incomplete']);
    expect(pointersOf(answer.body)).toEqual(['/evidence', '/fields/trackingNumber']);
  });
});

describe('a reply', () => {
  it('is recorded once per message id, whatever its key', async () => {
    const id = await caseIn(app, 'waiting');
    const message = { text: 'To the office.', messageId: '<42@mail>' };
    expectStatus(await app.api('service').post(`/cases/${id}/replies`, message), 201);
    const again = await app
      .api('service')
      .post(`/cases/${id}/replies`, message, { 'idempotency-key': 'again-42' });
    expect([again.status, again.body.code]).toEqual([409, 'duplicate-message']);
    const rows = (await app.api('agent').get(`/cases/${id}/messages`)).body.data;
    expect(rows.map(({ direction, text }: { direction: string; text: string }) => [direction, text])).toEqual(
      [
        ['out', 'Which address?'],
        ['in', 'To the office.'],
      ],
    );
  });

  it('that a machine wrote does not end the wait', async () => {
    const id = await caseIn(app, 'waiting');
    const answer = await app
      .api('service')
      .post(`/cases/${id}/replies`, { text: 'Out of office', automatic: true });
    expect([answer.status, answer.body.code, answer.body.state]).toEqual([
      409,
      'automatic-message',
      'waiting',
    ]);
  });
});

describe('merging', () => {
  it('into a case that does not exist is refused', async () => {
    const id = await openCase(app);
    const body = { primaryCaseId: '01a2011f-9c23-7ebd-b176-93490937ef58' };
    const answer = await app.api('agent').post(`/cases/${id}/merges`, body);
    expect([answer.status, answer.body.code]).toEqual([409, 'primary-not-open']);
  });

  it('into itself is refused', async () => {
    const id = await openCase(app);
    const answer = await app.api('agent').post(`/cases/${id}/merges`, { primaryCaseId: id });
    expect([answer.status, answer.body.code]).toEqual([409, 'merge-into-itself']);
  });

  it('shows on both cases', async () => {
    const [secondary, primary] = [await openCase(app), await openCase(app)];
    const { body } = await app.api('agent').post(`/cases/${secondary}/merges`, { primaryCaseId: primary });
    expect(body.mergedInto).toBe(primary);
    expect((await app.api('agent').get(`/cases/${primary}`)).body.absorbed).toEqual([secondary]);
  });
});

describe('reopening after the window', () => {
  it('opens a new case that continues the old one, once per key', async () => {
    const id = await caseIn(app, 'closed');
    const { reopenUntilAt } = (await app.api('agent').get(`/cases/${id}`)).body;
    expectStatus(await app.moveClockTo(reopenUntilAt), 200);
    const headers = { 'idempotency-key': 'reopen-1' };
    const ask = () => app.api('agent').post(`/cases/${id}/reopenings`, { reason: 'Broken again' }, headers);
    const answer = expectStatus(await ask(), 201);
    expect(answer.body).toMatchObject({ state: 'received', previousCaseId: id, description: 'Broken again' });
    expect(answer.headers.get('location')).toBe(`/api/v1/cases/${answer.body.id}`);
    expect((await app.api('agent').get(`/cases/${id}`)).body.state).toBe('closed');
    const again = await ask();
    expect([again.body.id, again.headers.get('idempotent-replayed')]).toEqual([answer.body.id, 'true']);
  });
});

describe('what happened in a case', () => {
  it('is read as a journal, in order and without gaps, with instants as text', async () => {
    const id = await caseIn(app, 'onHold');
    const { data, meta } = (await app.api('agent').get(`/cases/${id}/journal`)).body;
    expect(meta).toEqual({ hasMore: false, nextCursor: null });
    expect(data.map(({ seq }: { seq: number }) => seq)).toEqual([1, 2, 3]);
    expect(Object.keys(data[2]).sort()).toEqual([
      'actor',
      'customerVisible',
      'data',
      'fromState',
      'level',
      'occurredAt',
      'recordedAt',
      'seq',
      'toState',
      'type',
    ]);
    expect(data[2]).toMatchObject({
      type: 'case.held',
      fromState: 'frontline.working',
      actor: { kind: 'agent', id: 'agent-1' },
      data: { reviewAt: '2026-12-05T09:00:00.000Z' },
    });
  });

  it('is read as a ledger: each transition is told or silent, with the reason', async () => {
    const id = await caseIn(app, 'working');
    await app.api('agent').post(`/cases/${id}/notes`, { text: 'Internal' });
    const { data } = (await app.api('agent').get(`/cases/${id}/ledger`)).body;
    expect(
      data.map(({ type, covered }: { type: string; covered: object[] }) => [type, covered.length]),
    ).toEqual([
      ['case.opened', 1],
      ['case.started', 1],
      ['case.noted', 0],
    ]);
    expect(data[0].covered[0]).toMatchObject({
      channel: 'page',
      status: 'delivered',
      at: expect.stringMatching(/Z$/),
    });
    expect([data[0].silence, typeof data[2].silence]).toEqual([null, 'string']);
  });

  it.each(['journal', 'ledger', 'messages'])('comes in pages: %s', async (part) => {
    const id = await caseIn(app, 'waiting');
    for (const text of ['one', 'two', 'three'])
      await app.api('agent').post(`/cases/${id}/messages`, { text });
    const whole = (await app.api('agent').get(`/cases/${id}/${part}`)).body.data;
    const pages: unknown[] = [];
    for (let cursor = ''; ;) {
      const page = (await app.api('agent').get(`/cases/${id}/${part}?limit=2${cursor}`)).body;
      pages.push(...page.data);
      if (!page.meta.hasMore) break;
      cursor = `&cursor=${page.meta.nextCursor}`;
    }
    expect(pages).toEqual(whole);
  });

  it.each(['', '/journal', '/ledger', '/messages'])(
    'is hidden like what does not exist: GET /cases/{id}%s',
    async (part) => {
      const id = await caseIn(app, 'working1');
      expect((await app.api('member:logistics').get(`/cases/${id}${part}`)).status).toBe(200);
      const ids = [id, '01a2011f-9c23-7ebd-b176-93490937ef58', 'nope'];
      const answers = await Promise.all(
        ids.map((each) => app.api('lead:sales').get(`/cases/${each}${part}`)),
      );
      const same = answers.map(({ status, body }) => ({ ...body, status, traceId: 0, instance: 0 }));
      expect(same.map(({ status }) => status)).toEqual([404, 404, 404]);
      expect(same[0]).toEqual(same[1]);
    },
  );
});
