/**
 * The OpenAPI document, made from the routes themselves: what the decorators say, with what is the same everywhere
 * added by rule (security, problem answers), so that no route can forget it.
 */
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { HttpOptions } from '../http-options.js';
import {
  PROBLEM_HEADERS,
  PROBLEM_SCHEMA,
  problemResponse,
  problemsOf,
  type Shape,
} from './problem-answers.js';
import { LIMITED_EXTENSION, PUBLIC_EXTENSION } from './public-extension.js';
import { TAGS } from './tags.js';

/** @param app created; need not listen. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const { version } = app.get(HttpOptions);
  const builder = new DocumentBuilder()
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
    .addSecurityRequirements('apiKey');
  for (const [name, about] of Object.entries(TAGS)) builder.addTag(name, about);
  const config = builder.build();
  const document = SwaggerModule.createDocument(app, config, {
    autoTagControllers: false,
    operationIdFactory: operationIdOf,
  });
  const used = new Set<number>();
  for (const [path, item] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(item)) {
      if (!METHODS.has(method)) continue;
      for (const status of completeOperation(path, method, operation as Operation)) used.add(status);
    }
  }
  document.components = {
    ...document.components,
    schemas: { ...document.components?.schemas, Problem: PROBLEM_SCHEMA as never },
    headers: PROBLEM_HEADERS as never,
    responses: Object.fromEntries(
      [...used].sort().map((status) => [`Problem${status}`, problemResponse(status)]),
    ) as never,
  };
  completeBodies(document);
  for (const name of OPEN_SCHEMAS) Object.assign(document.components.schemas?.[name] ?? {}, OPEN);
  return withoutNullable(document) as OpenAPIObject;
}

const DESCRIPTION = `Cross-department escalation of customer cases: at most two levels, durable deadlines, and a
customer who hears of every step.

Commands are POSTs of nouns under a case. Send an \`Idempotency-Key\` to make one safe to repeat, and \`If-Match\`
with the case's ETag to make it safe against a lost update. Every error is a problem document (RFC 9457); a refusal
(409) names the rule and says what the case accepts now.`;

/** Beside what these classes name stand the fields of the body that was published. */
const OPEN_SCHEMAS = ['ConfigurationDto', 'PublishedDto'];
const OPEN = { additionalProperties: true };

const METHODS: ReadonlySet<string> = new Set(['get', 'put', 'post', 'delete', 'patch']);

interface Operation {
  parameters?: { in: string; name: string }[];
  requestBody?: { required?: boolean; content?: Record<string, { schema: { $ref?: string } }> };
  security?: object[];
  responses: Record<string, ResponseObject>;
  [extension: string]: unknown;
}

interface ResponseObject {
  $ref?: string;
  description?: string;
  content?: object;
}

/** For routes without an id of their own. One with two addresses has two ids: `readClock` and `readClock2`. */
function operationIdOf(controller: string, method: string): string {
  const [name, nth] = method.replace(']', '').split('[');
  const place = nth === undefined || nth === '0' ? '' : String(Number(nth) + 1);
  return `${name}${controller.replace('Controller', '')}${place}`;
}

/** Completes one operation. @returns the statuses of the shared problems that it refers to. */
function completeOperation(path: string, method: string, operation: Operation): number[] {
  const { parameters = [], requestBody, responses } = operation;
  const shape: Shape = {
    path,
    method,
    isPublic: operation[PUBLIC_EXTENSION] === true,
    isLimited: operation[LIMITED_EXTENSION] === true,
    hasBody: requestBody !== undefined,
    headers: parameters.filter((parameter) => parameter.in === 'header').map(({ name }) => name),
    hasQuery: parameters.some((parameter) => parameter.in === 'query'),
    produces: Object.entries(responses).flatMap(([status, { content }]) =>
      status < '400' ? Object.keys(content ?? {}) : [],
    ),
  };
  delete operation[PUBLIC_EXTENSION];
  delete operation[LIMITED_EXTENSION];
  if (shape.isPublic) operation.security = [];
  for (const [status, { description, content, $ref }] of Object.entries(responses)) {
    // What a route says of a problem is its words alone; the rest is the same for all.
    const isBare = status >= '400' && content === undefined && $ref === undefined;
    if (isBare) responses[status] = problemResponse(Number(status), description) as ResponseObject;
  }
  const shared = problemsOf(shape).filter((status) => responses[status] === undefined);
  for (const status of shared) responses[status] = { $ref: `#/components/responses/Problem${status}` };
  return shared;
}

/** A body that lacks a required field, or has one that is not known, is refused; the document says so. */
function completeBodies({ paths, components }: OpenAPIObject): void {
  const schemas = (components?.schemas ?? {}) as Record<string, { required?: string[] }>;
  const operations = Object.values(paths).flatMap((item) => Object.values(item) as Operation[]);
  const answered = namesIn(
    operations.map(({ responses }) => responses),
    schemas,
  );
  const asked = namesIn(
    operations.map(({ requestBody }) => requestBody),
    schemas,
  );
  for (const name of asked) {
    const schema = schemas[name];
    if (schema && !answered.has(name)) Object.assign(schema, { additionalProperties: false });
  }
  for (const { requestBody } of operations) {
    const [name = ''] = namesIn(requestBody?.content?.['application/json']?.schema.$ref, {});
    const { required = [] } = schemas[name] ?? {};
    if (requestBody && required.length > 0) requestBody.required = true;
  }
}

/** Names of all schemas that can be reached from here. */
function namesIn(from: unknown, schemas: Readonly<Record<string, unknown>>): Set<string> {
  const found = new Set<string>();
  const waiting = [from];
  while (waiting.length > 0) {
    const text = JSON.stringify(waiting.pop()) ?? '';
    for (const [, name = ''] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (!found.has(name)) waiting.push(schemas[name]);
      found.add(name);
    }
  }
  return found;
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
