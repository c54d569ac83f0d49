/**
 * An OIDC issuer for the demo, so that one can sign in without setting one up: whoever comes picks the member of staff
 * to be, without a password. Speaks as much of the protocol as code with PKCE needs. Codes and the key live in this
 * process: after a restart one signs in again, and several nodes need a real issuer.
 */
import { createHash, randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import { DemoIssuer, type IssuerAnswer, type IssuerQuestion } from '../../http/auth/demo-issuer.js';
import type { Fetch } from '../../identity/issuer-fetch.js';
import type { IssuerSetting } from '../../identity/issuer-settings.js';
import { DEMO_ISSUER_CSP, demoIssuerPage, type DemoPerson } from './demo-issuer-page.js';

/** Long enough for two redirects; a code that lies about longer is not for whoever finds it. */
export const CODE_LIFE_MS = 60_000;
/** Codes that nobody fetched, in memory at once. */
const CODES_MAX = 1_000;
const TOKEN_LIFE_SECONDS = 600;
const ALGORITHM = 'ES256';
const CLIENT_ID = 'demo-console';
const AUDIENCE = 'case-escalation-demo';

export interface DemoIssuerOptions {
  /** How browsers reach this service, without a slash at its end. */
  readonly publicUrl: () => string;
  /** Whom one may sign in as. */
  readonly people: () => readonly DemoPerson[];
  /** Makes a person known under this issuer's name for them. */
  readonly link: (staffId: string, identity: { issuer: string; subject: string }) => Promise<void>;
  /** Never goes back; replaced in tests. */
  readonly monotonicMs?: () => number;
}

interface Code {
  readonly subject: string;
  readonly nonce: string | null;
  readonly challenge: string;
  readonly endsAt: number;
}

interface Key {
  readonly privateKey: CryptoKey;
  readonly published: JWK;
}

export class LocalDemoIssuer extends DemoIssuer {
  readonly isOpen = true;
  private readonly codes = new Map<string, Code>();
  private readonly now: () => number;
  private madeKey: Promise<Key> | null = null;

  constructor(private readonly options: DemoIssuerOptions) {
    super();
    this.now = options.monotonicMs ?? (() => performance.now());
  }

  /** How this node believes it. Read once it listens: the address is its own. */
  get setting(): IssuerSetting {
    return {
      issuer: this.issuer,
      audience: AUDIENCE,
      algorithm: ALGORITHM,
      typ: 'at+jwt',
      jwksUri: null,
      clientId: CLIENT_ID,
      clientSecret: null,
      label: 'Demo',
    };
  }

  /** Asks it without a network: `PUBLIC_URL` need not lead from this machine to itself. */
  readonly ask: Fetch = async (url, init = {}) => {
    const { pathname, searchParams } = new URL(url);
    const { status, headers, body } = await this.answer({
      method: init.method ?? 'GET',
      path: pathname.slice(new URL(this.issuer).pathname.length + 1),
      query: searchParams,
      form: new URLSearchParams(await new Response(init.body ?? null).text()),
    });
    return new Response(body, { status, headers: { ...headers } });
  };

  async answer({ method, path, query, form }: IssuerQuestion): Promise<IssuerAnswer> {
    if (path === '.well-known/openid-configuration') return json(200, this.discovery());
    if (path === 'jwks') return json(200, { keys: [(await this.key()).published] });
    if (path === 'authorize') return this.authorize(query);
    if (path === 'token' && method === 'POST') return this.token(form);
    return json(404, { error: 'not_found' });
  }

  private get issuer(): string {
    return `${this.options.publicUrl()}/demo-issuer`;
  }

  private get callback(): string {
    return `${this.options.publicUrl()}/login/callback`;
  }

  private discovery(): object {
    return {
      issuer: this.issuer,
      authorization_endpoint: `${this.issuer}/authorize`,
      token_endpoint: `${this.issuer}/token`,
      jwks_uri: `${this.issuer}/jwks`,
      response_types_supported: ['code'],
      grant_types_supported: ['authorization_code'],
      subject_types_supported: ['public'],
      scopes_supported: ['openid'],
      id_token_signing_alg_values_supported: [ALGORITHM],
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['none'],
      authorization_response_iss_parameter_supported: true,
    };
  }

  /** The page on which one picks who to be; with `login_as`, back to where one came from. */
  private async authorize(query: URLSearchParams): Promise<IssuerAnswer> {
    // Before these are known to be right, nobody is sent anywhere (RFC 9700 §2.1).
    if (query.get('client_id') !== CLIENT_ID || query.get('redirect_uri') !== this.callback) {
      return json(400, { error: 'invalid_request' });
    }
    const isSound =
      query.get('response_type') === 'code' &&
      query.get('code_challenge_method') === 'S256' &&
      /^[\w-]{43}$/.test(query.get('code_challenge') ?? '');
    if (!isSound) return this.back(query, { error: 'invalid_request' });
    const subject = query.get('login_as');
    const people = this.options.people();
    if (subject === null) return demoPage(people, query);
    if (!people.some(({ id }) => id === subject)) return this.back(query, { error: 'access_denied' });
    await this.options.link(subject, { issuer: this.issuer, subject });
    const code = randomBytes(32).toString('base64url');
    this.keepCode(code, {
      subject,
      nonce: query.get('nonce'),
      challenge: query.get('code_challenge') ?? '',
      endsAt: this.now() + CODE_LIFE_MS,
    });
    return this.back(query, { code });
  }

  private back(query: URLSearchParams, said: Readonly<Record<string, string>>): IssuerAnswer {
    const location = new URL(this.callback);
    location.search = new URLSearchParams({
      ...said,
      state: query.get('state') ?? '',
      iss: this.issuer,
    }).toString();
    return { status: 302, headers: { location: location.href }, body: '' };
  }

  private keepCode(code: string, kept: Code): void {
    for (const [old, { endsAt }] of this.codes) {
      if (endsAt > this.now() && this.codes.size < CODES_MAX) break;
      this.codes.delete(old);
    }
    this.codes.set(code, kept);
  }

  private async token(form: URLSearchParams): Promise<IssuerAnswer> {
    const code = form.get('code') ?? '';
    const kept = this.codes.get(code);
    // Tried once, right or wrong, it is used up.
    this.codes.delete(code);
    const proof = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const isSound =
      form.get('grant_type') === 'authorization_code' &&
      form.get('client_id') === CLIENT_ID &&
      form.get('redirect_uri') === this.callback &&
      kept?.challenge === proof &&
      kept.endsAt > this.now();
    if (!isSound) return json(400, { error: 'invalid_grant' });
    const { subject, nonce } = kept;
    return json(200, {
      token_type: 'Bearer',
      expires_in: TOKEN_LIFE_SECONDS,
      access_token: await this.sign('at+jwt', AUDIENCE, { sub: subject, client_id: CLIENT_ID }),
      id_token: await this.sign('JWT', CLIENT_ID, { sub: subject, ...(nonce === null ? {} : { nonce }) }),
    });
  }

  private async sign(typ: string, audience: string, claims: Record<string, string>): Promise<string> {
    const { privateKey, published } = await this.key();
    return new SignJWT(claims)
      .setProtectedHeader({ alg: ALGORITHM, typ, kid: String(published.kid) })
      .setIssuer(this.issuer)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(`${TOKEN_LIFE_SECONDS}s`)
      .sign(privateKey);
  }

  private key(): Promise<Key> {
    return (this.madeKey ??= makeKey());
  }
}

async function makeKey(): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair(ALGORITHM);
  const kid = randomBytes(8).toString('hex');
  return { privateKey, published: { ...(await exportJWK(publicKey)), kid, alg: ALGORITHM, use: 'sig' } };
}

function json(status: number, body: object): IssuerAnswer {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  return { status, headers, body: JSON.stringify(body) };
}

function demoPage(people: readonly DemoPerson[], query: URLSearchParams): IssuerAnswer {
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': DEMO_ISSUER_CSP,
    'cache-control': 'no-store',
  };
  const addressFor = (id: string): string =>
    `?${new URLSearchParams([...query, ['login_as', id]]).toString()}`;
  return { status: 200, headers, body: demoIssuerPage(people, addressFor) };
}
