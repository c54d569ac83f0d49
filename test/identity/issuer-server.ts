// An OIDC issuer as far as tokens need one: a real server on this machine with a discovery document and a key set that
// a test may rotate, break or take away. Tokens are put together by hand, so that they may be wrong in any way.
import { createHmac, createPrivateKey, sign as signBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportPKCS8, generateKeyPair, type JWK } from 'jose';

export interface IssuerKey {
  readonly kid: string;
  readonly alg: string;
  readonly publicJwk: JWK;
  readonly privatePem: string;
}

export async function makeKey(alg: 'RS256' | 'ES256' | 'EdDSA', kid: string): Promise<IssuerKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  const publicJwk = { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' };
  return { kid, alg, publicJwk, privatePem: await exportPKCS8(privateKey) };
}

export interface IssuerServer {
  /** The issuer's name, which is where it listens. */
  readonly issuer: string;
  /** What `/jwks` answers; a text is sent as it is. */
  keys: readonly IssuerKey[] | string;
  /** Of every answer. */
  status: number;
  /** The discovery document; replaced to make it lie. */
  discovery: object;
  /** Paths that were asked for, in order. */
  readonly asked: string[];
  close(): Promise<void>;
}

export async function startIssuer(keys: readonly IssuerKey[]): Promise<IssuerServer> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.setHeader('connection', 'close');
    response.writeHead(self.status, { 'content-type': 'application/json', location: '/elsewhere' });
    if (request.url === '/jwks') {
      response.end(typeof self.keys === 'string' ? self.keys : keySet(self.keys));
    } else response.end(JSON.stringify(self.discovery));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const self: IssuerServer = {
    issuer,
    keys,
    status: 200,
    discovery: { issuer, jwks_uri: `${issuer}/jwks` },
    asked,
    close: () => closed(server),
  };
  return self;
}

const keySet = (keys: readonly IssuerKey[]) =>
  JSON.stringify({ keys: keys.map(({ publicJwk }) => publicJwk) });

const closed = (server: Server) => new Promise<void>((resolve) => server.close(() => resolve()));

export const AUDIENCE = 'cases';

type Json = Record<string, unknown>;

/** Claims of a valid token, issued now. */
export function claimsOf(issuer: string, subject: string, more: Json = {}): Json {
  const now = Math.floor(Date.now() / 1_000);
  return { iss: issuer, aud: AUDIENCE, sub: subject, iat: now, exp: now + 300, ...more };
}

/** `header` and `claims` are taken letter by letter when they are texts. */
export function token(key: IssuerKey, claims: Json | string, header: Json | string = {}): string {
  const head = typeof header === 'string' ? header : { alg: key.alg, kid: key.kid, typ: 'at+jwt', ...header };
  return signed(`${encoded(head)}.${encoded(claims)}`, key);
}

export function signed(input: string, { alg, privatePem }: IssuerKey): string {
  const privateKey = createPrivateKey(privatePem);
  const digest = alg === 'EdDSA' ? null : 'sha256';
  const signature = signBytes(digest, Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
}

export function signedWithSecret(input: string, secret: string): string {
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

export function encoded(part: Json | string | Buffer): string {
  const isJson = typeof part === 'object' && !Buffer.isBuffer(part);
  return Buffer.from(isJson ? JSON.stringify(part) : (part as string)).toString('base64url');
}
