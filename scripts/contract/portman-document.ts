/** The document in the words that Portman understands, and without what it would work out in vain. */
import type { Document } from './document.js';

/** The only answers that its tests ask for. It works out every answer of every operation, and for long. */
const USED_STATUSES: ReadonlySet<string> = new Set(['200', '400', '422']);
/** They never end, and Newman waits for an end. */
const STREAMS = /\/events$/;

/** Answers stay as they are, for what comes is held against them; bodies are put in the words of OpenAPI 3.0. */
export function forPortman({ paths, components, ...rest }: Document): unknown {
  const operation = ({ responses, requestBody, ...described }: Record<string, object>) => {
    const used = Object.entries(responses ?? {}).filter(([status]) => USED_STATUSES.has(status));
    return {
      ...described,
      ...(requestBody ? { requestBody: plain(requestBody) } : {}),
      responses: used.length === 0 ? responses : Object.fromEntries(used),
    };
  };
  const ended = Object.entries(paths).filter(([path]) => !STREAMS.test(path));
  // Bodies are closed, answers are not.
  const isOfBody = (schema: unknown) =>
    (schema as { additionalProperties?: unknown }).additionalProperties === false;
  return {
    ...rest,
    paths: Object.fromEntries(ended.map(([path, item]) => [path, mapped(item, operation as never)])),
    components: {
      ...components,
      schemas: mapped(components.schemas, (schema) => (isOfBody(schema) ? plain(schema) : schema)),
    },
  };
}

/** One type, one form, no null. */
function plain(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(plain);
  if (typeof node !== 'object' || node === null) return node;
  const { type, oneOf, anyOf, ...rest } = node as Record<string, unknown>;
  const forms = (oneOf ?? anyOf) as { type?: unknown }[] | undefined;
  const first = forms?.find((form) => form.type !== 'null');
  if (first) return plain({ ...rest, ...first });
  const one = Array.isArray(type) ? type.find((each) => each !== 'null') : type;
  const { example, ...schema } = Object.fromEntries(
    Object.entries(rest).map(([key, value]) => [key, plain(value)]),
  );
  const values = Array.isArray(schema['enum'])
    ? { enum: schema['enum'].filter((each) => each !== null) }
    : {};
  return {
    ...schema,
    ...values,
    ...(one === undefined ? {} : { type: one }),
    ...(example == null ? {} : { example }),
  };
}

function mapped<T>(record: Readonly<Record<string, T>>, change: (value: T) => unknown): object {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
