/**
 * The OpenAPI document as a fuzzer reads it: operations with their parameters, bodies and answers, and which operation
 * an address belongs to. Refuses a document whose grammar it could not speak. Sends nothing, judges nothing.
 */

/** The part of JSON Schema that the document's inputs are written in. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly propertyNames?: Schema;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly example?: unknown;
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly schema: Schema;
}

export interface Operation {
  readonly id: string;
  /** Upper case. */
  readonly method: string;
  /** As in the document: `/api/v1/cases/{id}`. */
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly bodies: readonly { readonly mediaType: string; readonly schema: Schema }[];
  readonly bodyRequired: boolean;
  /** By status, then media type: where the schema stands in the document, null when it says none. */
  readonly answers: ReadonlyMap<number, ReadonlyMap<string, string | null>>;
  /** Anybody may ask, without a token. */
  readonly isPublic: boolean;
}

/** null: it takes no JSON. */
export function jsonBodyOf({ bodies }: Operation): Schema | null {
  return bodies.find(({ mediaType }) => isJson(mediaType))?.schema ?? null;
}

export const isJson = (mediaType: string): boolean => mediaType.endsWith('json');

export type Json = Readonly<Record<string, unknown>>;

export interface Contract {
  readonly document: Json;
  readonly operations: readonly Operation[];
  /** Follows `$ref`; everything else is returned as it is. */
  readonly resolve: (schema: Schema) => Schema;
  /** The operation that an address names, with or without a query; null for none. HEAD counts as GET. */
  operationAt(method: string, target: string): Operation | null;
}

const METHODS = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options'];

const SPOKEN: ReadonlySet<string> = new Set([
  ...'$ref type enum const format pattern minLength maxLength minimum maximum properties required'.split(' '),
  ...'additionalProperties propertyNames minProperties maxProperties items minItems maxItems'.split(' '),
  ...'uniqueItems allOf anyOf oneOf'.split(' '),
  ...'example examples default description title deprecated readOnly writeOnly discriminator'.split(' '),
  ...'contentEncoding contentMediaType exclusiveMinimum exclusiveMaximum'.split(' '),
]);

/** @throws Error naming what it cannot speak, or an operation without an id. */
export function readContract(document: Json): Contract {
  const lookUp = (pointer: string): unknown =>
    pointer
      .replace(/^#\//, '')
      .split('/')
      .reduce<unknown>(
        (node, key) => member(node, key.replaceAll('~1', '/').replaceAll('~0', '~')),
        document,
      );
  const deref = <T>(node: T): T => {
    const ref = member(node, '$ref');
    return typeof ref === 'string' ? deref(lookUp(ref) as T) : node;
  };
  const operations: Operation[] = [];
  for (const [path, item] of Object.entries((document['paths'] ?? {}) as Record<string, Json>)) {
    for (const method of METHODS) {
      if (item[method]) operations.push(operationOf(document, path, method, item, deref));
    }
  }
  for (const { id, bodies, parameters } of operations) {
    for (const { schema } of [...bodies, ...parameters]) refuseUnspoken(id, schema, deref, new Set());
  }
  const patterns = operations.map((operation) => ({ operation, pattern: patternOf(operation.path) }));
  return {
    document,
    operations,
    resolve: deref,
    operationAt: (method, target) => {
      const path = plainly(target.split('?')[0] as string);
      const asked = method === 'HEAD' ? 'GET' : method;
      const fitting = patterns.filter(
        ({ operation, pattern }) => operation.method === asked && pattern.test(path),
      );
      // `/tasks/counts` is not the task called counts.
      const fewest = fitting.sort(
        (a, b) => parametersIn(a.operation.path) - parametersIn(b.operation.path),
      )[0];
      return fewest?.operation ?? null;
    },
  };
}

function operationOf(
  document: Json,
  path: string,
  method: string,
  item: Json,
  deref: <T>(node: T) => T,
): Operation {
  const read = item[method] as Json;
  const id = read['operationId'];
  if (typeof id !== 'string') throw new Error(`${method.toUpperCase()} ${path} has no operationId`);
  const parameters = [...list(item['parameters']), ...list(read['parameters'])].map((one) => {
    const { name, in: where, required, schema } = deref(one) as unknown as Parameter;
    return { name, in: where, required: required === true, schema: schema ?? {} };
  });
  const body = deref((read['requestBody'] ?? null) as Json | null);
  const content = Object.entries((body?.['content'] ?? {}) as Record<string, Json>);
  const security = (read['security'] ?? document['security'] ?? []) as unknown[];
  return {
    id,
    method: method.toUpperCase(),
    path,
    parameters,
    bodies: content.map(([mediaType, { schema }]) => ({ mediaType, schema: (schema ?? {}) as Schema })),
    bodyRequired: body?.['required'] === true,
    answers: answersOf(read, `#/paths/${escaped(path)}/${method}/responses`, deref),
    isPublic: security.length === 0,
  };
}

function answersOf(read: Json, pointer: string, deref: <T>(node: T) => T): Operation['answers'] {
  const answers = Object.entries((read['responses'] ?? {}) as Record<string, Json>).map(
    ([status, written]) => {
      const ref = member(written, '$ref');
      const at = typeof ref === 'string' ? ref : `${pointer}/${status}`;
      const content = Object.entries((deref(written)['content'] ?? {}) as Record<string, Json>);
      const types = content.map(([type, { schema }]): [string, string | null] => [
        type,
        schema === undefined ? null : `${at}/content/${escaped(type)}/schema`,
      ]);
      return [Number(status), new Map(types)] as const;
    },
  );
  return new Map(answers);
}

/** A keyword that the generator passes over would make "valid" requests that are not. */
function refuseUnspoken(
  id: string,
  schema: Schema,
  deref: (one: Schema) => Schema,
  seen: Set<unknown>,
): void {
  const resolved = deref(schema);
  if (seen.has(resolved)) return;
  seen.add(resolved);
  const strange = Object.keys(resolved).find((keyword) => !SPOKEN.has(keyword) && !keyword.startsWith('x-'));
  if (strange !== undefined) throw new Error(`${id}: the fuzzer does not speak the keyword "${strange}"`);
  const { properties = {}, items, additionalProperties, allOf = [], anyOf = [], oneOf = [] } = resolved;
  const further = typeof additionalProperties === 'object' ? [additionalProperties] : [];
  for (const part of [...Object.values(properties), ...(items ? [items] : []), ...further]) {
    refuseUnspoken(id, part, deref, seen);
  }
  for (const part of [...allOf, ...anyOf, ...oneOf]) refuseUnspoken(id, part, deref, seen);
}

function patternOf(path: string): RegExp {
  const parts = path.split(/\{\w+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^/]+')}$`);
}

/** Letters, digits and `-._~` mean the same whether they are percent-encoded or not (RFC 3986, 2.3). */
function plainly(path: string): string {
  return path.replaceAll(/%(?:2[de]|3\d|4[1-9a-f]|5[0-9af]|6[1-9a-f]|7[0-9ae])/gi, decodeURIComponent);
}

const parametersIn = (path: string): number => path.split('{').length - 1;
const escaped = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');
const list = (node: unknown): Json[] => (Array.isArray(node) ? (node as Json[]) : []);

function member(node: unknown, key: string): unknown {
  return typeof node === 'object' && node !== null ? (node as Json)[key] : undefined;
}
