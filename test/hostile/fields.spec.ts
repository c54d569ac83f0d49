// Every field of every body of every route, against everything that no such field takes (reliability.md N1–N7, N12,
// N13, N20): refused with the status it deserves, named by its pointer, and nothing is stored. Routes and fields come
// from the document of the running node.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fieldsOf, type Field } from './body-fields.js';
import { hostileTo, STOLEN } from './hostile-values.js';
import { HostileWorld, type Entrance } from './hostile-world.js';
import { faultOf, type Expected } from './judge.js';
import { Turns, thinned } from './thinning.js';

interface Trial {
  readonly row: string;
  readonly name: string;
  readonly entrance: Entrance;
  readonly body: string;
  readonly expected: Expected;
}

let world: HostileWorld;
let trials: Trial[];
let before: Readonly<Record<string, string>>;
beforeAll(async () => {
  world = await HostileWorld.open();
  const entrances = await world.jsonEntrances();
  const turns = new Turns();
  trials = entrances.flatMap((entrance) => trialsOf(entrance, turns));
  const byLink = trials.filter(({ entrance }) => entrance.operation.path.includes('{token}'));
  await world.moreLinksFor(byLink.length);
  before = await world.picture();
});
afterAll(() => world?.close());

/** Stands in the body where the hostile value goes: some cannot be written by `JSON.stringify`. */
const HERE = '\u2042here\u2042';

function trialsOf(entrance: Entrance, turns: Turns): Trial[] {
  const { operation } = entrance;
  return fieldsOf(operation.body ?? {}).flatMap((field) => [
    ...thinned(hostileTo(field), ({ row }) => row, turns.next(field)).map(({ row, name, json, statuses }) => {
      const body = JSON.stringify(field.bodyWith(HERE)).replace(JSON.stringify(HERE), () => json);
      const expected = { statuses, pointers: [field.pointer], sent: parsed(body) };
      return { row, name: `${operation.name} ${field.pointer}: ${name}`, entrance, body, expected };
    }),
    ...stolenFrom(field).map((theft) => ({
      row: 'N13',
      name: `${operation.name} ${field.pointer}: fields of the server`,
      entrance,
      ...theft,
    })),
  ]);
}

/** N13: what only the server sets, and what nobody knows, in the place of an object. */
function stolenFrom(field: Field): Pick<Trial, 'body' | 'expected'>[] {
  if (field.kind !== 'object') return [];
  const stolen = Object.fromEntries(Object.entries(STOLEN).filter(([name]) => !field.names.includes(name)));
  const sent = field.bodyWith(stolen);
  const pointers = Object.keys(stolen).map((name) => `${field.pointer}/${name}`);
  return [{ body: JSON.stringify(sent), expected: { statuses: [422], pointers, sent } }];
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

describe('every field of every body', () => {
  it('is found, and there are many', () => {
    const places = new Set(trials.map(({ name }) => name.split(': ', 1)[0]));
    expect([places.size > 400, trials.length > 3_000]).toEqual([true, true]);
  });

  it.each(['N1', 'N2', 'N3', 'N4', 'N5', 'N6', 'N7', 'N11', 'N12', 'N13', 'N20'])(
    'refuses what is none of its kind: %s',
    async (row) => {
      const ofRow = trials.filter((trial) => trial.row === row);
      expect(ofRow.length).toBeGreaterThan(0);
      const faults = await world.wire.each(ofRow, async ({ name, entrance, body, expected }) => {
        const fault = faultOf(await world.wire.send(entrance.request(body)), expected);
        return fault === null ? [] : [`${name} — ${fault}`];
      });
      expect(faults.flat()).toEqual([]);
    },
  );

  it('has left everything that is stored as it was, and the node in order', async () => {
    expect(await world.picture()).toEqual(before);
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect((await world.app.api(null).get('/health/ready')).status).toBe(200);
  });
});
