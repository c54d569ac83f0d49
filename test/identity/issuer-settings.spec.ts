// Which issuers an installation can be told to believe, and how a mistake is named.
import { describe, expect, it } from '@jest/globals';
import { readSettings, SettingsError } from '../../src/app/settings.js';

const GOOD = { issuer: 'https://login.example.com', audience: 'cases', algorithm: 'ES256' };

function refusal(written: unknown): string {
  const text = typeof written === 'string' ? written : JSON.stringify(written);
  try {
    readSettings({ AUTH_ISSUERS: text });
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    return (error as Error).message;
  }
  throw new Error('it was accepted');
}

describe('AUTH_ISSUERS', () => {
  it('needs a name, an audience and an algorithm, and fills in the rest', () => {
    expect(readSettings({ AUTH_ISSUERS: JSON.stringify([GOOD]) }).authIssuers).toEqual([
      {
        ...GOOD,
        typ: 'at+jwt',
        jwksUri: null,
        clientId: null,
        clientSecret: null,
        label: 'login.example.com',
      },
    ]);
    expect(readSettings({}).authIssuers).toBeNull();
  });

  it.each([
    ['no JSON', '[{', 'must be a JSON array'],
    ['an object', GOOD, 'must be a JSON array of 1 to 10 issuers'],
    ['nobody', [], 'must be a JSON array of 1 to 10 issuers'],
    ['eleven', Array.from({ length: 11 }, () => GOOD), 'must be a JSON array of 1 to 10 issuers'],
    ['a text', ['https://login.example.com'], 'entry 1 must be an object'],
    ['a misspelt key', [{ ...GOOD, jwks_uri: 'x' }], 'entry 1 has an unknown key'],
    ['no audience', [{ ...GOOD, audience: undefined }], 'entry 1: audience is missing'],
    ['an empty audience', [{ ...GOOD, audience: '' }], 'entry 1: audience must be a text'],
    [
      'a shared secret as algorithm',
      [{ ...GOOD, algorithm: 'HS256' }],
      'entry 1: algorithm must be one of RS256',
    ],
    ['no signature', [{ ...GOOD, algorithm: 'none' }], 'entry 1: algorithm must be one of RS256'],
    ['two algorithms', [{ ...GOOD, algorithm: ['RS256', 'ES256'] }], 'entry 1: algorithm must be a text'],
    ['an unknown type', [{ ...GOOD, typ: 'id+jwt' }], 'entry 1: typ must be one of at+jwt, JWT'],
    ['plain HTTP', [{ ...GOOD, issuer: 'http://login.example.com' }], 'entry 1: issuer must be an https URL'],
    [
      'keys over plain HTTP',
      [{ ...GOOD, jwksUri: 'http://x.example/k' }],
      'entry 1: jwksUri must be an https URL',
    ],
    ['a password in the address', [{ ...GOOD, issuer: 'https://a:b@x.example' }], 'entry 1: issuer must be'],
    ['a query in the address', [{ ...GOOD, issuer: 'https://x.example/?t=1' }], 'entry 1: issuer must be'],
    [
      'a secret of no client',
      [{ ...GOOD, clientSecret: 'hunter2' }],
      'entry 1 has a clientSecret without a clientId',
    ],
    [
      'one name for audience and client',
      [{ ...GOOD, clientId: 'cases' }],
      'entry 1 has one value for audience',
    ],
    ['one issuer twice', [GOOD, { ...GOOD, audience: 'other' }], 'names an issuer twice'],
    ['a fault in the second', [GOOD, { ...GOOD, issuer: 'x' }], 'entry 2: issuer must be'],
  ])('is refused in one line that says where: %s', (_, written, words) => {
    const message = refusal(written);
    expect(message).toContain(`AUTH_ISSUERS: ${words}`);
    expect(message).not.toContain('\n');
    expect(message).not.toContain('hunter2');
  });

  it('may name an issuer on this machine without TLS, for development', () => {
    for (const issuer of ['http://localhost:8080/realms/x', 'http://127.0.0.1:9000', 'http://[::1]:9000']) {
      const [read] = readSettings({ AUTH_ISSUERS: JSON.stringify([{ ...GOOD, issuer }]) }).authIssuers ?? [];
      expect(read?.issuer).toBe(issuer);
    }
  });
});

describe('DEMO_LOGIN', () => {
  it.each([
    ['a demo', {}, '1'],
    ['a demo on a database of one’s own', { DATABASE_URL: 'postgres://db/x', DEMO: '1' }, '1'],
    ['the demo’s directory alone', { DEMO: 'directory' }, '0'],
    ['a service', { DATABASE_URL: 'postgres://db/x' }, '0'],
    ['a demo with an issuer', { AUTH_ISSUERS: JSON.stringify([GOOD]) }, '0'],
    ['a demo in production', { NODE_ENV: 'production' }, '0'],
  ])('is by itself for %s: %#', (_, env, value) => {
    expect(readSettings(env).demoLogin).toBe(value);
  });

  it('is refused in production', () => {
    expect(() => readSettings({ DEMO_LOGIN: '1', NODE_ENV: 'production' })).toThrow(
      'DEMO_LOGIN=1 is refused',
    );
  });
});
