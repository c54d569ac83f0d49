/**
 * Bodies that are JSON and not what the document says: one place of a valid value is changed. Each row is one kind of
 * mistake. What it makes of the value may happen to be allowed; the judge asks the schema.
 */
import { HOSTILE_NUMBERS, HOSTILE_TEXTS, HOSTILE_VALUES } from './hostile.js';
import type { Schema } from './contract.js';
import type { Scene } from './scene.js';

/** @returns undefined: this mistake cannot be made with such a value. */
type Break = (scene: Scene, value: unknown, schema: Schema) => unknown;

/** Fields that belong to the server, and some that nobody has heard of. */
const STRANGE_FIELDS =
  'state level owner ownerId version revision id number tier role isAdmin customer_id x'.split(' ');

/** Just inside and just outside of the limits that texts have in this API, in code points. */
const LENGTHS = [0, 1, 2, 3, 4, 20, 21, 40, 41, 63, 64, 65, 200, 201, 255, 256, 2_000, 2_001, 10_000, 10_001];

export const BREAK_VALUE: Readonly<Record<string, Break>> = {
  'drop a required field': ({ random, contract }, value, schema) => {
    const holders = objectsIn(value).filter((one) => one === value);
    const required = contract.resolve(schema).required ?? [];
    const [whole] = holders;
    const name = random.pickOrNull(required);
    if (!whole || name === null) return undefined;
    const { [name]: _dropped, ...rest } = whole;
    return rest;
  },
  'add a field': (scene, value) =>
    atAnObject(scene, value, (one) => ({
      ...one,
      [scene.random.pick(STRANGE_FIELDS)]: scene.random.pick([1, 'level2', true, null, { a: 1 }]),
    })),
  'another type': (scene, value) => atAPlace(scene, value, () => scene.random.pick(HOSTILE_VALUES)),
  'a number at the edge': (scene, value) => atAPlace(scene, value, () => scene.random.pick(HOSTILE_NUMBERS)),
  'a hostile text': (scene, value) =>
    atAPlace(
      scene,
      value,
      () => scene.random.pick(HOSTILE_TEXTS),
      (was) => typeof was === 'string',
    ),
  'a text of another length': (scene, value) =>
    atAPlace(
      scene,
      value,
      () => scene.random.pick(['a', '字', '😀']).repeat(scene.random.pick(LENGTHS)),
      (was) => typeof was === 'string',
    ),
  null: (scene, value) => atAPlace(scene, value, () => null),
  'a list around it': (scene, value) => atAPlace(scene, value, (was) => [was]),
  'an object around it': (scene, value) => atAPlace(scene, value, (was) => ({ value: was })),
  'a number as text': (scene, value) =>
    atAPlace(
      scene,
      value,
      (was) => String(was),
      (was) => typeof was === 'number' || typeof was === 'boolean',
    ),
  'a long list': (scene, value) =>
    atAPlace(
      scene,
      value,
      (was) =>
        Array.from({ length: scene.random.pick([51, 201, 5_000]) }, () => (was as unknown[])[0] ?? 'a'),
      Array.isArray,
    ),
  'another body': ({ random }) => random.pick(HOSTILE_VALUES),
  'an id of something else': (scene, value) =>
    atAPlace(
      scene,
      value,
      () =>
        scene.random.pick([
          scene.world.pickCase(scene.random)?.id,
          scene.world.pickPlace(scene.random, '/api/v1/customers')?.params['id'],
          scene.world.pickPlace(scene.random, '/api/v1/webhook-endpoints')?.params['id'],
        ]) ?? 'nothing',
      (was) => typeof was === 'string',
    ),
};

type Place = readonly [holder: Record<string, unknown> | unknown[], key: string];

/** A copy with one place changed; undefined where no place fits. Draws once, whatever there is. */
function atAPlace(
  { random }: Scene,
  value: unknown,
  change: (was: unknown) => unknown,
  fits: (was: unknown) => boolean = () => true,
): unknown {
  const copy: unknown = structuredClone(value);
  const places = placesIn(copy).filter(([holder, key]) => fits((holder as Record<string, unknown>)[key]));
  const place = random.pickOrNull(places);
  if (place === null) return undefined;
  const [holder, key] = place;
  const slot = holder as Record<string, unknown>;
  slot[key] = change(slot[key]);
  return copy;
}

function atAnObject(
  { random }: Scene,
  value: unknown,
  change: (one: Record<string, unknown>) => Record<string, unknown>,
): unknown {
  const copy: unknown = structuredClone(value);
  const one = random.pickOrNull(objectsIn(copy));
  if (one === null) return undefined;
  Object.assign(one, change(one));
  return copy;
}

function placesIn(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((key) => [[holder, key] as const, ...placesIn(holder[key])]);
}

function objectsIn(value: unknown): Record<string, unknown>[] {
  if (typeof value !== 'object' || value === null) return [];
  const below = Object.values(value).flatMap(objectsIn);
  return Array.isArray(value) ? below : [value as Record<string, unknown>, ...below];
}
