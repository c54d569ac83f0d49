// Every command on a case, over HTTP: accepted, refused by the machine, invalid, without a token, by the wrong role,
// for a case that does not exist, repeated under its key, and against a stale revision. The table is held to be
// complete by the product's own table of commands.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mayEver } from '../../src/http/auth/access.decorator.js';
import { CASE_COMMANDS } from '../../src/http/cases/case-commands.js';
import { startTestApp, type Answer, type Client, type TestApp } from '../support/app.js';
import { caseIn, expectStatus, openCase } from './case-client.js';
import type { CommandCase } from './command-case.js';
import { COMMANDS } from './command-table.js';

const ABSENT = '01a2011f-9c23-7ebd-b176-93490937ef58';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.close());

let keys = 0;
const newKey = () => `key-${++keys}`;

function send(client: Client, command: CommandCase, id: string, body: object, headers = {}): Promise<Answer> {
  const address = `/cases/${id}/${command.path.replaceAll(/\{\w\}/g, '1')}`;
  if (command.method === 'DELETE') return client.delete(address, headers);
  return command.method === 'PUT' ? client.put(address, body, headers) : client.post(address, body, headers);
}

/** The body with what only the test's own database knows. */
async function bodyOf(command: CommandCase): Promise<object> {
  return command.path === 'merges' ? { ...command.body, primaryCaseId: await openCase(app) } : command.body;
}

const named = (commands: readonly CommandCase[]) =>
  commands.map((command) => [`${command.method ?? 'POST'} ${command.path}`, command] as const);
const isSame = (one: { method: string; path: string }, command: CommandCase) =>
  one.path === command.path && one.method === (command.method ?? 'POST');
const withBody = COMMANDS.filter(({ method }) => method !== 'DELETE');

describe('the table of commands', () => {
  it('has a row here for every row there', () => {
    const key = ({ method = 'POST', path }: { method?: string; path: string }) => `${method} ${path}`;
    expect(COMMANDS.map(key).sort()).toEqual(CASE_COMMANDS.map(key).sort());
  });
});

describe('a command that the case accepts', () => {
  it.each(named(COMMANDS))(
    '%s answers with the case, its address and its revision',
    async (_name, command) => {
      const id = await caseIn(app, command.from);
      const before = (await app.api('admin').get(`/cases/${id}`)).body;
      const answer = await send(app.api(command.who), command, id, await bodyOf(command));
      expect([answer.status, answer.body.state]).toEqual([command.method ? 200 : 201, command.to]);
      expect(answer.body.revision).toBe(before.revision + 1);
      expect(answer.headers.get('etag')).toBe(`"${answer.body.revision}"`);
      expect(answer.headers.get('location')).toBe(`/api/v1/cases/${id}`);
      expect((await app.api(command.who).get(`/cases/${id}`)).body).toEqual(answer.body);
    },
  );
});

describe('a command that the machine refuses', () => {
  it.each(named(COMMANDS))('%s names the rule and where the case stands', async (_name, command) => {
    const [situation, code, who = command.who] = command.refusedIn;
    const id = await caseIn(app, situation);
    const body =
      code === 'unknown-department' ? { ...command.body, department: 'nowhere' } : await bodyOf(command);
    const before = (await app.api('admin').get(`/cases/${id}`)).body;
    const answer = await send(app.api(who), command, id, body);
    expect([answer.status, answer.body.code]).toEqual([command.refusedStatus ?? 409, code]);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    const { state, level, revision } = before;
    expect(answer.body).toMatchObject({ state, level, revision, type: `/problems/${code}` });
    expect(answer.body.allowedActions).toEqual((await app.api(who).get(`/cases/${id}`)).body.allowedActions);
    expect((await app.api('admin').get(`/cases/${id}`)).body).toEqual(before);
  });
});

describe('a command with a body that is wrong', () => {
  it.each(named(withBody.filter(({ invalid }) => invalid[1].length > 0)))(
    '%s names every faulty field and writes nothing',
    async (_name, command) => {
      const id = await caseIn(app, command.from);
      const before = (await app.api('admin').get(`/cases/${id}`)).body;
      const [body, pointers] = command.invalid;
      const answer = await send(app.api(command.who), command, id, body);
      expect([answer.status, answer.body.code]).toEqual([422, 'invalid-fields']);
      const found = answer.body.errors.map(({ pointer }: { pointer: string }) => pointer);
      expect([...found].sort()).toEqual([...pointers].sort());
      expect((await app.api('admin').get(`/cases/${id}`)).body).toEqual(before);
    },
  );

  it.each(named(withBody))('%s refuses fields that only the server sets', async (_name, command) => {
    const id = await openCase(app);
    const stolen = { state: 'closed', level: 2, revision: 99, ownerId: 'x' };
    const answer = await send(app.api(command.who), command, id, { ...(await bodyOf(command)), ...stolen });
    expect(answer.status).toBe(422);
    const found = answer.body.errors.map(({ pointer }: { pointer: string }) => pointer);
    expect(found.filter((pointer: string) => pointer.slice(1) in stolen).sort()).toEqual(
      Object.keys(stolen)
        .filter((field) => !(field in command.body))
        .map((field) => `/${field}`)
        .sort(),
    );
  });
});

