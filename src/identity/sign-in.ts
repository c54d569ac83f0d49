/**
 * Signing in at an issuer: authorization code with PKCE, state and nonce. What must be remembered between leaving and
 * coming back travels in the browser, sealed with a key of this installation, so that a stranger who begins a
 * thousand sign-ins writes nothing here. Proves who somebody is; knows no staff, no session and no page.
 */
import { hkdfSync } from 'node:crypto';
import { EncryptJWT, jwtDecrypt } from 'jose';
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  customFetch,
  enableNonRepudiationChecks,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  type ClientAuth,
  type ServerMetadata,
} from 'openid-client';
import { DependencyUnavailable, dependencyFault } from '../store/database-errors.js';
import { isSubject } from './access-tokens.js';
import type { Identity } from './identities.js';
import type { Fetch } from './issuer-fetch.js';
import type { IssuerSetting } from './issuer-settings.js';
import type { Issuer, Issuers } from './issuers.js';

/** Long enough for a second factor and a forgotten password. */
export const ATTEMPT_SECONDS = 600;
/** Of the path to return to; the sealed attempt must fit into a cookie of 4 KiB. */
export const RETURN_PATH_MAX = 1_000;

export interface BegunSignIn {
  /** Where the browser goes. */
  readonly location: string;
  /** Sealed; to be brought back by the same browser. */
  readonly attempt: string;
}

export interface ProvenSignIn {
  readonly identity: Identity;
  readonly returnTo: string;
}

/** Why somebody who came back is not believed, for the log: a name, never a value. */
export interface UnprovenSignIn {
  readonly refusedBecause: string;
}

interface Attempt {
  readonly issuer: string;
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly returnTo: string;
}

export interface SignInOptions {
  readonly issuers: Issuers;
  /** Shared by all nodes: whoever comes back may meet another one. */
  readonly secret: string;
  /** How browsers reach this service, without a slash at its end. */
  readonly publicUrl: () => string;
}

export class SignIn {
  private readonly key: Uint8Array;
  private readonly clients = new WeakMap<ServerMetadata, Configuration>();

  constructor(private readonly options: SignInOptions) {
    this.key = new Uint8Array(hkdfSync('sha256', options.secret, '', 'sign-in attempt', 32));
  }

  /** @throws DependencyUnavailable when the issuer does not say where to sign in. */
  async begin(issuer: Issuer, returnTo: string): Promise<BegunSignIn> {
    const client = await this.clientOf(issuer);
    const attempt: Attempt = {
      issuer: issuer.setting.issuer,
      state: randomState(),
      nonce: randomNonce(),
      verifier: randomPKCECodeVerifier(),
      returnTo,
    };
    const location = buildAuthorizationUrl(client, {
      redirect_uri: this.callback,
      scope: 'openid',
      response_type: 'code',
      state: attempt.state,
      nonce: attempt.nonce,
      code_challenge: await calculatePKCECodeChallenge(attempt.verifier),
      code_challenge_method: 'S256',
    });
    return { location: location.href, attempt: await this.seal(attempt) };
  }

  /**
   * @param sealed as the browser brought it back; null: it brought none
   * @param query of the request with which it came back
   * @throws DependencyUnavailable when the issuer cannot be asked.
   */
  async finish(sealed: string | null, query: string): Promise<ProvenSignIn | UnprovenSignIn> {
    const attempt = sealed === null ? null : await this.unseal(sealed);
    const issuer = attempt === null ? null : this.options.issuers.find(attempt.issuer);
    if (attempt === null || issuer === null) return { refusedBecause: 'no-attempt' };
    const client = await this.clientOf(issuer);
    try {
      const tokens = await authorizationCodeGrant(client, new URL(`${this.callback}?${query}`), {
        expectedState: attempt.state,
        expectedNonce: attempt.nonce,
        pkceCodeVerifier: attempt.verifier,
        idTokenExpected: true,
      });
      const subject = tokens.claims()?.sub ?? '';
      if (!isSubject(subject)) return { refusedBecause: 'no-subject' };
      return { identity: { issuer: attempt.issuer, subject }, returnTo: attempt.returnTo };
    } catch (error) {
      throwIfUnavailable(error);
      return { refusedBecause: codeOf(error) };
    }
  }

  /** Registered with the issuer, letter by letter; never taken from a request. */
  private get callback(): string {
    return `${this.options.publicUrl()}/login/callback`;
  }

  private async clientOf(issuer: Issuer): Promise<Configuration> {
    const published = await issuer.metadata();
    const known = this.clients.get(published);
    if (known) return known;
    const client = makeClient(issuer.setting, published, issuer.ask);
    this.clients.set(published, client);
    return client;
  }

  private seal(attempt: Attempt): Promise<string> {
    return new EncryptJWT({ ...attempt })
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .setIssuedAt()
      .setExpirationTime(`${ATTEMPT_SECONDS}s`)
      .encrypt(this.key);
  }

  /** null for what is not ours, or too old. */
  private async unseal(sealed: string): Promise<Attempt | null> {
    try {
      const algorithms = { keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'] };
      const { payload } = await jwtDecrypt(sealed, this.key, { ...algorithms, requiredClaims: ['exp'] });
      return payload as unknown as Attempt;
    } catch {
      return null;
    }
  }
}

function makeClient(
  { clientId, clientSecret, algorithm, jwksUri, issuer }: IssuerSetting,
  published: ServerMetadata,
  ask: Fetch,
): Configuration {
  if (clientId === null) throw new Error('nobody signs in at this issuer');
  const server = jwksUri === null ? published : { ...published, jwks_uri: jwksUri };
  const client = new Configuration(
    server,
    clientId,
    { id_token_signed_response_alg: algorithm },
    authentication(clientSecret, published),
  );
  client[customFetch] = ask as (typeof client)[typeof customFetch] & {};
  // Settings allow plain HTTP on this machine alone.
  if (issuer.startsWith('http:')) allowInsecureRequests(client);
  // The ID token comes over TLS from the issuer itself; its signature is checked all the same.
  enableNonRepudiationChecks(client);
  return client;
}

function authentication(secret: string | null, published: ServerMetadata): ClientAuth {
  if (secret === null) return None();
  // Where nothing is said, OIDC says Basic.
  const takesPost = published.token_endpoint_auth_methods_supported?.includes('client_secret_post') ?? false;
  return takesPost ? ClientSecretPost(secret) : ClientSecretBasic(secret);
}

/** The library wraps what our fetch threw. */
function throwIfUnavailable(error: unknown): void {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof DependencyUnavailable) throw cause;
  }
  const { status } = error as { status?: unknown };
  const isItsFault = typeof status === 'number' && status >= 500;
  const fault = isItsFault ? new DependencyUnavailable('the issuer fails') : dependencyFault(error);
  if (fault) throw fault;
}

/** `OAUTH_…` of the library, or the error that the issuer named, cut to what such a name is made of. */
function codeOf(error: unknown): string {
  const { error: named, code, name } = error as { error?: unknown; code?: unknown; name?: unknown };
  const said = [named, code, name].find((each) => typeof each === 'string') ?? 'unknown';
  return String(said)
    .replaceAll(/[^\w.-]/g, '')
    .slice(0, 64);
}
