// Everything that a token can be that is not a valid one (reliability.md S5), as a table.
import { createPublicKey, type JsonWebKey } from 'node:crypto';
import {
  claimsOf,
  encoded,
  signed,
  signedWithSecret,
  token,
  type IssuerKey,
  type IssuerServer,
} from './issuer-server.js';

/** What a forger can have: the issuer's name and public key, keys of their own, a token that was valid for another. */
export interface Forge {
  readonly server: IssuerServer;
  /** The issuer's own; signing with it makes everything right but what the row makes wrong. */
  readonly key: IssuerKey;
  /** A forger's, under the same id. */
  readonly ownKey: IssuerKey;
  /** Of another issuer that is believed too. */
  readonly otherKey: IssuerKey;
  readonly otherIssuer: string;
  readonly subject: string;
}

type Row = readonly [what: string, make: (forge: Forge) => string];
type Json = Record<string, unknown>;

const claims = ({ server, subject }: Forge, more: Json = {}) => claimsOf(server.issuer, subject, more);
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1_000) + seconds;
const valid = (forge: Forge) => token(forge.key, claims(forge));
const withClaims =
  (more: () => Json) =>
  (forge: Forge): string =>
    token(forge.key, claims(forge, more()));
const withHeader =
  (more: (forge: Forge) => Json) =>
  (forge: Forge): string =>
    token(forge.key, claims(forge), more(forge));
const without =
  (name: string) =>
  (forge: Forge): string =>
    token(forge.key, { ...claims(forge), [name]: undefined });
/** The same token with one of its parts said differently. */
const respelt =
  (part: number, change: (text: string) => string) =>
  (forge: Forge): string =>
    valid(forge)
      .split('.')
      .map((text, n) => (n === part ? change(text) : text))
      .join('.');
const pem = ({ publicJwk }: IssuerKey) =>
  createPublicKey({ key: publicJwk as JsonWebKey, format: 'jwk' }).export({
    type: 'spki',
    format: 'pem',
  }) as string;

const ALGORITHMS: readonly Row[] = [
  [
    'no signature at all (`none`)',
    (f) => `${encoded({ alg: 'none', kid: f.key.kid, typ: 'at+jwt' })}.${encoded(claims(f))}.`,
  ],
  ['`none` with the signature left on', withHeader(() => ({ alg: 'none' }))],
  ['`nOnE`', withHeader(() => ({ alg: 'nOnE' }))],
  ['`alg` in another case', withHeader(() => ({ alg: 'rs256' }))],
  ['no `alg`', withHeader(() => ({ alg: undefined }))],
  ['`alg` as a list', withHeader(() => ({ alg: ['RS256'] }))],
  [
    'HMAC with the public key as the secret',
    (f) =>
      signedWithSecret(
        `${encoded({ alg: 'HS256', kid: f.key.kid, typ: 'at+jwt' })}.${encoded(claims(f))}`,
        pem(f.key),
      ),
  ],
  [
    'HMAC said to be RSA',
    (f) =>
      signedWithSecret(
        `${encoded({ alg: 'RS256', kid: f.key.kid, typ: 'at+jwt' })}.${encoded(claims(f))}`,
        JSON.stringify(f.key.publicJwk),
      ),
  ],
  ['another algorithm of the same key', withHeader(() => ({ alg: 'PS256' }))],
  ['a longer hash of the same key', withHeader(() => ({ alg: 'RS512' }))],
  ['the algorithm of another issuer', (f) => token(f.otherKey, claims(f), { kid: f.key.kid })],
];

const KEYS: readonly Row[] = [
  ['a forger’s key under the issuer’s key id', (f) => token(f.ownKey, claims(f))],
  ['a key id that nobody has', withHeader(() => ({ kid: 'nobody' }))],
  ['a key id that is a path', withHeader(() => ({ kid: '../../../../dev/null' }))],
  ['a key id that is SQL', withHeader(() => ({ kid: "' OR 1=1 --" }))],
  ['a key id that is an address', withHeader(() => ({ kid: 'https://evil.example/jwks' }))],
  ['a key id that reaches a prototype', withHeader(() => ({ kid: '__proto__' }))],
  ['a key id without end', withHeader(() => ({ kid: 'k'.repeat(129) }))],
  ['a key id that is a number', withHeader(() => ({ kid: 1 }))],
  ['no key id', withHeader(() => ({ kid: undefined }))],
  ['its own key with it', (f) => token(f.ownKey, claims(f), { jwk: f.ownKey.publicJwk })],
  ['an address of keys (`jku`)', withHeader(({ server }) => ({ jku: `${server.issuer}/jwks` }))],
  ['an address of certificates (`x5u`)', withHeader(() => ({ x5u: 'https://evil.example/chain' }))],
  ['certificates (`x5c`)', withHeader(() => ({ x5c: ['MIIB'] }))],
  ['an extension that must be understood (`crit`)', withHeader(() => ({ crit: ['exp'], exp: 1 }))],
  ['an empty `crit`', withHeader(() => ({ crit: [] }))],
  ['an unencoded payload (`b64`)', withHeader(() => ({ b64: false, crit: ['b64'] }))],
  ['a compressed payload (`zip`)', withHeader(() => ({ zip: 'DEF' }))],
];

