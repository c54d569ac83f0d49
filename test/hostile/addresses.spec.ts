// Addresses, queries and headers (reliability.md N1, N7, N17, N18, N22, S19, S20) against every route of the document, and
// the headers of every answer. Nothing of it is stored, nothing makes the node fail.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pLimit from 'p-limit';
import { RouteTable } from '../../src/http/route-table.js';
import {
  CLAIMS,
  HEADERS_READ,
  hostileToParameter,
  NO_ACCEPTS,
  NO_QUERIES,
  NO_SEGMENTS,
  ODD_PREFERENCES,
} from './hostile-addresses.js';
import { INJECTIONS } from './hostile-values.js';
import { HostileWorld, NOTHING, type Entrance } from './hostile-world.js';
import { faultOf } from './judge.js';
import { isWhole, thinned, Turns } from './thinning.js';
import type { Received } from './wire.js';

let world: HostileWorld;
/** One to each operation; of reading ones, to an answer. */
let all: Entrance[];
let reading: Entrance[];
let before: Readonly<Record<string, string>>;
beforeAll(async () => {
  world = await HostileWorld.open();
  reading = await world.readingEntrances();
  all = [...reading, ...(await world.jsonEntrances()), ...(await world.entrancesWithoutBody())];
  await world.moreLinksFor(2_500);
  before = await world.picture();
});
afterAll(() => world?.close());

const ask = (
  entrance: Entrance,
  parts: { path?: string; headers?: Readonly<Record<string, string>> } = {},
) => {
  const body = entrance.operation.body === null ? undefined : '{"surprise":1}';
  const request = entrance.request(body, parts.headers);
  const send = () => world.wire.send({ ...request, path: parts.path ?? request.path });
  return entrance.operation.answers.includes('text/csv') ? oneExport(send) : send();
};

/** A node makes few exports at a time. */
const oneExport = pLimit(1);

const isList = ({ operation }: Entrance) => operation.parameters.some(({ name }) => name === 'limit');
const isByLink = ({ operation }: Entrance) => operation.path.includes('{token}');

/** Three rows: encoded, plain, and signs. */
const encodingOf = (segment: string) => /^(%|\w)?/.exec(segment)?.[0].replace(/\w/, 'a') ?? '';

/** Values of one row: each further place meets another one of them. */
const sameRow = () => '';

/** Addresses in which one segment that is a parameter has become something else. */
function hostilePaths(entrance: Entrance, turn: number): string[] {
  const names = entrance.operation.path.split('/');
  const places = names.flatMap((name, at) => (name.startsWith('{') ? [at] : []));
  return places.flatMap((at) =>
    thinned(NO_SEGMENTS, encodingOf, turn).map((segment) => {
      const { path } = entrance.request();
      const segments = path.split('/');
      segments[at] = segment;
      return segments.join('/');
    }),
  );
}

describe('an address', () => {
  it('that holds what is the id of nothing is that of nothing', async () => {
    const trials = all.flatMap((entrance, turn) =>
      hostilePaths(entrance, turn).map((path) => ({ entrance, path })),
    );
    expect(trials.length).toBeGreaterThan(500);
    const faults = await world.wire.each(trials, async ({ entrance, path }) => {
      const answer = await ask(entrance, { path });
      // A body that is wrong may be seen before what it is for; a segment of dots is another address.
      const fault = faultOf(answer, { statuses: [400, 404, 405, 414, 422] });
      return fault === null ? [] : [`${entrance.operation.name} ${path} — ${fault}`];
    });
    expect(faults.flat()).toEqual([]);
  });
});

