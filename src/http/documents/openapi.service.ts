/**
 * The OpenAPI document, made from the routes themselves: what the decorators say, with what is the same everywhere
 * added by rule (security, problem answers), so that no route can forget it.
 */
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { HttpOptions } from '../http-options.js';
import { PROBLEM_TYPES } from '../problems/problem-types.js';
import { PUBLIC_EXTENSION } from './public-extension.js';

/** @param app created; need not listen. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const { version } = app.get(HttpOptions);
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Case escalation')
    .setDescription(DESCRIPTION)
    .setVersion(version)
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/', 'This installation')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key.' }, 'bearer')
    .addApiKey(
      {
        type: 'apiKey',
        in: 'header',
        name: 'X-API-Key',
        description: 'The same API key. Both: it must be one.',
      },
      'apiKey',
    )
    .addSecurityRequirements('bearer')
    .addSecurityRequirements('apiKey')
    .build();
  const document = SwaggerModule.createDocument(app, config);
  const components = (document.components ??= {});
  components.schemas = { ...components.schemas, Problem: PROBLEM_SCHEMA as never };
  const used = new Set<number>();
  for (const item of Object.values(document.paths)) {
    for (const [method, operation] of Object.entries(item)) {
      if (METHODS.has(method)) completeOperation(method, operation as Operation, used);
    }
  }
  components.responses = Object.fromEntries(
    [...used].sort().map((status) => [`Problem${status}`, problemResponse(status)]),
  ) as never;
  return withoutNullable(document) as OpenAPIObject;
}

const DESCRIPTION = `Cross-department escalation of customer cases: at most two levels, durable deadlines, and a
customer who hears of every step.

Commands are POSTs of nouns under a case. Send an \`Idempotency-Key\` to make one safe to repeat, and \`If-Match\`
with the case's ETag to make it safe against a lost update. Every error is a problem document (RFC 9457); a refusal
(409) names the rule and says what the case accepts now.`;

const METHODS: ReadonlySet<string> = new Set(['get', 'put', 'post', 'delete', 'patch']);

interface Operation {
  parameters?: { in: string; name: string }[];
  requestBody?: unknown;
  security?: object[];
  responses: Record<string, unknown>;
  [extension: string]: unknown;
}

function completeOperation(method: string, operation: Operation, used: Set<number>): void {
  const isPublic = operation[PUBLIC_EXTENSION] === true;
  delete operation[PUBLIC_EXTENSION];
  if (isPublic) operation.security = [];
  for (const status of problemsOf(method, operation, isPublic)) {
    used.add(status);
    operation.responses[status] ??= { $ref: `#/components/responses/Problem${status}` };
  }
}

/** Which problems an operation can answer with, from its shape. */
function problemsOf(
  method: string,
  { parameters = [], requestBody }: Operation,
  isPublic: boolean,
): number[] {
  const has = (where: string, name?: string) =>
    parameters.some((parameter) => parameter.in === where && (name === undefined || parameter.name === name));
  const isCommand = has('header', 'Idempotency-Key');
  return [
    ...(requestBody || isCommand || has('query') ? [400] : []),
    ...(isPublic ? [] : [401]),
    ...(isPublic || method === 'get' ? [] : [403]),
    ...(has('path') ? [404] : []),
    406,
    ...(isCommand ? [409] : []),
    ...(has('header', 'If-Match') ? [412] : []),
    ...(requestBody ? [413, 415] : []),
    ...(requestBody || isCommand ? [422] : []),
    429,
    500,
    503,
  ];
}

const PROBLEM_SCHEMA = {
  type: 'object',
  description:
    'RFC 9457. Refusals by the machine have `state`, `level`, `revision` and `allowedActions` as well.',
  required: ['type', 'title', 'status', 'detail', 'code', 'traceId'],
  properties: {
    type: { type: 'string', format: 'uri-reference', example: '/problems/escalation-limit-reached' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    instance: { type: 'string', format: 'uri-reference' },
    code: { type: 'string', enum: Object.keys(PROBLEM_TYPES) },
    traceId: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'code', 'message'],
        properties: {
          pointer: { type: 'string', example: '/purpose' },
          code: { type: 'string', example: 'required' },
          message: { type: 'string' },
        },
      },
    },
    state: { type: 'string' },
    level: { type: 'integer', enum: [0, 1, 2] },
    revision: { type: 'integer' },
    allowedActions: { type: 'array', items: { type: 'string' } },
  },
};

function problemResponse(status: number): object {
  const codes = Object.entries(PROBLEM_TYPES).filter(([, type]) => type.status === status);
  const [code, { title }] = codes[0] as (typeof codes)[number];
  const example = {
    type: `/problems/${code}`,
    title,
    status,
    detail: title,
    code,
    traceId: '0af7651916cd43dd8448eb211c80319c',
  };
  return {
    description: codes.length === 1 ? title : codes.map(([each]) => `\`${each}\``).join(', '),
    content: {
      'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' }, example },
    },
  };
}

/** OpenAPI 3.1 is JSON Schema: null is a type. What Nest's module leaves in the form of 3.0 is turned here. */
function withoutNullable(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutNullable);
  if (typeof node !== 'object' || node === null) return node;
  const { nullable, ...rest } = Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, withoutNullable(value)]),
  );
  if (nullable !== true) return nullable === undefined ? rest : { ...rest };
  const { description, ...schema } = rest;
  if (typeof schema['type'] !== 'string') {
    return { oneOf: [schema, { type: 'null' }], ...(description === undefined ? {} : { description }) };
  }
  const values = Array.isArray(schema['enum']) ? { enum: [...(schema['enum'] as unknown[]), null] } : {};
  return { ...rest, type: [schema['type'], 'null'], ...values };
}
