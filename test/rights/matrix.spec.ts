// Every address × every asker × every way of standing to a case, asked of a running node and held to docs/rights.md
// (reliability.md S1, I14). The page is made from the policy; here the node shows that it keeps to it.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TokenName } from '../../src/app/demo/demo-directory.js';
import { RouteTable } from '../../src/http/route-table.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { addressOf, bodyOf, mayBeAbsent } from './requests.js';
import { linesOf, type Line, type Outcome } from './rights-page.js';
import { ask, inParallel, situations, type Situation, type Standing } from './rights-house.js';

/** The column of the page, and whose token stands for it. The owner of the cases is `agent`. */
const ROLES: readonly (readonly [column: string, who: TokenName])[] = [
  ['agent', 'agent'],
  ['agent', 'agent2'],
  ['manager', 'manager'],
  ['admin', 'admin'],
  ['service', 'service'],
];
const DEPARTMENTAL = ['member', 'lead'] as const;
const LEADS = ['lead'] as const;
const STANDINGS: readonly Standing[] = ['handling', 'engaged', 'former', 'none'];
const NO_LINK = 'x'.repeat(43);

const roles = linesOf('Roles');
const bound = linesOf('Departments and a case');
const tasks = linesOf('Departments and a task');

let app: TestApp;
let cases: Record<'open' | 'closed' | 'merged' | 'erased', Situation>;
beforeAll(async () => {
  app = await startTestApp({ env: { POOL_SIZE: '10' } });
  cases = await situations(app);
});
afterAll(() => app?.close());

interface Question {
  readonly line: Line;
  readonly token: string | null;
  readonly expected: Outcome;
  readonly on: Situation;
  /** For a failure's text. */
  readonly who: string;
}

/** Whether an answer is what the page promises. */
function keeps({ expected, line: { url }, on }: Question, status: number): boolean {
  // A public page may ask for something of its own, such as a signature.
  if (expected === 'page') return status !== 403 && (status !== 401 || url.startsWith('/api/v1/inbound'));
  if (expected === 'yes') {
    // Files go with the person.
    const mayLack = mayBeAbsent(url) || (on.name === 'erased' && url.includes(':attachmentId'));
    return status < 500 && ![401, 403, ...(mayLack ? [] : [404])].includes(status);
  }
  // Whatever was meant to be done there, a reader is sent to the page of the link, which does not exist.
  if (url === '/s/:token/:action') return status === 303;
  return status === Number(expected);
}

/** @returns what the node did not keep to, in words. */
async function broken(questions: readonly Question[]): Promise<string[]> {
  const answers = await inParallel(questions, async (question) => {
    const { line, token, expected, on, who } = question;
    const { body } = bodyOf(line.method, line.url, on);
    const { status, code } = await ask(app, token, line.method, addressOf(line.url, on), body);
    const told = `${line.method} ${line.url} by ${who} (${on.name}): ${expected}, but ${status} ${code ?? ''}`;
    return keeps(question, status) ? [] : [told];
  });
  return answers.flat().sort();
}

/** Of the open case; without a link to it, unless one is given. */
const byRole = (column: string, token: string | null, who: string, link = NO_LINK): Question[] =>
  roles
    .filter(({ outcomes }) => outcomes[column] !== 'case')
    .map((line) => {
      const on = { ...cases.open, token: link };
      return { line, token, expected: line.outcomes[column] ?? '', on, who };
    });

/** Of what has ended by leads alone, who may all that members may. */
const byStanding = (on: Situation): Question[] =>
  STANDINGS.flatMap((standing) => on.places[standing].map((department) => ({ standing, department })))
    .flatMap((place) => (on === cases.open ? DEPARTMENTAL : LEADS).map((kind) => ({ ...place, kind })))
    .flatMap(({ standing, department, kind }) => {
      const who = `${kind}:${department}` as TokenName;
      const of = (lines: readonly Line[], column: string) =>
        lines.map((line) => {
          const expected = line.outcomes[`${kind} ${column}`] ?? '';
          return { line, token: app.tokens[who], expected, on, who };
        });
      return [...of(bound, standing), ...of(tasks, department === 'logistics' ? 'own' : 'foreign')];
    });

describe('the page of rights', () => {
  it('has every address of the node, and no other', () => {
    const served = app
      .get(RouteTable)
      .all()
      .flatMap(({ url, methods }) => methods.map((method) => `${method} ${url}`))
      .filter((route) => !route.startsWith('HEAD '));
    expect(roles.map(({ method, url }) => `${method} ${url}`).sort()).toEqual(served.sort());
  });

  it('is no small page', () => {
    expect(roles.length).toBeGreaterThan(120);
    expect(bound.length).toBeGreaterThan(60);
    expect(tasks.length).toBe(7);
  });
});

