/**
 * In every body of this API an optional field may be null, and that means absent. Says so in schemas that are written by
 * hand; those of classes say it themselves. Documentation only: what is valid is checked by the directory.
 */
import type { Schema } from './configuration.dto.js';

interface Plain {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly oneOf?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Plain>>;
  readonly required?: readonly string[];
  readonly items?: Plain;
  readonly [keyword: string]: unknown;
}

/** A copy in which each property that is not required may also be null, at every depth. */
export function optionalOrNull(schema: Schema): Schema {
  return withNulls(schema as Plain) as Schema;
}

function withNulls(schema: Plain): Plain {
  const { properties, required = [], items } = schema;
  if (items !== undefined) return { ...schema, items: withNulls(items) };
  if (properties === undefined) return schema;
  const entries = Object.entries(properties).map(([name, property]) => {
    const inner = withNulls(property);
    return [name, required.includes(name) ? inner : orNull(inner)] as const;
  });
  return { ...schema, properties: Object.fromEntries(entries) };
}

/** Where `oneOf` stands, the alternatives are the author's own. */
function orNull(schema: Plain): Plain {
  if (typeof schema.type !== 'string') return schema;
  return { ...schema, type: [schema.type, 'null'], ...(schema.enum ? { enum: [...schema.enum, null] } : {}) };
}