describe('a command by somebody who may not', () => {
  it.each(named(COMMANDS))('%s is 401 without a token', async (_name, command) => {
    const answer = await send(app.api(null), command, ABSENT, command.body);
    expect([answer.status, answer.body.code]).toEqual([401, 'unauthenticated']);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
  });

  it.each(named(COMMANDS.filter(({ forbidden }) => forbidden !== null)))(
    '%s is 403 for a role that sees the case and has no part in it',
    async (_name, command) => {
      const id = await caseIn(app, 'dispatched1');
      const answer = await send(app.api(command.forbidden), command, id, await bodyOf(command));
      expect([answer.status, answer.body.code]).toEqual([403, 'actor-not-permitted']);
    },
  );

  it.each(named(COMMANDS))(
    '%s does not exist for a department that never had the case, or is nothing for departments at all',
    async (_name, command) => {
      const id = await caseIn(app, command.from === 'received' ? 'received' : 'working');
      const answers = await Promise.all(
        [id, ABSENT].map(async (each) => send(app.api('member:sales'), command, each, await bodyOf(command))),
      );
      const [hidden, absent] = answers.map(({ status, body }) => ({
        status,
        ...body,
        traceId: 0,
        instance: 0,
      }));
      const { events } = CASE_COMMANDS.find((one) => isSame(one, command)) ?? { events: [] };
      expect(hidden?.status).toBe(mayEver('member', events) ? 404 : 403);
      expect(hidden).toEqual(absent);
    },
  );

  it.each(named(COMMANDS.filter(({ path }) => path.includes('{'))))(
    '%s is 404 for numbers that cannot be',
    async (_name, command) => {
      const id = await caseIn(app, command.from);
      for (const number of ['0', '-1', '01', '1.0', 'x', '1000000', '%20', '1e3']) {
        const path = command.path.replaceAll(/\{\w\}/g, number);
        const answer = await send(app.api(command.who), { ...command, path }, id, command.body);
        expect([number, answer.status]).toEqual([number, 404]);
      }
    },
  );

  it.each(named(COMMANDS))('%s is 404 for ids that cannot be', async (_name, command) => {
    const ids = ['nope', ABSENT.toUpperCase(), `{${ABSENT}}`, 'x'.repeat(36), '%00', '..%2f..%2fetc', '0'];
    const answers = await Promise.all(ids.map((id) => send(app.api(command.who), command, id, command.body)));
    expect(answers.map(({ status }) => status)).toEqual(ids.map(() => 404));
  });
});

describe('a command under an Idempotency-Key', () => {
  it.each(named(COMMANDS))('%s gives the same answer again and has one effect', async (_name, command) => {
    const id = await caseIn(app, command.from);
    const headers = { 'idempotency-key': newKey() };
    const body = await bodyOf(command);
    const client = app.api(command.who);
    const first = await send(client, command, id, body, headers);
    const second = await send(client, command, id, body, {
      'idempotency-key': `"${headers['idempotency-key']}"`,
    });
    expect([second.status, second.body]).toEqual([first.status, first.body]);
    expect(second.headers.get('etag')).toBe(first.headers.get('etag'));
    expect([first, second].map((each) => each.headers.get('idempotent-replayed'))).toEqual([null, 'true']);
    expect((await app.api('admin').get(`/cases/${id}`)).body.revision).toBe(first.body.revision);
  });

  it.each(named(withBody))('%s is 422 with another body', async (_name, command) => {
    const id = await caseIn(app, command.from);
    const headers = { 'idempotency-key': newKey() };
    const body = await bodyOf(command);
    expectStatus(await send(app.api(command.who), command, id, body, headers), command.method ? 200 : 201);
    const other = await caseIn(app, command.from);
    const answer = await send(app.api(command.who), command, other, body, headers);
    expect([answer.status, answer.body.code]).toEqual([422, 'idempotency-key-reused']);
  });

  it.each(named(COMMANDS))('%s repeats its refusal, too', async (_name, command) => {
    const [situation, code, who = command.who] = command.refusedIn;
    const id = await caseIn(app, situation);
    const body =
      code === 'unknown-department' ? { ...command.body, department: 'nowhere' } : await bodyOf(command);
    const headers = { 'idempotency-key': newKey() };
    const first = await send(app.api(who), command, id, body, headers);
    const second = await send(app.api(who), command, id, body, headers);
    expect([second.status, second.body]).toEqual([first.status, first.body]);
    expect(second.headers.get('idempotent-replayed')).toBe('true');
  });
});

describe('a command that names a revision', () => {
  it.each(named(COMMANDS))('%s is 412 when the case has moved on', async (_name, command) => {
    const id = await caseIn(app, command.from);
    const { revision, state } = (await app.api('admin').get(`/cases/${id}`)).body;
    const body = await bodyOf(command);
    const stale = { 'if-match': `"${revision + 1}"` };
    const answer = await send(app.api(command.who), command, id, body, stale);
    expect([answer.status, answer.body.code]).toEqual([412, 'revision-stale']);
    expect(answer.body).toMatchObject({ state, revision });
    expect(answer.headers.get('etag')).toBe(`"${revision}"`);
    const fresh = { 'if-match': `"${revision}"` };
    expect((await send(app.api(command.who), command, id, body, fresh)).status).toBe(
      command.method ? 200 : 201,
    );
  });
});
