/**
 * Requests that ask wrongly: another address, query, method or role. One row per kind of mistake; a row changes the
 * request, or says that it cannot.
 */
import type { FuzzRequest } from './fuzz-request.js';
import { HOSTILE_SEGMENTS, HOSTILE_TEXTS } from './hostile.js';
import { targetOf } from './make-request.js';
import type { Scene } from './scene.js';

/** @returns false: not with this request. */
export type BreakRequest = (request: FuzzRequest, scene: Scene) => boolean;

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY'];

export const BREAK_REQUEST: Readonly<Record<string, BreakRequest>> = {
  'another segment in the address': (request, { random }) => {
    const segments = pathOf(request).split('/');
    const named = request.operation.path.split('/').flatMap((part, n) => (part.includes('{') ? [n] : []));
    const place = random.pickOrNull(named);
    if (place === null) return false;
    segments[place] = random.pick(HOSTILE_SEGMENTS);
    return readdress(request, segments.join('/'));
  },
  'an address that is written otherwise': (request, { random }) => {
    const path = pathOf(request);
    return readdress(
      request,
      random.pick([
        `${path}/`,
        `/${path}`,
        path.replace('/api/', '/API/'),
        path.replaceAll('a', '%61'),
        `${path}.json`,
        `${path}/..`,
        `${path};x=1`,
        path.replace('/v1/', '/v1//'),
        `${path}%20`,
        `${path}#fragment`.replace('#', '%23'),
      ]),
    );
  },
  'an id of something else': (request, { random, world }) => {
    const names = Object.keys(request.params);
    const name = random.pickOrNull(names);
    const other = [world.pickCase(random)?.id, world.pickPlace(random, '/api/v1/customers')?.params['id']];
    if (name === null) return false;
    const id = random.pick(other) ?? 'nothing';
    return readdress(request, pathOf(request).replace(encodeURIComponent(request.params[name] ?? ''), id));
  },
  'an unknown parameter': (request, { random }) => {
    request.query.push([
      random.pick(['x', 'a[b][c]', '__proto__', 'constructor', 'Limit', '$where', 'q[]', '']),
      'level1',
    ]);
    request.mustFail = takesQueries(request) ? 'there is no such parameter' : null;
    return requery(request);
  },
  'a parameter twice': (request, { random }) => {
    const one = random.pickOrNull(request.query);
    if (one === null) return false;
    request.query.push(one);
    request.mustFail = takesQueries(request) ? 'a parameter stands twice' : null;
    return requery(request);
  },
  'a hostile parameter': (request, { random }) => {
    const names = request.operation.parameters.filter((one) => one.in === 'query').map(({ name }) => name);
    const name = random.pickOrNull(names);
    if (name === null) return false;
    const value = random.chance(0.5)
      ? random.pick(HOSTILE_TEXTS).slice(0, 1_500)
      : random.pick(['0', '-1', '1.5', '1e9', '101', '9'.repeat(400), '010', ' 5', '%', "';--", 'level9']);
    request.query.splice(0, request.query.length, ...request.query.filter(([given]) => given !== name), [
      name,
      value,
    ]);
    return requery(request);
  },
  'a broken cursor': (request, { random, world }) => {
    if (!request.operation.parameters.some(({ name }) => name === 'cursor')) return false;
    const real =
      world.pickCursor(random, request.operation.id) ?? world.pickCursor(random, 'listCases') ?? 'W10';
    const broken = [
      real.slice(1),
      real.slice(0, -3),
      `${real}A`,
      'W10',
      'bnVsbA',
      'e30',
      'WzEsMiwzXQ',
      '!!!',
      real.toUpperCase(),
    ];
    request.query.splice(0, request.query.length, ['cursor', random.pick(broken)]);
    return requery(request);
  },
  'a long query': (request, { random }) => {
    for (let n = 0; n < random.pick([50, 400]); n++) request.query.push([`p${n}`, 'x']);
    request.mustFail = takesQueries(request) ? 'there are no such parameters' : null;
    return requery(request);
  },
  'a broken query': (request, { random }) => {
    request.target = `${request.target.split('?')[0]}?${random.pick(['%zz', 'q=%ff', '&&&', '=', '?', 'limit', 'limit=%00', 'q=%ed%a0%80', 'a=b=c'])}`;
    return true;
  },
  'another method': (request, { random }) => {
    request.method = random.pick(METHODS.filter((one) => one !== request.method));
    return true;
  },
  'another role': (request, { random }) => {
    request.role = random.pick([
      'agent',
      'agent2',
      'manager',
      'service',
      'admin',
      'member:sales',
      'lead:finance',
      'member:product',
    ]);
    return true;
  },
  'no token': (request) => {
    if (request.operation.isPublic) return false;
    request.role = null;
    request.mustFail = 'there is no token';
    return true;
  },
  'a wrong token': (request, { random }) => {
    if (request.operation.isPublic) return false;
    request.role = null;
    request.headers['authorization'] = random.pick(WRONG_TOKENS);
    request.mustFail = 'the token is wrong';
    return true;
  },
};

const WRONG_TOKENS = [
  'Bearer',
  'Bearer ',
  'Bearer x',
  'bearer cew_admin_0000000000000000000000000000000000000000000',
  'Basic YWRtaW46YWRtaW4=',
  'Bearer a b',
  'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbi0xIn0.',
  `Bearer ${'a'.repeat(7_000)}`,
  'Bearer \u00e9',
  'Digest username="admin"',
];

function pathOf(request: FuzzRequest): string {
  return request.target.split('?')[0] as string;
}

function readdress(request: FuzzRequest, path: string): boolean {
  const query = request.target.includes('?') ? `?${request.target.split('?')[1] as string}` : '';
  request.target = `${path}${query}`;
  return true;
}

function requery(request: FuzzRequest): boolean {
  request.target = targetOf(pathOf(request), request.query);
  return true;
}

/** Lists promise to refuse what they do not know; mail programs may append to a link what they like. */
function takesQueries({ operation }: FuzzRequest): boolean {
  return (
    operation.parameters.some((one) => one.in === 'query') && !operation.path.includes('/status/{token}')
  );
}
