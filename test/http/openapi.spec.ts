// The contract document: whole, well-formed, true. Answers of the running application are held against it.
import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as formats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CASE_COMMANDS } from '../../src/http/cases/case-commands.js';
import { PROBLEM_TYPES } from '../../src/http/problems/problem-types.js';
import { RouteTable } from '../../src/http/route-table.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { caseIn, openCase, type Situation } from './case-client.js';

interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  security?: object[];
  parameters: { name: string; in: string }[];
  requestBody?: { required?: boolean; content: Record<string, { schema: { $ref?: string } }> };
  responses: Record<string, { $ref?: string; content?: Record<string, { schema: object }> }>;
}
interface Contract {
  openapi: string;
  servers: object[];
  security: object[];
  info: { license: object };
  paths: Record<string, Record<string, Operation>>;
  components: {
    schemas: Record<string, object>;
    responses: Record<string, unknown>;
    securitySchemes: object;
  };
}

let app: TestApp;
let contract: Contract;
let ajv: Ajv2020;
beforeAll(async () => {
  app = await startTestApp();
  contract = (await app.api(null).get('/openapi.json')).body;
  ajv = new Ajv2020({ strict: false, allErrors: true });
  (formats.default as unknown as { default: (target: Ajv2020) => void }).default(ajv);
  ajv.addSchema(contract, 'contract');
});
afterAll(() => app?.close());

const problemsOf = ({ responses }: Operation) =>
  Object.keys(responses)
    .map(Number)
    .filter((status) => status >= 400);

const operations = () =>
  Object.entries(contract.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  );

/** Faults of a value against a schema of the document, as short lines. */
function faults(schema: object, value: unknown): string[] {
  const check = ajv.compile(inContract(schema) as object);
  if (check(value)) return [];
  return (check.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** References point into the document, wherever the schema was taken from. */
function inContract(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(inContract);
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [
      key,
      key === '$ref' ? `contract${String(value)}` : inContract(value),
    ]),
  );
}

const schemaOf = (path: string, method: string, status: number) =>
  contract.paths[path]?.[method]?.responses[status]?.content?.['application/json']?.schema ?? { not: {} };

