// What an issuer may do to us: change its keys, vanish, lie, or drown us; and how seldom we ask it.
import { afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { scanJson } from '../../src/http/input/scan-json.js';
import { AccessTokens } from '../../src/identity/access-tokens.js';
import { REST_MS } from '../../src/identity/issuer-fetch.js';
import type { IssuerSetting } from '../../src/identity/issuer-settings.js';
import { Issuers, KEYS_REST_MS } from '../../src/identity/issuers.js';
import { DependencyUnavailable } from '../../src/store/database-errors.js';
import {
  AUDIENCE,
  claimsOf,
  makeKey,
  startIssuer,
  token,
  type IssuerKey,
  type IssuerServer,
} from './issuer-server.js';

let first: IssuerKey;
let second: IssuerKey;
let server: IssuerServer;
/** Both clocks, moved by hand: the library that keeps the keys reads the wall's. */
let passedMs = 0;

const later = (ms: number): void => void (passedMs += ms);

function tokens(setting: Partial<IssuerSetting> = {}): AccessTokens {
  const whole: IssuerSetting = {
    issuer: server.issuer,
    audience: AUDIENCE,
    algorithm: 'ES256',
    typ: 'at+jwt',
    jwksUri: null,
    clientId: null,
    clientSecret: null,
    label: 'Test',
    ...setting,
  };
  return new AccessTokens(
    new Issuers(
      () => [{ setting: whole }],
      () => passedMs,
    ),
    scanJson,
  );
}

const by = (key: IssuerKey, header = {}) => token(key, claimsOf(server.issuer, 'lena'), header);
const questions = () => server.asked.filter((path) => path === '/jwks').length;

beforeAll(async () => {
  [first, second] = await Promise.all([makeKey('ES256', 'k1'), makeKey('ES256', 'k2')]);
});
beforeEach(async () => {
  server = await startIssuer([first]);
  passedMs = 0;
  const startedAt = Date.now();
  jest.spyOn(Date, 'now').mockImplementation(() => startedAt + passedMs);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await server.close();
});

describe('an issuer that changes its keys', () => {
  it('is followed at the first token with the new one', async () => {
    const judge = tokens();
    expect(await judge.verify(by(first))).toMatchObject({ issuer: server.issuer, subject: 'lena' });
    server.keys = [first, second];
    later(KEYS_REST_MS + 1);
    expect(await judge.verify(by(second))).toMatchObject({ subject: 'lena' });
    expect(questions()).toBe(2);
  });

  it('is asked once in half a minute at most, however many unknown keys are named', async () => {
    const judge = tokens();
    await judge.verify(by(first));
    const flood = () =>
      Promise.all(Array.from({ length: 200 }, (_, n) => judge.verify(by(second, { kid: `x${n}` }))));
    expect(new Set(await flood())).toEqual(new Set([null]));
    expect(questions()).toBe(1);
    later(KEYS_REST_MS + 1);
    await flood();
    expect(questions()).toBe(2);
  });

  it('is believed no more by a key that it has withdrawn ten minutes ago', async () => {
    const judge = tokens();
    await judge.verify(by(first));
    server.keys = [second];
    later(600_001);
    expect(await judge.verify(by(first))).toBeNull();
  });
});

describe('an issuer that cannot be asked', () => {
  const unavailable = (judge: AccessTokens, key = first) =>
    expect(judge.verify(by(key))).rejects.toBeInstanceOf(DependencyUnavailable);

  it.each([
    ['fails', () => void (server.status = 500)],
    ['sends elsewhere', () => void (server.status = 302)],
    ['has no discovery document', () => void (server.status = 404)],
    ['says no JSON', () => void (server.discovery = 'x' as never)],
    [
      'names another issuer',
      () => void (server.discovery = { ...server.discovery, issuer: 'https://evil.example' }),
    ],
    ['names no keys', () => void (server.discovery = { issuer: server.issuer })],
    [
      'names keys without TLS elsewhere',
      () => void (server.discovery = { ...server.discovery, jwks_uri: 'http://192.0.2.1/jwks' }),
    ],
    [
      'names keys in a file',
      () => void (server.discovery = { ...server.discovery, jwks_uri: 'file:///etc/passwd' }),
    ],
    ['has keys that are no JSON', () => void (server.keys = 'keys')],
    ['has keys that are no set', () => void (server.keys = '{"keys":{}}')],
    [
      'has a set of 100 KB',
      () => void (server.keys = JSON.stringify({ keys: [], filler: 'x'.repeat(100_000) })),
    ],
    [
      'has a key that is none',
      () => void (server.keys = '{"keys":[{"kid":"k1","kty":"EC","crv":"P-256","x":"","y":""}]}'),
    ],
  ])('is a dependency that does not serve when it %s', async (_, spoil) => {
    spoil();
    await unavailable(tokens());
  });

  it('is not asked again for a while, and then is', async () => {
    const judge = tokens();
    server.status = 503;
    await unavailable(judge);
    const asked = server.asked.length;
    server.status = 200;
    await Promise.all(Array.from({ length: 50 }, () => unavailable(judge)));
    expect(server.asked.length).toBe(asked);
    later(REST_MS + 1);
    expect(await judge.verify(by(first))).not.toBeNull();
  });

  it('is a dependency that does not serve when nobody listens', async () => {
    const judge = tokens({ jwksUri: 'http://127.0.0.1:9/jwks' });
    await unavailable(judge);
  });

  it('leaves those valid whose key is known', async () => {
    const judge = tokens();
    await judge.verify(by(first));
    server.status = 503;
    later(KEYS_REST_MS + 1);
    await unavailable(judge, second);
    expect(await judge.verify(by(first))).not.toBeNull();
  });

  it('is asked once by many that arrive together', async () => {
    const judge = tokens();
    await Promise.all(Array.from({ length: 20 }, () => judge.verify(by(first))));
    expect(server.asked).toEqual(['/.well-known/openid-configuration', '/jwks']);
  });

  it('is not asked at all for what cannot be its token', async () => {
    const judge = tokens();
    const stranger = token(first, claimsOf('https://evil.example', 'lena'));
    for (const junk of [
      '',
      'a.b.c',
      stranger,
      by(first, { alg: 'none' }),
      `${by(first)}.`,
      'x'.repeat(9_000),
    ]) {
      expect(await judge.verify(junk)).toBeNull();
    }
    expect(server.asked).toEqual([]);
  });
});

describe('an issuer of Edwards curves', () => {
  it('is believed', async () => {
    const key = await makeKey('EdDSA', 'ed');
    server.keys = [key];
    expect(await tokens({ algorithm: 'EdDSA' }).verify(by(key))).toMatchObject({ subject: 'lena' });
  });
});
