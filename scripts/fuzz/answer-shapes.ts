/**
 * Whether JSON is what the document says, by Ajv. Answers are held to be closed: a member that the document does not
 * name is as wrong as one that is missing. Compiles each schema once. Knows no status and no header.
 */
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { type Contract, jsonBodyOf, type Operation, type Schema } from './contract.js';
import type { FuzzRequest } from './fuzz-request.js';

export interface AnswerShapes {
  /** @param pointer of the schema within the document. @returns null: nothing is. */
  whatIsWrong(pointer: string, value: unknown): string | null;
  whatIsWrongWithProblem(value: unknown): string | null;
  /** Query and JSON body, as they were sent. */
  whatIsWrongWithInput(operation: Operation, request: FuzzRequest): string | null;
}

const PROBLEM = '#/components/schemas/Problem';

export function answerShapes({ document, resolve }: Contract): AnswerShapes {
  // Type unions and keywords of OpenAPI are the document's own affair; its linters look at those.
  const ajv = new Ajv2020({ strict: false, logger: false, code: { optimize: false } });
  formats.default(ajv);
  ajv.addSchema(document as object, 'as-written');
  ajv.addSchema(closed(structuredClone(document)) as object, 'closed');
  const compiled = new Map<string, ValidateFunction>();
  const check = (id: string, schema: object, value: unknown): string | null => {
    let validate = compiled.get(id);
    if (!validate) compiled.set(id, (validate = ajv.compile(schema)));
    return validate(value) ? null : firstOf(validate.errors ?? []);
  };
  const within = (root: 'closed' | 'as-written', pointer: string, value: unknown): string | null =>
    check(`${root}${pointer}`, { $ref: `${root}${encodeURI(pointer)}` }, value);
  return {
    whatIsWrong: (pointer, value) => within('closed', pointer, value),
    whatIsWrongWithProblem: (value) => within('closed', PROBLEM, value),
    whatIsWrongWithInput: (operation, { value, query }) => {
      const named = operation.parameters.filter((one) => one.in === 'query');
      for (const [name, text] of query) {
        const parameter = named.find((one) => one.name === name);
        // Whether a stranger must be refused, the mutation that put it there knows.
        if (!parameter) continue;
        const type = resolve(parameter.schema).type;
        const meant = type === 'integer' || type === 'number' ? Number(text) : text;
        const id = `${operation.id}?${name}`;
        const wrong = check(id, rooted(parameter.schema), meant);
        if (wrong !== null) return `?${name} ${wrong}`;
      }
      const body = jsonBodyOf(operation);
      if (!body || value === undefined) return null;
      return check(`${operation.id} body`, rooted(body), value);
    },
  };
}

/** References within a schema are references into the document. */
function rooted(schema: Schema): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"as-written#/')) as object;
}

/** Objects whose members are named have no others; what `allOf` puts together is left as it is. */
function closed(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(closed);
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node).map(([key, value]) => [
    key,
    key === 'example' || key === 'allOf' ? value : closed(value),
  ]);
  const made = Object.fromEntries(entries) as Record<string, unknown>;
  const isObject = typeof made['properties'] === 'object' && [made['type']].flat().includes('object');
  if (isObject && !('additionalProperties' in made)) made['additionalProperties'] = false;
  return made;
}

/** Numbers of list entries are left out, so that one fault of all entries is one finding. */
function firstOf(errors: readonly ErrorObject[]): string {
  const [first] = errors;
  if (!first) return 'is not as documented';
  const where = first.instancePath.replaceAll(/\/\d+/g, '/*') || '/';
  const extra = (first.params as { additionalProperty?: string; unevaluatedProperty?: string })
    .additionalProperty;
  return `${where} ${first.message ?? ''}${extra === undefined ? '' : ` (${extra})`}`;
}