describe('every address', () => {
  it.each(ROLES)('meets %s (%s) as the page says', async (column, who) => {
    expect(await broken(byRole(column, app.tokens[who], who))).toEqual([]);
  });

  it.each(DEPARTMENTAL)('meets a %s as the page says, where no case decides', async (kind) => {
    expect(await broken(byRole(kind, app.tokens[`${kind}:logistics`], kind))).toEqual([]);
  });

  it('is closed to nobody in particular, and to a customer beyond the own link', async () => {
    const { token } = cases.open;
    expect(await broken(byRole('nobody', null, 'nobody'))).toEqual([]);
    expect(await broken(byRole('link', token, 'a customer', token))).toEqual([]);
  });
});

describe('a case, and where a department stands to it', () => {
  it.each(['open', 'closed', 'merged', 'erased'] as const)('decides as the page says: %s', async (name) => {
    const questions = byStanding(cases[name]);
    expect(questions.length).toBeGreaterThan(120);
    expect(await broken(questions)).toEqual([]);
  });
});

describe('a customer’s link', () => {
  it.each([
    ['open', 200],
    ['closed', 200],
    ['merged', 200],
    ['erased', 410],
  ] as const)('to a case that is %s answers %d, and names no other case', async (name, expected) => {
    const { caseId, token } = cases[name];
    const { status, body } = await app.api(null).get(`/status/${token}`);
    const others = Object.values(cases).filter((one) => one.caseId !== caseId);
    // Above, the link of the open case was used as often as it may be within a minute.
    expect([expected, name === 'open' ? 429 : expected]).toContain(status);
    expect(others.filter((one) => JSON.stringify(body).includes(one.caseId))).toEqual([]);
  });
});

describe('another spelling of an address', () => {
  /** For whom an address is closed although they hold a credential. */
  const deniedTo = ({ outcomes }: Line) => ROLES.find(([column]) => outcomes[column] === '403')?.[1] ?? null;

  it('opens none: HEAD, slashes, dots, letter case, encodings', async () => {
    const closed = roles.filter(({ outcomes }) => outcomes['nobody'] === '401');
    const asked = closed.flatMap((line) => {
      const path = addressOf(line.url, cases.open);
      const spelt = [
        `${path}/`,
        `/${path}`,
        path.replaceAll('/', '//'),
        path.toUpperCase(),
        path.replace('/api', '/API'),
        `${path}%2f`,
        path.replace(/(?<=.)\/(?=[^/]*$)/, '%2F'),
        `${path}/.`,
        `${path};x=1`,
        `${path}%00`,
      ].filter((spelling) => spelling !== path);
      const who = deniedTo(line);
      const { method } = line;
      // Where somebody with a credential is turned away, that one tries; else somebody without.
      const token = who === null ? null : app.tokens[who];
      return [
        ...spelt.map((spelling) => ({ method, path: spelling, token })),
        ...(method === 'GET' ? [{ method: 'HEAD', path, token }] : []),
      ];
    });
    expect(asked.length).toBeGreaterThan(1_000);
    const opened = await inParallel(asked, async ({ method, path, token }) => {
      const { status } = await ask(app, token, method, path);
      return status >= 400 && status < 500 ? [] : [`${method} ${path}: ${status}`];
    });
    expect(opened.flat()).toEqual([]);
  });

  it('is not taken from a header', async () => {
    const { caseId } = cases.open;
    const overrides = {
      'x-http-method-override': 'GET',
      'x-http-method': 'GET',
      'x-method-override': 'GET',
      'x-original-url': '/health/live',
      'x-rewrite-url': '/health/live',
      'x-forwarded-user': 'admin-1',
      'x-user-id': 'admin-1',
    };
    const answers = await Promise.all([
      ask(app, null, 'GET', '/api/v1/cases', undefined, overrides),
      ask(app, app.tokens['member:product'], 'GET', `/api/v1/cases/${caseId}`, undefined, overrides),
      ask(app, app.tokens.agent, 'PUT', '/api/v1/departments/logistics', {}, overrides),
      ask(app, app.tokens.agent, 'POST', `/api/v1/cases/${caseId}/decisions`, {}, overrides),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([401, 404, 403, 403]);
  });
});
