/**
 * Which addresses a running node has and what each of them takes, as its own OpenAPI document says: so that a new route
 * or field meets the hostile values without anybody writing a line here. Knows no value and no route by name.
 */

/** As much of JSON Schema as the document uses; `$ref` is followed by `Contract.resolve`. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly example?: unknown;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header' | 'cookie';
  readonly schema: Schema;
}

export interface Operation {
  /** `POST /api/v1/cases/{id}/notes` */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
  /** Of a JSON body; null when it takes none. */
  readonly body: Schema | null;
  /** Media types of bodies that are no JSON. */
  readonly rawTypes: readonly string[];
  /** Media types of the answer when all goes well. */
  readonly answers: readonly string[];
  readonly isPublic: boolean;
}

interface Documented {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;
  readonly security?: readonly object[];
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Documented>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const METHODS: ReadonlySet<string> = new Set(['get', 'put', 'post', 'delete', 'patch']);
const JSON_TYPE = 'application/json';

export function operationsOf(document: unknown): Operation[] {
  const { paths, components } = document as Document;
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => METHODS.has(method))
      .map(([method, { parameters = [], requestBody, responses, security }]) => {
        const content = requestBody?.content ?? {};
        const body = content[JSON_TYPE]?.schema;
        return {
          name: `${method.toUpperCase()} ${path}`,
          method: method.toUpperCase(),
          path,
          parameters: parameters.map((each) => ({
            ...each,
            schema: resolved(each.schema ?? {}, components),
          })),
          body: body === undefined ? null : resolved(body, components),
          rawTypes: Object.keys(content).filter((type) => type !== JSON_TYPE),
          answers: Object.entries(responses)
            .filter(([status]) => status.startsWith('2'))
            .flatMap(([, response]) => Object.keys(response.content ?? {})),
          isPublic: security !== undefined && security.length === 0,
        };
      }),
  );
}

/** The schema with every reference put in place. Bodies hold no schema within itself. */
function resolved(schema: Schema, components: Document['components']): Schema {
  const resolve = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(resolve);
    if (typeof node !== 'object' || node === null) return node;
    const { $ref, ...rest } = node as Schema;
    const target = $ref === undefined ? {} : components.schemas[$ref.slice($ref.lastIndexOf('/') + 1)];
    return Object.fromEntries(
      Object.entries({ ...target, ...rest }).map(([key, value]) => [
        key,
        key === 'example' || key === 'examples' ? value : resolve(value),
      ]),
    );
  };
  return resolve(schema) as Schema;
}
