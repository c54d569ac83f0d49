// What is wrong with a body as a whole (reliability.md N1, N2, N8–N11, N14, S21), on every route that takes one or could
// be sent one: refused with the status it deserves, quickly, and nothing is stored.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HOSTILE_BODIES, HOSTILE_TYPES, type HostileBody } from './hostile-bodies.js';
import { HostileWorld, type Entrance } from './hostile-world.js';
import { faultOf } from './judge.js';
import { isWhole, thinned } from './thinning.js';

/** Of CPU, for one request with client and server in one process. */
const CPU_MS_MAX = 50;

let world: HostileWorld;
let entrances: Entrance[];
let before: Readonly<Record<string, string>>;
beforeAll(async () => {
  world = await HostileWorld.open();
  entrances = [...(await world.jsonEntrances()), ...(await world.entrancesWithoutBody())];
  const requestsEach = isWhole ? 3 * (HOSTILE_BODIES.length + HOSTILE_TYPES.length) : 40;
  await world.moreLinksFor(
    requestsEach * entrances.filter(({ operation }) => operation.path.includes('{token}')).length,
  );
  before = await world.picture();
});
afterAll(() => world?.close());

const unread = (entrance: Entrance, { statuses }: HostileBody): readonly number[] =>
  // What takes no body reads none of it, once it is JSON.
  entrance.operation.body === null && statuses.includes(422) ? [422, 404, 403, 409, 415] : statuses;

/** A file may be of a type that is no JSON. */
const isTaken = ({ operation }: Entrance, { headers }: HostileBody) =>
  operation.rawTypes.includes(headers?.['content-type'] ?? '');

async function faultsAmong(bodies: readonly HostileBody[]): Promise<string[]> {
  const trials = entrances.flatMap((entrance, turn) =>
    thinned(bodies, ({ row }) => row, turn)
      .filter((hostile) => !isTaken(entrance, hostile))
      .map((hostile) => ({ entrance, hostile })),
  );
  const faults = await world.wire.each(trials, async ({ entrance, hostile }) => {
    const { name, body, headers = {} } = hostile;
    const answer = await world.wire.send(entrance.request(body, headers));
    const cors = Object.keys(answer.headers).filter((header) => header.startsWith('access-control-'));
    const fault = faultOf(answer, { statuses: unread(entrance, hostile) });
    const all = [...(fault === null ? [] : [fault]), ...cors.map((header) => `answers with ${header}`)];
    return all.map((each) => `${entrance.operation.name} ${name} — ${each}`);
  });
  return faults.flat();
}

const rows = (bodies: readonly HostileBody[]) => [...new Set(bodies.map(({ row }) => row))];

describe('every route that can be sent a body', () => {
  it.each(rows(HOSTILE_BODIES))('refuses one that is no JSON of ours: %s', async (row) => {
    expect(await faultsAmong(HOSTILE_BODIES.filter((each) => each.row === row))).toEqual([]);
  });

  it.each(rows(HOSTILE_TYPES))('refuses one of another type, from wherever: %s', async (row) => {
    expect(await faultsAmong(HOSTILE_TYPES.filter((each) => each.row === row))).toEqual([]);
  });

  it('judges each of them within 50 ms of CPU', async () => {
    const small = HOSTILE_BODIES.filter(({ row, body }) => row === 'N11' && body.length < 300_000);
    const slow = [];
    for (const [turn, entrance] of entrances.entries()) {
      for (const { name, body } of thinned(small, () => 'N11', turn)) {
        const cpuMs = await world.cpuMsOf(() => world.wire.send(entrance.request(body)), CPU_MS_MAX);
        if (cpuMs > CPU_MS_MAX) slow.push(`${entrance.operation.name} ${name}: ${cpuMs} ms`);
      }
    }
    expect(slow).toEqual([]);
  });

  it('tolerates a byte order mark, white space and capitals', async () => {
    const [entrance] = entrances as [Entrance];
    for (const [body, type] of [
      ['\ufeff{"surprise":1}', 'application/json'],
      [' \r\n{"surprise":1}\t', 'APPLICATION/JSON;CHARSET="UTF-8"'],
    ]) {
      const answer = await world.wire.send(entrance.request(body, { 'content-type': type as string }));
      expect([answer.status, answer.text]).toEqual([422, expect.stringContaining('"/surprise"')]);
    }
  });

  it('tells no other origin that it may ask', async () => {
    const paths = [...new Set(entrances.map((entrance) => entrance.request().path))];
    const answers = await world.wire.each(paths, (path) =>
      world.wire.send({
        method: 'OPTIONS',
        path,
        headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
      }),
    );
    const allowing = answers.filter(({ headers }) =>
      Object.keys(headers).some((name) => name.startsWith('access-control')),
    );
    expect([[...new Set(answers.map(({ status }) => status))], allowing]).toEqual([[405], []]);
  });

  it('has left everything that is stored as it was, and the prototype of objects too', async () => {
    expect(await world.picture()).toEqual(before);
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect((await world.app.api(null).get('/health/ready')).status).toBe(200);
  });
});