describe('a query', () => {
  it('with a value that the parameter never takes is 400, and names it', async () => {
    const turns = new Turns();
    const trials = reading
      .filter((entrance) => !isByLink(entrance))
      .flatMap((entrance) =>
        entrance.operation.parameters
          .filter((parameter) => parameter.in === 'query')
          .flatMap((parameter) => {
            const values = thinned(hostileToParameter(parameter), sameRow, turns.next(parameter));
            return values.map((value) => ({ entrance, parameter, value }));
          }),
      );
    expect(trials.length).toBeGreaterThan(150);
    const faults = await world.wire.each(trials, async ({ entrance, parameter, value }) => {
      const query = `${parameter.name}=${encodeURIComponent(value)}`;
      const answer = await ask(entrance, { path: `${entrance.request().path}?${query}` });
      const fault = faultOf(answer, { statuses: [400] });
      return fault === null ? [] : [`${entrance.operation.name}?${query.slice(0, 80)} — ${fault}`];
    });
    expect(faults.flat()).toEqual([]);
  });

  it.each(NO_QUERIES.map((query) => [query.slice(0, 40), query]))(
    'that a list does not know is 400, and elsewhere at least no failure: %s',
    async (_shown, query) => {
      const faults = await world.wire.each(reading, async (entrance) => {
        const answer = await ask(entrance, { path: `${entrance.request().path}?${query}` });
        const fault = faultOf(answer, { statuses: isList(entrance) ? [400] : [200, 303, 400] });
        return fault === null ? [] : [`${entrance.operation.name} — ${fault}`];
      });
      expect(faults.flat()).toEqual([]);
    },
  );

  it('finds nothing and breaks nothing with what is meant for a database', async () => {
    const places = reading.flatMap((entrance) =>
      entrance.operation.parameters
        .filter(({ in: place, schema }) => place === 'query' && !schema.enum && schema.type === 'string')
        .filter(({ name }) => name !== 'cursor')
        .map(({ name }) => ({ entrance, name })),
    );
    // Value by value, so that no route that does one thing at a time is asked for two.
    const trials = INJECTIONS.flatMap((value) => places.map((place) => ({ ...place, value })));
    expect(trials.length).toBeGreaterThan(100);
    const faults = await world.wire.each(trials, async ({ entrance, name, value }) => {
      const path = `${entrance.request().path}?${name}=${encodeURIComponent(value)}`;
      const answer = await ask(entrance, { path });
      const isPage = answer.status === 200 && isList(entrance);
      const { data } = isPage ? (JSON.parse(answer.text) as { data: unknown[] }) : { data: [] };
      const fault = faultOf(answer, { statuses: [200, 400] });
      return fault === null && data.length === 0 ? [] : [`${path} — ${fault ?? answer.text}`];
    });
    expect(faults.flat()).toEqual([]);
  });

  it('takes no cursor of another list, nor one that was changed', async () => {
    const lists = reading.filter(isList);
    const cursors = await world.wire.each(lists, async (entrance) => {
      const { text } = await ask(entrance, { path: `${entrance.request().path}?limit=1` });
      return (JSON.parse(text) as { meta: { nextCursor: string | null } }).meta.nextCursor;
    });
    const given = lists.flatMap((entrance, n) => (cursors[n] ? [{ entrance, cursor: cursors[n] }] : []));
    expect(given.length).toBeGreaterThan(3);
    const trials = given.flatMap(({ entrance, cursor }) => [
      ...given
        .filter((other) => other.cursor !== cursor)
        .map((other) => ({ entrance, cursor: other.cursor })),
      ...forged(cursor).map((each) => ({ entrance, cursor: each })),
    ]);
    const faults = await world.wire.each(trials, async ({ entrance, cursor }) => {
      const path = `${entrance.request().path}?cursor=${encodeURIComponent(cursor)}`;
      const fault = faultOf(await ask(entrance, { path }), { statuses: [400] });
      return fault === null ? [] : [`${path} (${Buffer.from(cursor, 'base64url').toString()}) — ${fault}`];
    });
    expect(faults.flat()).toEqual([]);
  });
});

/** A cursor of ours, each of its parts replaced in turn, and cut off. */
function forged(cursor: string): string[] {
  const parts = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[];
  const values: unknown[] = [...INJECTIONS, null, 1, {}, [], '\u0000', '\ud800'];
  const replaced = parts
    .slice(1)
    .flatMap((_, at) =>
      values.map((value) => Buffer.from(JSON.stringify(parts.with(at + 1, value))).toString('base64url')),
    );
  return [cursor.slice(0, -3), `${cursor}${cursor}`, ...replaced];
}

