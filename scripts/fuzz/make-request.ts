/**
 * A request that the document allows, for one operation: address, role, query, headers and body, aimed at something
 * that is there and in a state to take it. The number of draws from chance does not depend on what is there.
 */
import { randomUUID } from 'node:crypto';
import { type Address, addressOf } from './address-of.js';
import { isJson, type Operation } from './contract.js';
import type { FuzzRequest } from './fuzz-request.js';
import { makeFile } from './make-file.js';
import { asText, makeValue } from './make-value.js';
import type { Scene } from './scene.js';
import { ALWAYS_MEANT } from './words.js';

/** @param n number of the request. */
export function makeRequest(
  n: number,
  operation: Operation,
  base: Omit<Scene, 'params' | 'operationId'>,
): FuzzRequest {
  const aimed = { ...base, operationId: operation.id };
  const found = addressOf(operation, aimed);
  const scene: Scene = { ...aimed, params: found.params };
  const headers = headersOf(operation, scene);
  const query = queryOf(operation, scene);
  const { body, value, mediaType } = bodyOf(operation, scene);
  if (mediaType !== null) headers['content-type'] = mediaType;
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_all, name: string) =>
    encodeURIComponent(found.params[name] ?? ''),
  );
  return {
    n,
    operation,
    params: found.params,
    role: roleFor(operation, scene, found),
    method: operation.method,
    target: targetOf(path, query),
    query,
    headers,
    body,
    ...(value === undefined ? {} : { value }),
    mutation: null,
    mustFail: null,
    wire: null,
  };
}

export function targetOf(path: string, query: readonly (readonly [string, string])[]): string {
  const text = query.map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(Buffer.from(value).toString())}`,
  );
  return text.length === 0 ? path : `${path}?${text.join('&')}`;
}

/** Mostly somebody who may; the document does not say who that is, so more than one is tried. */
function roleFor(operation: Operation, { random }: Scene, { department, seenBy }: Address): string | null {
  const way = random.fraction();
  const where = department ?? random.pick(['sales', 'product', 'logistics', 'finance']);
  if (operation.isPublic) return null;
  // What a manager offers needs nobody's approval, and then there would be nothing to approve.
  if (operation.id === 'postCompensations' && way < 0.5) return 'agent';
  if (seenBy !== null && way < 0.35) return seenBy;
  if (department !== null && way < 0.75) return `${way < 0.55 ? 'member' : 'lead'}:${where}`;
  if (way < 0.8) return 'admin';
  if (way < 0.85) return `${way < 0.83 ? 'member' : 'lead'}:${where}`;
  return random.pick(['agent', 'agent2', 'manager', 'service']);
}

function headersOf(operation: Operation, scene: Scene): Record<string, string> {
  const { random } = scene;
  const headers: Record<string, string> = {};
  for (const { name, in: where, schema, required } of operation.parameters) {
    const isWanted = random.chance(0.4);
    if (where !== 'header' || !(required || isWanted)) continue;
    const key = name.toLowerCase();
    if (key === 'idempotency-key') headers[key] = randomUUID();
    else if (key === 'if-match') {
      const revision = scene.world.caseOf(scene.params['id'] ?? '')?.resource['revision'] ?? 1;
      headers[key] = random.pick(['*', '*', `"${asText(revision)}"`, `"${asText(revision)}"`, '"1"']);
    } else headers[key] = asText(makeValue(scene, schema, name)).replaceAll(/[^\x20-\x7e]/g, '?');
  }
  return headers;
}

function queryOf(operation: Operation, scene: Scene): [string, string][] {
  const { random, world } = scene;
  const cursor = random.chance(0.15) ? world.pickCursor(random, operation.id) : null;
  const query: [string, string][] = [];
  for (const { name, in: where, schema, required } of operation.parameters) {
    const isWanted = random.chance(0.25);
    if (where !== 'query' || name === 'cursor') continue;
    // A cursor belongs to the list as it was asked for.
    if (required || (isWanted && cursor === null)) query.push([name, asText(makeValue(scene, schema, name))]);
  }
  if (cursor !== null) query.push(['cursor', cursor]);
  return query;
}

function bodyOf(
  operation: Operation,
  scene: Scene,
): { body: Buffer | null; value?: unknown; mediaType: string | null } {
  if (operation.bodies.length === 0) return { body: null, mediaType: null };
  const { mediaType, schema } = scene.random.pick(operation.bodies);
  if (!isJson(mediaType)) return makeFile(scene, mediaType);
  const whole = scene.contract.resolve(schema);
  const names = Object.keys(whole.properties ?? {});
  const wantsExample =
    scene.random.chance(0.25) && whole.example !== undefined && !names.some((name) => ALWAYS_MEANT.has(name));
  const value = wantsExample ? structuredClone(whole.example) : makeValue(scene, schema);
  return { body: Buffer.from(JSON.stringify(value)), value, mediaType };
}
