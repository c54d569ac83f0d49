// What is answered about people and customers, held against the contract: over the demo, where all of it is filled in.
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as formats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { startTestApp, type TestApp } from '../support/app.js';

type Node = { [key: string]: unknown };

let app: TestApp;
let contract: {
  paths: Record<string, Record<string, { responses: Node }>>;
  components: { schemas: Node };
};
let ajv: Ajv2020;
const ids: Record<string, string> = {};
beforeAll(async () => {
  app = await startTestApp({ demo: '1' });
  contract = (await app.api(null).get('/openapi.json')).body;
  ajv = new Ajv2020({ strict: false, allErrors: true });
  (formats.default as unknown as { default: (target: Ajv2020) => void }).default(ajv);
  ajv.addSchema(strictly(contract) as object, 'contract');
  const { data } = (await app.api('manager').get('/cases?limit=100')).body;
  const about = (words: string) => data.find((one: { subject: string }) => one.subject.includes(words));
  for (const [name, words] of Object.entries({
    chased: 'has not been sent',
    rated: '异味',
    promised: '到府維修',
  })) {
    ids[`${name}Case`] = about(words).id;
    ids[`${name}Customer`] = about(words).customer.id;
  }
});
afterAll(() => app?.close());

/** Objects of the document hold what it names, and nothing more. */
function strictly(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(strictly);
  if (typeof node !== 'object' || node === null) return node;
  const inner = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, strictly(value)]));
  const isClosed = inner['type'] === 'object' && inner['properties'] && !('additionalProperties' in inner);
  return isClosed ? { ...inner, additionalProperties: false } : inner;
}

const pointer = (path: string, method: string, status: number) =>
  `contract#/paths/${encodeURIComponent(path).replaceAll('%2F', '~1')}/${method}/responses/${status}/content/application~1json/schema`;