const CLAIMS: readonly Row[] = [
  ['another audience', withClaims(() => ({ aud: 'elsewhere' }))],
  ['two audiences', withClaims(() => ({ aud: ['cases', 'elsewhere'] }))],
  ['no audience', without('aud')],
  ['an audience that is an object', withClaims(() => ({ aud: { cases: true } }))],
  ['an issuer that nobody believes', withClaims(() => ({ iss: 'https://evil.example' }))],
  ['another believed issuer’s name', (f) => token(f.key, claims(f, { iss: f.otherIssuer }))],
  ['a slash more in the issuer’s name', (f) => token(f.key, claims(f, { iss: `${f.server.issuer}/` }))],
  ['no issuer', without('iss')],
  ['an issuer that is a list', (f) => token(f.key, claims(f, { iss: [f.server.issuer] }))],
  ['an end 31 s ago', withClaims(() => ({ iat: inSeconds(-331), exp: inSeconds(-31) }))],
  ['no end', without('exp')],
  ['an end that is a text', withClaims(() => ({ exp: String(inSeconds(300)) }))],
  ['an end that never comes', withClaims(() => ({ exp: 1e300 }))],
  ['a beginning that has not come (`nbf`)', withClaims(() => ({ nbf: inSeconds(40) }))],
  ['a birth in the future (`iat`)', withClaims(() => ({ iat: inSeconds(40), exp: inSeconds(340) }))],
  ['no birth', without('iat')],
  ['a life of more than 15 minutes', withClaims(() => ({ exp: inSeconds(901) }))],
  ['an end before its birth', withClaims(() => ({ iat: inSeconds(20), exp: inSeconds(10) }))],
  ['no subject', without('sub')],
  ['an empty subject', withClaims(() => ({ sub: '' }))],
  ['a subject that is a number', withClaims(() => ({ sub: 1 }))],
  ['a subject without end', withClaims(() => ({ sub: 's'.repeat(256) }))],
  ['a subject that nobody has linked', withClaims(() => ({ sub: 'stranger' }))],
  ['another type of token', withHeader(() => ({ typ: 'logout+jwt' }))],
  ['the type of an ID token', withHeader(() => ({ typ: 'JWT' }))],
  ['no type', withHeader(() => ({ typ: undefined }))],
];

const SPELLING: readonly Row[] = [
  [
    '`alg` twice',
    (f) => token(f.key, claims(f), `{"alg":"none","alg":"RS256","kid":"${f.key.kid}","typ":"at+jwt"}`),
  ],
  ['a claim twice', (f) => token(f.key, JSON.stringify(claims(f)).replace('{', '{"sub":"admin-1",'))],
  [
    'a claim twice, once in disguise',
    (f) => token(f.key, JSON.stringify(claims(f)).replace('{', '{"\\u0073ub":"admin-1",')),
  ],
  [
    'a claim named as a prototype',
    (f) => token(f.key, JSON.stringify(claims(f)).replace('{', '{"__proto__":{},')),
  ],
  ['a dot at its end', (f) => `${valid(f)}.`],
  ['dots at its end', (f) => `${valid(f)}..`],
  ['a dot at its beginning', (f) => `.${valid(f)}`],
  ['two parts', (f) => valid(f).split('.').slice(0, 2).join('.')],
  ['five parts', (f) => `${valid(f)}.AAAA.AAAA`],
  ['more than 8 KiB', (f) => token(f.key, claims(f, { filler: 'x'.repeat(8_192) }))],
  ['a token within a token', (f) => token(f.key, valid(f), { cty: 'JWT' })],
  ['a token as its payload, unannounced', (f) => token(f.key, JSON.stringify(valid(f)))],
  ['a list as its payload', (f) => token(f.key, JSON.stringify([claims(f)]))],
  ['no JSON at all', (f) => token(f.key, 'sub=admin-1')],
  [
    'invalid UTF-8',
    (f) => signed(`${valid(f).split('.')[0]}.${encoded(Buffer.from('{"sub":"\xff"}', 'latin1'))}`, f.key),
  ],
  ['a byte order mark', (f) => token(f.key, `\uFEFF${JSON.stringify(claims(f))}`)],
  ['padding', respelt(2, (text) => `${text}==`)],
  ['the other base64', respelt(2, (text) => `${text.slice(0, -4)}+/+/`)],
  ['unused bits that are set', respelt(2, (text) => `${text.slice(0, -1)}${nextLetter(text.at(-1) ?? '')}`)],
  [
    'a signature with one bit turned',
    respelt(2, (text) => `${text.startsWith('A') ? 'B' : 'A'}${text.slice(1)}`),
  ],
  ['half a signature', respelt(2, (text) => text.slice(0, 100))],
  ['no signature', respelt(2, () => '')],
  [
    'another payload under the same signature',
    respelt(1, (text) => encoded(Buffer.from(text, 'base64url').toString().replace('"sub":"', '"sub":"x'))),
  ],
];

/** The last of 342 letters of an RSA signature carries four bits; the other two may be anything. */
function nextLetter(letter: string): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return letters[letters.indexOf(letter) + 1] ?? 'A';
}

export const HOSTILE_TOKENS: readonly Row[] = [...ALGORITHMS, ...KEYS, ...CLAIMS, ...SPELLING];
