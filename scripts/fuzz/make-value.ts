/**
 * Values that a schema of the document allows, with a liking for its edges, and for words that mean something in the
 * installation where the name of a field promises it. Breaks nothing: that is for `break-value.ts`.
 */
import fc from 'fast-check';
import type { Schema } from './contract.js';
import type { Scene } from './scene.js';
import { ALWAYS_MEANT, WORDS } from './words.js';

/** Objects within objects: the document's own go four deep; beyond it, only what must be there. */
const DEPTH_MAX = 6;

/** @param name of the field or parameter that it is for; empty for a body. */
export function makeValue(scene: Scene, schema: Schema, name = '', depth = 0): unknown {
  const { random } = scene;
  const one = scene.contract.resolve(schema);
  const word = WORDS[`${scene.operationId}.${name}`] ?? WORDS[name];
  const isMeant = random.chance(0.9) || ALWAYS_MEANT.has(name);
  if (word && isMeant) {
    const meant = word(scene);
    if (meant !== undefined) return meant;
  }
  if (one.const !== undefined) return one.const;
  if (one.enum) return random.pick(one.enum);
  const examples = [...(one.examples ?? []), ...('example' in one ? [one.example] : [])];
  if (examples.length > 0 && random.chance(0.3)) return structuredClone(random.pick(examples));
  const choices = one.oneOf ?? one.anyOf;
  if (choices) return makeValue(scene, random.pick(choices), name, depth);
  if (one.allOf) return fromAll(scene, one.allOf, name, depth);
  const types = [one.type ?? 'string'].flat();
  const others = types.filter((each) => each !== 'null');
  const type = random.pick(others.length > 0 && random.chance(0.9) ? others : types);
  return (MAKERS[type] ?? makeText)(scene, one, name, depth);
}

/** As it stands in an address or a header. */
export function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

type Maker = (scene: Scene, schema: Schema, name: string, depth: number) => unknown;

const MAKERS: Readonly<Record<string, Maker>> = {
  null: () => null,
  boolean: ({ random }) => random.chance(0.5),
  integer: ({ random }, { minimum = 0, maximum }) => {
    const most = maximum ?? minimum + 1_000_000;
    return random.chance(0.3)
      ? random.pick([minimum, most])
      : random.whole(minimum, Math.min(most, minimum + 1_000));
  },
  number: ({ random }, { minimum = 0, maximum = minimum + 1_000 }) =>
    minimum + random.fraction() * (maximum - minimum),
  string: (scene, schema) => makeText(scene, schema),
  array: (scene, { items = {}, minItems = 0, maxItems = 5, uniqueItems }, name, depth) => {
    const most = depth > DEPTH_MAX ? minItems : Math.min(maxItems, minItems + 3);
    const made = Array.from({ length: scene.random.whole(minItems, most) }, () =>
      makeValue(scene, items, name === '' ? '' : `${name}[]`, depth + 1),
    );
    return uniqueItems ? [...new Map(made.map((item) => [JSON.stringify(item), item])).values()] : made;
  },
  object: (scene, schema, _name, depth) => {
    const { properties = {}, required = [], additionalProperties } = schema;
    const made: Record<string, unknown> = {};
    for (const [key, of] of Object.entries(properties)) {
      const wanted = scene.random.chance(0.4);
      if (required.includes(key) || (wanted && depth <= DEPTH_MAX))
        made[key] = makeValue(scene, of, key, depth + 1);
    }
    if (typeof additionalProperties === 'object' && scene.random.chance(0.5)) {
      const key = scene.random.pick(['a', 'trackingNumber', 'delivery', '*', 'name of a field']);
      made[key] = makeValue(scene, additionalProperties, '', depth + 1);
    }
    return made;
  },
};

/** Parts of `allOf` are joined where they are objects; else the last one stands. */
function fromAll(scene: Scene, parts: readonly Schema[], name: string, depth: number): unknown {
  const made = parts.map((part) => makeValue(scene, part, name, depth));
  const areObjects = made.every((one) => typeof one === 'object' && one !== null && !Array.isArray(one));
  return areObjects ? Object.assign({}, ...(made as object[])) : made.at(-1);
}

const FORMATS: Readonly<Record<string, (scene: Scene) => string>> = {
  uuid: ({ random }) =>
    `01a2011f-9c23-7ebd-b176-${random
      .whole(0, 2 ** 40)
      .toString(16)
      .padStart(12, '0')}`,
  'date-time': ({ random, world }) =>
    new Date(world.nowMs + random.whole(-3_600, 864_000) * 1_000).toISOString(),
  date: ({ random, world }) =>
    new Date(world.nowMs + random.whole(0, 300) * 86_400_000).toISOString().slice(0, 10),
  email: ({ random }) => `someone-${random.whole(1, 500)}@example.invalid`,
  uri: ({ random }) => `https://fuzz-${random.whole(1, 9)}.example.invalid/hook`,
  'uri-reference': ({ random }) => `/somewhere/${random.whole(1, 9)}`,
  byte: ({ random }) => Buffer.from(`bytes ${random.whole(1, 99)}`).toString('base64'),
};

/** Ordinary words, so that most of what is written reads like a case. */
const PHRASES: readonly string[] = [
  'The parcel has not arrived.',
  'Tracking has said "in transit" for nine days.',
  '充电宝充电时发烫并鼓包',
  '包裹已簽收但沒有收到',
  'Wo bleibt meine Rechnung über 49,90 €?',
  'O’Brien & Söhne <info>',
  'Ünïcödé — “quotes”, emoji 👍🏽 and a line\nbreak',
  'مرحبا، أين طلبي؟',
];

function makeText(scene: Scene, { format, pattern, minLength = 0, maxLength = 200 }: Schema): string {
  const { random } = scene;
  const formatted = format === undefined ? undefined : FORMATS[format];
  if (formatted) return formatted(scene);
  const seed = random.whole(0, 2 ** 31 - 1);
  if (pattern !== undefined) {
    const [text = ''] = fc.sample(fc.stringMatching(new RegExp(pattern, 'u')), { seed, numRuns: 1 });
    return text.length <= maxLength ? text : text.slice(0, maxLength);
  }
  const way = random.fraction();
  if (way < 0.05) return 'x'.repeat(Math.min(maxLength, 10_000));
  if (way < 0.08) return '😀'.repeat(Math.min(maxLength, 10_000));
  if (way < 0.11) return 'y'.repeat(Math.max(minLength, 1));
  if (way < 0.3) {
    const [text = ''] = fc.sample(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }), {
      seed,
      numRuns: 1,
    });
    return [...`word ${text}`].slice(0, maxLength).join('');
  }
  const phrase = [...random.pick(PHRASES)].slice(0, maxLength).join('');
  return phrase.padEnd(minLength, '.');
}