function faults(path: string, body: unknown, method = 'get', status = 200): string[] {
  const check = ajv.getSchema(pointer(path, method, status));
  if (!check) return [`${method} ${path} is not in the contract`];
  if (check(body)) return [];
  return (check.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

describe('an answer about people', () => {
  it.each([
    ['/api/v1/customers', '/customers'],
    ['/api/v1/customers/{id}', '/customers/ratedCustomer'],
    ['/api/v1/customers/{id}', '/customers/promisedCustomer'],
    ['/api/v1/customers/{id}', '/customers/chasedCustomer'],
    ['/api/v1/customers/{id}/duplicates', '/customers/chasedCustomer/duplicates'],
    ['/api/v1/cases/{id}/context', '/cases/chasedCase/context'],
    ['/api/v1/cases/{id}/context', '/cases/promisedCase/context'],
    ['/api/v1/cases/{id}/routing', '/cases/ratedCase/routing'],
    ['/api/v1/staff', '/staff'],
    ['/api/v1/staff/me', '/staff/me'],
    ['/api/v1/staff/{id}', '/staff/logistics-1'],
    ['/api/v1/directory/contacts', '/directory/contacts?q=refund'],
  ])('is as the contract has it, with nothing more: GET %s as %s', async (path, address) => {
    const named = address.replace(/\w+(Case|Customer)(?=\/|$)/, (name) => ids[name] ?? name);
    const { status, body } = await app.api('admin').get(named);
    expect([status, faults(path, body)]).toEqual([200, []]);
  });

  it('is as the contract has it after a change too', async () => {
    const admin = app.api('admin');
    const put = await admin.put(`/customers/${ids['ratedCustomer']}`, { grade: 'vip' });
    const posted = await admin.post('/customers', { externalId: 'contract', name: 'C' });
    const merged = await admin.post(`/customers/${ids['ratedCustomer']}/merges`, {
      otherId: posted.body.id,
      reason: 'one person',
    });
    const staff = await admin.put('/staff/contract-1', { name: 'C', role: 'agent' });
    const preview = await admin.post('/routing/preview', { category: 'refund', channel: 'web' });
    expect([
      faults('/api/v1/customers/{id}', put.body, 'put'),
      faults('/api/v1/customers', posted.body, 'post', 201),
      faults('/api/v1/customers/{id}/merges', merged.body, 'post', 201),
      faults('/api/v1/staff/{id}', staff.body, 'put'),
      faults('/api/v1/routing/preview', preview.body, 'post'),
    ]).toEqual([[], [], [], [], []]);
  });

  it('shows of the demo’s customers what their cases tell', async () => {
    const read = async (name: string) => (await app.api('agent').get(`/customers/${ids[name]}`)).body;
    const [rated, promised, chased] = await Promise.all(
      ['ratedCustomer', 'promisedCustomer', 'chasedCustomer'].map(read),
    );
    expect(rated.ratings).toMatchObject({ count: 1, average: 2, last: { score: 2, recommend: 4 } });
    expect(rated.compensations.list).toMatchObject([{ state: 'proposed', amountMinor: 32_000 }]);
    expect(promised.promises.counts.open).toBe(1);
    expect([chased.chases, chased.othersInAccount]).toEqual([5, 1]);
    const { openPromises } = (await app.api('agent').get(`/cases/${ids['promisedCase']}/context`)).body;
    expect(openPromises).toMatchObject([{ n: 1, state: 'open', caseId: ids['promisedCase'] }]);
  });
});

describe('whatever is said of people', () => {
  const SEEDS = {
    'POST /customers': {
      externalId: 'fuzz',
      name: 'F',
      email: 'f@example.com',
      preferences: { optOut: ['sms'] },
    },
    'PUT /customers/ratedCustomer': { name: 'F', grade: 'key', reason: 'x', account: 'A' },
    'POST /customers/ratedCustomer/merges': { otherId: '01a2011f-9c23-7ebd-b176-93490937ef58', reason: 'x' },
    'PUT /staff/fuzz': { name: 'F', role: 'member', department: 'sales', skills: ['a'], capacity: 1 },
    'PUT /routing-rules/default': {
      assignOwner: false,
      rules: [{ name: 'f', when: { category: ['a'] }, department: 'sales', why: 'x', person: 'leastLoaded' }],
    },
    'PUT /departments/fuzz': {
      publicName: { en: 'a', 'zh-CN': 'b', 'zh-TW': 'c' },
      answersFor: 'x',
      lead: 'sales-lead',
      deputies: ['sales-1'],
    },
    'POST /routing/preview': { category: 'a', channel: 'b', subject: 'c' },
  } as const;

  it('is taken or refused, and never a failure of ours: 400 bodies', async () => {
    const nasty = fc.oneof(
      fc.constantFrom<unknown>(
        null,
        '',
        ' ',
        '\u200b',
        '\u0000',
        '\ud800',
        2 ** 53,
        -1,
        1.5,
        [],
        {},
        [[]],
        [null],
      ),
      fc.constantFrom<unknown>(
        'constructor',
        '__proto__',
        "'; DROP TABLE staff;--",
        '９',
        'ﷺ',
        'x'.repeat(10_001),
      ),
      fc.jsonValue({ maxDepth: 3 }),
    );
    const asked = fc
      .constantFrom(...(Object.keys(SEEDS) as (keyof typeof SEEDS)[]))
      .chain((route) =>
        fc.tuple(
          fc.constant(route),
          fc.dictionary(fc.constantFrom(...Object.keys(SEEDS[route]), 'x'), nasty, { maxKeys: 3 }),
        ),
      );
    await fc.assert(
      fc.asyncProperty(asked, async ([route, changes]) => {
        const [method, path] = route.split(' ') as ['POST' | 'PUT', string];
        const address = path.replace('ratedCustomer', ids['ratedCustomer'] ?? '');
        const body = { ...SEEDS[route], ...changes };
        const { status } = await app.api('admin')[method === 'PUT' ? 'put' : 'post'](address, body);
        expect([route, status < 500]).toEqual([route, true]);
      }),
      { seed: 20_260_302, numRuns: 400 },
    );
  });
});