describe('the contract', () => {
  it('is OpenAPI 3.1 with a server, a licence and two ways to authenticate', () => {
    expect(contract.openapi).toBe('3.1.0');
    expect(contract.servers).toEqual([{ url: '/', description: 'This installation' }]);
    expect(contract.info.license).toMatchObject({ name: 'Apache-2.0' });
    expect(contract.security).toEqual([{ bearer: [] }, { apiKey: [] }]);
  });

  it('names every route of the API that exists, and no other', () => {
    const documented = operations()
      .map(({ path, method }) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`)
      .sort();
    const excluded =
      /^\w+ (\/docs|\/problems|\/openapi\.json|\/assets|\/mailbox|\/login|\/logout|\/demo-issuer|\/s\/|\/?$)/;
    const existing = app
      .get(RouteTable)
      .all()
      .flatMap(({ url, methods }) => methods.map((method) => `${method} ${url}`))
      .filter((route) => !route.startsWith('HEAD ') && !excluded.test(route))
      .sort();
    expect(documented).toEqual(existing);
  });

  it('gives each operation an id of its own, a summary, a tag and its problems', () => {
    const all = operations();
    const ids = all.map(({ operation }) => operation.operationId);
    expect(ids.filter((id, n) => ids.indexOf(id) !== n)).toEqual([]);
    expect(all.filter(({ operation }) => !operation.summary || operation.tags.length === 0)).toEqual([]);
    expect(all.filter(({ operation }) => problemsOf(operation).length === 0)).toEqual([]);
  });

  it.each([
    ['get', '/health/live', [414]],
    ['get', '/api/v1/me', [401, 406, 414, 429, 503]],
    ['get', '/api/v1/cases', [400, 401, 406, 414, 429, 503]],
    ['get', '/api/v1/cases/{id}', [400, 401, 404, 406, 414, 429, 503]],
    ['get', '/api/v1/deliveries', [400, 401, 403, 406, 414, 429, 503]],
    ['put', '/clock', [400, 401, 403, 409, 413, 414, 415, 422, 429, 503]],
    ['get', '/api/v1/status/{token}', [400, 404, 406, 410, 414, 429, 503]],
    ['post', '/api/v1/cases/{id}/notes', [400, 401, 403, 404, 406, 409, 412, 413, 414, 415, 422, 429, 503]],
  ])('names the problems of %s %s, and none that cannot occur', (method, path, expected) => {
    expect(problemsOf(contract.paths[path]?.[method] as Operation)).toEqual(expected);
  });

  it('closes every body, and leaves every answer open to new fields', () => {
    const isClosed = (name: string) => 'additionalProperties' in (contract.components.schemas[name] ?? {});
    expect(['OpenCaseDto', 'CustomerRefDto', 'ReasonDto'].map(isClosed)).toEqual([true, true, true]);
    expect(['CaseDto', 'JournalRowDto', 'Problem'].map(isClosed)).toEqual([false, false, false]);
    const isRequired = (command: string) =>
      contract.paths[`/api/v1/cases/{id}/${command}`]?.['post']?.requestBody?.required;
    expect([isRequired('notes'), isRequired('acceptances')]).toEqual([true, false]);
  });

  it('asks for a token everywhere but on the public routes', () => {
    const open = operations()
      .filter(({ operation }) => operation.security !== undefined)
      .map(({ path }) => path);
    expect(
      open.filter((path) => !/^\/(health|metrics|api\/v1\/(status|inbound\/messages))/.test(path)),
    ).toEqual([]);
  });

  it('describes each command with its body, its headers and the case as the answer', () => {
    for (const { path, method, body } of CASE_COMMANDS) {
      const operation = contract.paths[`/api/v1/cases/{id}/${path}`]?.[method.toLowerCase()];
      const names = operation?.parameters.map(({ name }) => name) ?? [];
      expect([path, names]).toEqual([path, expect.arrayContaining(['id', 'Idempotency-Key', 'If-Match'])]);
      const sent = operation?.requestBody?.content['application/json']?.schema.$ref;
      if (method !== 'DELETE') expect(sent).toBe(`#/components/schemas/${body.name}`);
      const answer = operation?.responses[method === 'POST' ? 201 : 200];
      expect(answer?.content?.['application/json']?.schema).toEqual({ $ref: '#/components/schemas/CaseDto' });
      expect(Object.keys(operation?.responses ?? {})).toEqual(
        expect.arrayContaining(['400', '401', '403', '404', '409', '412', '422', '503']),
      );
    }
  });

  it('resolves every reference within itself, and uses no word of 3.0', () => {
    const text = JSON.stringify(contract);
    expect(text).not.toContain('"nullable"');
    const known = contract.components as unknown as Record<string, Record<string, unknown>>;
    const references = [...text.matchAll(/"\$ref":"([^"]*)"/g)].map(([, reference]) => reference as string);
    const lost = references.filter((reference) => {
      const [, kind, name] = /^#\/components\/(\w+)\/(\w+)$/.exec(reference) ?? [];
      return kind === undefined || known[kind]?.[name as string] === undefined;
    });
    expect([references.length > 100, [...new Set(lost)]]).toEqual([true, []]);
  });

  it('is made of classes that share no name, or one would be described as the other', () => {
    const files = readdirSync('src/http', { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts'),
    );
    const names = files.flatMap((name) =>
      [...readFileSync(`src/http/${name}`, 'utf8').matchAll(/class (\w+Dto)\b/g)].map(
        ([, found]) => found as string,
      ),
    );
    expect(names.filter((name, n) => names.indexOf(name) !== n)).toEqual([]);
  });

  it('gives examples that are valid', () => {
    for (const [name, schema] of Object.entries(contract.components.schemas)) {
      for (const [field, property] of Object.entries((schema as { properties?: object }).properties ?? {})) {
        const { example, ...rest } = property as { example?: unknown };
        if (example !== undefined) expect([name, field, faults(rest, example)]).toEqual([name, field, []]);
      }
    }
  });
});

describe('an answer of the application', () => {
  it.each([
    'received',
    'working1',
    'dispatched2',
    'returned',
    'waiting',
    'onHold',
    'attention',
    'resolved',
    'closed',
    'arbitration',
    'consulted',
    'agreed',
    'promised',
    'compensationApproved',
    'moreTimeAsked',
    'callAsked',
    'rated',
  ] as Situation[])('is a case as the contract has it, with nothing more: %s', async (situation) => {
    const id = await caseIn(app, situation);
    const { body } = await app.api('agent').get(`/cases/${id}`);
    expect(faults(schemaOf('/api/v1/cases/{id}', 'get', 200), body)).toEqual([]);
    expect(undocumented({ $ref: '#/components/schemas/CaseDto' }, body)).toEqual([]);
  });

  it.each([
    ['/api/v1/cases', '/cases'],
    ['/api/v1/cases/{id}/journal', '/cases/ID/journal'],
    ['/api/v1/cases/{id}/ledger', '/cases/ID/ledger'],
    ['/api/v1/cases/{id}/messages', '/cases/ID/messages'],
    ['/api/v1/tasks', '/tasks'],
    ['/api/v1/tasks/counts', '/tasks/counts'],
    ['/api/v1/me', '/me'],
    ['/api/v1/departments', '/departments'],
    ['/api/v1/playbooks', '/playbooks'],
    ['/health/live', '/health/live'],
    ['/health/ready', '/health/ready'],
  ])('is as the contract has it: GET %s', async (path, address) => {
    const id = await caseIn(app, 'dispatched1');
    const { status, body } = await app.api('manager').get(address.replace('ID', id));
    expect(status).toBe(200);
    expect(faults(schemaOf(path, 'get', 200), body)).toEqual([]);
  });

  it('is a problem as the contract has it, for a refusal and for faulty fields', async () => {
    const id = await openCase(app);
    const answers = [
      await app.api('manager').post(`/cases/${id}/decisions`, { decision: 'grant', solution: 'x' }),
      await app.api('agent').post(`/cases/${id}/notes`, { text: 5 }),
      await app.api('agent').get('/cases/nope'),
      await app.api(null).get('/cases'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([409, 422, 404, 401]);
    const schema = { $ref: '#/components/schemas/Problem' };
    expect(answers.map(({ body }) => faults(schema, body))).toEqual([[], [], [], []]);
  });
});

/** Members of a value that its schema does not name. */
function undocumented(schema: object, value: unknown, at = ''): string[] {
  const { $ref, oneOf, allOf } = schema as { $ref?: string; oneOf?: object[]; allOf?: object[] };
  if ($ref)
    return undocumented(contract.components.schemas[$ref.split('/').at(-1) as string] ?? {}, value, at);
  const inner = (oneOf ?? allOf)?.[0];
  if (inner) return value === null ? [] : undocumented(inner, value, at);
  if (Array.isArray(value)) {
    const { items } = schema as { items?: object };
    return items ? value.flatMap((item, n) => undocumented(items, item, `${at}/${n}`)) : [];
  }
  const { properties } = schema as { properties?: Record<string, object> };
  if (typeof value !== 'object' || value === null || !properties) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    properties[key] ? undocumented(properties[key], item, `${at}/${key}`) : [`${at}/${key}`],
  );
}

describe('the page of the contract', () => {
  it('loads its script from here, and nothing from anywhere else', async () => {
    const page = await app.api(null).get('/docs');
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.body).not.toMatch(/https?:/);
    for (const [, source] of page.body.matchAll(/src="([^"]+)"/g)) {
      const response = await fetch(`${app.url}${source}`);
      expect([source, response.status, response.headers.get('content-type')]).toEqual([
        source,
        200,
        'text/javascript; charset=utf-8',
      ]);
      await response.arrayBuffer();
    }
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).not.toMatch(/https?:|\*|unsafe-eval/);
    expect(policy).toContain("script-src 'self'");
  });
});

describe('the page of a problem', () => {
  it('exists for every code, and for no other', async () => {
    for (const [code, { status }] of Object.entries(PROBLEM_TYPES)) {
      const page = await app.api(null).get(`/problems/${code}`);
      expect([code, page.status]).toEqual([code, 200]);
      expect(page.body).toContain(`${code}</a> (${status})`);
    }
    expect((await app.api(null).get('/problems')).body).toContain('escalation-limit-reached');
    expect((await app.api(null).get('/problems/constructor')).status).toBe(404);
  });
});
