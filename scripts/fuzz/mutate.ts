/**
 * Breaks a request in one way, chosen by chance among those that are possible with it. Most mistakes are made in the
 * body, a few on the wire. Knows the kinds of mistakes, none of the mistakes themselves.
 */
import { BREAK_HEADERS } from './break-headers.js';
import { BREAK_REQUEST } from './break-request.js';
import { BREAK_TEXT } from './break-text.js';
import { BREAK_VALUE } from './break-value.js';
import { BREAK_WIRE } from './break-wire.js';
import { jsonBodyOf } from './contract.js';
import type { FuzzRequest } from './fuzz-request.js';
import type { Random } from './random.js';
import type { Scene } from './scene.js';

/** Of all requests. What is left is sent as the document wants it. */
const BROKEN_SHARE = 0.6;

type Kind = (request: FuzzRequest, scene: Scene) => string | null;

/** Each with its weight. The last is possible with every request. */
const KINDS: readonly (readonly [weight: number, kind: Kind])[] = [
  [0.5, breakValue],
  [0.15, breakText],
  [0.31, breakRequest],
  [0.04, breakWire],
];

/** Leaves two in five as they are. */
export function mutate(request: FuzzRequest, scene: Scene): void {
  const { random } = scene;
  if (!random.chance(BROKEN_SHARE)) return;
  const first = chosen(random);
  for (const kind of [first, breakRequest, breakWire]) {
    const name = kind(request, scene);
    if (name === null) continue;
    request.mutation = name;
    return;
  }
}

function chosen(random: Random): Kind {
  let left = random.fraction();
  return (KINDS.find(([weight]) => (left -= weight) < 0) ?? [0, breakRequest])[1];
}

function breakValue(request: FuzzRequest, scene: Scene): string | null {
  const schema = jsonBodyOf(request.operation);
  if (request.value === undefined || !schema) return null;
  for (const [name, make] of scene.random.shuffled(Object.entries(BREAK_VALUE))) {
    const value = make(scene, request.value, schema);
    if (value === undefined) continue;
    request.value = value;
    request.body = Buffer.from(JSON.stringify(value));
    return name;
  }
  return null;
}

function breakText(request: FuzzRequest, { random }: Scene): string | null {
  if (request.value === undefined || request.body === null) return null;
  const text = request.body.toString('utf8');
  for (const [name, { make, mustFail }] of random.shuffled(Object.entries(BREAK_TEXT))) {
    const made = make(text, random);
    if (made === null) continue;
    request.body = typeof made === 'string' ? Buffer.from(made) : made;
    request.mustFail = mustFail;
    return name;
  }
  return null;
}

function breakRequest(request: FuzzRequest, scene: Scene): string | null {
  const order = scene.random.shuffled(Object.entries({ ...BREAK_REQUEST, ...BREAK_HEADERS }));
  return order.find(([, change]) => change(request, scene))?.[0] ?? null;
}

function breakWire(request: FuzzRequest, { random }: Scene): string | null {
  const [name, wire] = random.pick(Object.entries(BREAK_WIRE));
  request.wire = wire(random);
  return name;
}