describe('a header', () => {
  it.each(HEADERS_READ)('that holds what is meant for a database makes nothing fail: %s', async (name) => {
    const values = [...INJECTIONS, '\u00ff\u00fe', 'x'.repeat(4_000), '{{7*7}}', '../../etc/passwd', ''];
    const trials = values.map((value, turn) => ({
      value,
      entrance: all[(turn * 7) % all.length] as Entrance,
    }));
    const faults = await world.wire.each(trials, async ({ entrance, value }) => {
      const fault = faultOf(await ask(entrance, { headers: { [name]: value } }), {
        statuses: [200, 206, 303, 304, 400, 401, 404, 412, 415, 417, 422],
      });
      return fault === null ? [] : [`${entrance.operation.name} ${name}: ${value} — ${fault}`];
    });
    expect(faults.flat()).toEqual([]);
  });

  it.each(NO_ACCEPTS)('that rules every form of an answer out is 406: Accept: %s', async (accept) => {
    const strict = reading.filter(({ operation }) => operation.path.startsWith('/api/'));
    const faults = await world.wire.each(strict, async (entrance) => {
      const fault = faultOf(await ask(entrance, { headers: { accept } }), { statuses: [406] });
      return fault === null ? [] : [`${entrance.operation.name} — ${fault}`];
    });
    expect(faults.flat()).toEqual([]);
  });

  it('that is merely odd changes no answer', async () => {
    const trials = ODD_PREFERENCES.flatMap((headers, n) =>
      reading.filter((_, turn) => isWhole || turn % 3 === n % 3).map((entrance) => ({ entrance, headers })),
    );
    const faults = await world.wire.each(trials, async ({ entrance, headers }) => {
      const fault = faultOf(await ask(entrance, { headers }), { statuses: [200, 303] });
      return fault === null
        ? []
        : [`${entrance.operation.name} ${JSON.stringify(headers).slice(0, 60)} — ${fault}`];
    });
    expect(faults.flat()).toEqual([]);
  });

  it('that claims to be another sender, host or address is not believed', async () => {
    const faults = await world.wire.each(all, async (entrance) => {
      const [plain, claimed] = [await ask(entrance), await ask(entrance, { headers: CLAIMS })];
      const isEqual = plain.status === claimed.status && !claimed.text.includes('evil.example');
      const told = Object.entries(claimed.headers).filter(([, value]) =>
        String(value).includes('evil.example'),
      );
      return isEqual && told.length === 0
        ? []
        : [`${entrance.operation.name}: ${claimed.status} ${claimed.text}`];
    });
    expect(faults.flat()).toEqual([]);
    const { text } = await world.wire.send({
      method: 'GET',
      path: '/api/v1/me',
      headers: { ...CLAIMS, authorization: `Bearer ${world.app.tokens.agent}` },
    });
    expect(JSON.parse(text)).toMatchObject({ id: 'agent-1', role: 'agent' });
  });
});

describe('every answer of every route', () => {
  const required: readonly (readonly [name: string, pattern: RegExp])[] = [
    ['x-content-type-options', /^nosniff$/],
    ['referrer-policy', /^no-referrer$/],
    ['x-frame-options', /^DENY$/i],
    ['content-security-policy', /default-src 'none'/],
    ['content-security-policy', /frame-ancestors 'none'/],
    ['strict-transport-security', /^max-age=\d{7,}/],
    ['trace-id', /^[0-9a-f]{32}$/],
  ];
  const forbidden = [
    'server',
    'x-powered-by',
    'access-control-allow-origin',
    'access-control-allow-credentials',
  ];

  const faultsOfHeaders = ({ headers, status }: Received): string[] => [
    ...required
      .filter(([name, pattern]) => !pattern.test(String(headers[name] ?? '')))
      .map(([name]) => `${name}: ${String(headers[name])}`),
    ...forbidden.filter((name) => name in headers),
    ...(/(script|default)-src[^;]*unsafe|unsafe-eval/.test(String(headers['content-security-policy']))
      ? ['an unsafe policy']
      : []),
    ...(status >= 400 && headers['cache-control'] !== 'no-store' ? ['a cache that may keep an error'] : []),
  ];

  it('carries the headers that keep a browser from mischief, well or not', async () => {
    const paths = world.app
      .get(RouteTable)
      .all()
      .flatMap(({ url, methods }) =>
        methods.map((method) => ({ method, path: url.replace(/:\w+|\*/g, NOTHING) })),
      );
    expect(paths.length).toBeGreaterThan(150);
    const sent = [
      ...paths,
      ...paths.map(({ method, path }) => ({ method, path, headers: { accept: 'text/xml' } })),
      ...reading.map((entrance) => entrance.request()),
      { method: 'GET', path: '/nowhere' },
      { method: 'PATCH', path: '/api/v1/cases' },
    ];
    const faults = await world.wire.each(sent, async (request) => {
      const found = faultsOfHeaders(await world.wire.send(request));
      return found.length === 0 ? [] : [`${request.method} ${request.path}: ${found.join(', ')}`];
    });
    expect(faults.flat()).toEqual([]);
  });

  it('has stored nothing', async () => {
    expect(await world.picture()).toEqual(before);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect((await world.app.api(null).get('/health/ready')).status).toBe(200);
  });
});
