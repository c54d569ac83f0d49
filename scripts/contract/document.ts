/** The contract as the checks read it: openapi.json, its operations, and which of them a request is for. */
import { readFile } from 'node:fs/promises';

/** What `npm run openapi` writes, and what is checked. */
export const DOCUMENT = 'openapi.json';

export interface Operation {
  readonly id: string;
  readonly method: string;
  /** Of its JSON body, where its schema stands in place. */
  readonly example: unknown;
  /** With `{name}` for a parameter. */
  readonly path: string;
}

interface Described {
  readonly operationId: string;
  readonly requestBody?: { readonly content: Readonly<Record<string, { schema: { example?: unknown } }>> };
}

export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly components: { readonly schemas: Record<string, unknown> };
}

export async function readDocument(): Promise<Document> {
  return JSON.parse(await readFile(DOCUMENT, 'utf8')) as Document;
}

export function operationsOf({ paths }: Document): Operation[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, { operationId, requestBody }]) => ({
      id: operationId,
      method: method.toUpperCase(),
      example: requestBody?.content['application/json']?.schema.example,
      path,
    })),
  );
}

/** Tells which operation a request is for; of two that fit, the one with fewer parameters. */
export function operationFinder(operations: readonly Operation[]) {
  const known = operations
    .map((operation) => ({ operation, parameters: operation.path.split('{').length }))
    .sort((a, b) => a.parameters - b.parameters)
    .map(({ operation }) => ({
      operation,
      pattern: new RegExp(`^${operation.path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`),
    }));
  return (method: string, path: string): Operation | null =>
    known.find(({ operation, pattern }) => operation.method === method && pattern.test(path))?.operation ??
    null;
}

/**
 * The same contract, but nothing may be answered that it does not name. Clients must bear new fields, so the document
 * leaves its answers open; a check must not.
 */
export function closed(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(closed);
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node).map(([key, value]) => [key, closed(value)] as const);
  const isOpen =
    'properties' in node && !('additionalProperties' in node) && !('allOf' in node) && 'type' in node;
  return { ...Object.fromEntries(entries), ...(isOpen ? { additionalProperties: false } : {}) };
}
