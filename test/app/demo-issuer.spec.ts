// The demo's own issuer: lets everybody be anybody of the demo, and is strict in everything else.
import { createHash } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { CODE_LIFE_MS, LocalDemoIssuer } from '../../src/app/demo/demo-issuer.js';
import type { IssuerAnswer } from '../../src/http/auth/demo-issuer.js';

const VERIFIER = 'v'.repeat(43);
const CALLBACK = 'https://cases.example.com/login/callback';
let passedMs: number;
let linked: string[];
let issuer: LocalDemoIssuer;

beforeEach(() => {
  passedMs = 0;
  linked = [];
  issuer = new LocalDemoIssuer({
    publicUrl: () => 'https://cases.example.com',
    people: () => [{ id: 'agent-1', name: 'Lena <i>Hoffmann</i>', role: 'agent', department: null }],
    link: async (staffId) => void linked.push(staffId),
    monotonicMs: () => passedMs,
  });
});

type Fields = Readonly<Record<string, string>>;

function authorize(more: Fields = {}): Promise<IssuerAnswer> {
  const query = new URLSearchParams({
    client_id: 'demo-console',
    redirect_uri: CALLBACK,
    response_type: 'code',
    code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
    code_challenge_method: 'S256',
    state: 'the-state',
    nonce: 'the-nonce',
    login_as: 'agent-1',
    ...more,
  });
  return issuer.answer({ method: 'GET', path: 'authorize', query, form: new URLSearchParams() });
}

function redeem(code: string, more: Fields = {}): Promise<IssuerAnswer> {
  const form = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: 'demo-console',
    redirect_uri: CALLBACK,
    code,
    code_verifier: VERIFIER,
    ...more,
  });
  return issuer.answer({ method: 'POST', path: 'token', query: new URLSearchParams(), form });
}

const saidIn = ({ headers }: IssuerAnswer) => new URL(headers['location'] ?? '').searchParams;
const aCode = async () => saidIn(await authorize()).get('code') ?? '';

describe('the demo’s issuer', () => {
  it('sends back with a code, the state and its own name, and makes the person known', async () => {
    const answer = await authorize();
    expect(answer.status).toBe(302);
    expect(answer.headers['location']).toMatch(/^https:\/\/cases\.example\.com\/login\/callback\?/);
    expect(saidIn(answer).get('state')).toBe('the-state');
    expect(saidIn(answer).get('iss')).toBe('https://cases.example.com/demo-issuer');
    expect(linked).toEqual(['agent-1']);
  });

  it('gives for the code tokens that say who, for ten minutes', async () => {
    const { status, body } = await redeem(await aCode());
    const { id_token, access_token } = JSON.parse(body);
    expect(status).toBe(200);
    expect(decodeProtectedHeader(access_token)).toMatchObject({ alg: 'ES256', typ: 'at+jwt' });
    expect(decodeJwt(id_token)).toMatchObject({ sub: 'agent-1', aud: 'demo-console', nonce: 'the-nonce' });
    const { iat = 0, exp = 0 } = decodeJwt(access_token);
    expect(exp - iat).toBe(600);
  });

  it.each([
    ['twice', async (code: string) => void (await redeem(code)), {}],
    [
      'after a wrong try',
      async (code: string) => void (await redeem(code, { code_verifier: 'w'.repeat(43) })),
      {},
    ],
    ['after a minute', () => void (passedMs += CODE_LIFE_MS), {}],
    ['without its verifier', () => undefined, { code_verifier: '' }],
    ['for another client', () => undefined, { client_id: 'other' }],
    ['for another address', () => undefined, { redirect_uri: 'https://evil.example' }],
    ['for a refresh', () => undefined, { grant_type: 'refresh_token' }],
  ])('takes no code %s', async (_, before, more) => {
    const code = await aCode();
    await before(code);
    expect(await redeem(code, more as Fields)).toMatchObject({
      status: 400,
      body: '{"error":"invalid_grant"}',
    });
  });

  it.each([
    ['another address', { redirect_uri: 'https://evil.example/login/callback' }],
    ['an address of ours that is not the one', { redirect_uri: `${CALLBACK}/` }],
    ['an unknown client', { client_id: 'other' }],
  ])('sends nobody to %s', async (_, more) => {
    const { status, headers } = await authorize(more);
    expect([status, headers['location']]).toEqual([400, undefined]);
  });

  it.each([
    ['no PKCE', { code_challenge: '' }, 'invalid_request'],
    ['plain PKCE', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['another flow', { response_type: 'token' }, 'invalid_request'],
    ['somebody who is not there', { login_as: 'nobody' }, 'access_denied'],
  ])('says no to %s, in the way that OAuth prescribes', async (_, more, error) => {
    expect(saidIn(await authorize(more)).get('error')).toBe(error);
    expect(linked).toEqual([]);
  });

  it('lists who one can be, and says that it is a demo', async () => {
    const query = new URLSearchParams({
      client_id: 'demo-console',
      redirect_uri: CALLBACK,
      response_type: 'code',
    });
    query.set('code_challenge', 'c'.repeat(43));
    query.set('code_challenge_method', 'S256');
    query.set('state', '"><script>');
    const { body } = await issuer.answer({
      method: 'GET',
      path: 'authorize',
      query,
      form: new URLSearchParams(),
    });
    expect(body).toContain('This is a demo');
    expect(body).toContain('Lena &lt;i&gt;Hoffmann&lt;/i&gt;');
    expect(body).not.toContain('<script>');
  });
});
