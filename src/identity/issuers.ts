/**
 * The issuers that this installation believes, with what they publish: where to sign in, and their keys, asked for
 * when first needed and kept for a while. Judges no token.
 */
import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose';
import type { ServerMetadata } from 'openid-client';
import { DependencyUnavailable } from '../store/database-errors.js';
import { boundedFetch, ISSUER_TIMEOUT_MS, restingFetch, type Fetch } from './issuer-fetch.js';
import { isSafeAddress, type IssuerSetting } from './issuer-settings.js';

/** An issuer changes its addresses about never, and says so by keeping the old ones for a while. */
const METADATA_KEPT_MS = 3_600_000;
/** Longest time that a key which its issuer has withdrawn still counts. */
const KEYS_KEPT_MS = 600_000;
/** A token with an unknown key makes us ask again at most this often: strangers can send any number of them. */
export const KEYS_REST_MS = 30_000;

/** An issuer as configured, or one that lives in this process and is asked without a network. */
export interface IssuerSource {
  readonly setting: IssuerSetting;
  /** Absent: over the network. */
  readonly ask?: Fetch;
}

export class Issuer {
  readonly setting: IssuerSetting;
  /** For exchanging codes: says no to one client without resting for all. */
  readonly ask: Fetch;
  private readonly askForDocuments: Fetch;
  private published: { readonly metadata: Promise<ServerMetadata>; readonly until: number } | null = null;
  private keySet: JWTVerifyGetKey | null = null;

  constructor(
    { setting, ask }: IssuerSource,
    private readonly monotonicMs: () => number,
  ) {
    this.setting = setting;
    this.ask = boundedFetch(ask);
    this.askForDocuments = restingFetch(this.ask, monotonicMs);
  }

  /** What discovery says. @throws DependencyUnavailable */
  async metadata(): Promise<ServerMetadata> {
    if (this.published !== null && this.monotonicMs() < this.published.until) return this.published.metadata;
    const published = { metadata: this.discover(), until: this.monotonicMs() + METADATA_KEPT_MS };
    this.published = published;
    published.metadata.catch(() => {
      if (this.published === published) this.published = null;
    });
    return published.metadata;
  }

  /** Finds the key that a token names. @throws DependencyUnavailable when the issuer's keys cannot be had. */
  readonly key: JWTVerifyGetKey = async (header, token) => {
    try {
      return await (this.keySet ?? (await this.foundKeys()))(header, token);
    } catch (error) {
      if (error instanceof DependencyUnavailable || error instanceof errors.JWKSNoMatchingKey) throw error;
      throw new DependencyUnavailable('the issuer’s keys cannot be used', { cause: error });
    }
  };

  /** One set for all who found none, or each would ask for the keys. */
  private async foundKeys(): Promise<JWTVerifyGetKey> {
    const uri = this.setting.jwksUri ?? (await this.metadata()).jwks_uri;
    return (this.keySet ??= this.remoteKeys(uri));
  }

  private remoteKeys(uri: string | undefined): JWTVerifyGetKey {
    if (uri === undefined || !isSafeAddress(uri)) throw new Error('no usable jwks_uri');
    return createRemoteJWKSet(new URL(uri), {
      [customFetch]: this.askForDocuments,
      timeoutDuration: ISSUER_TIMEOUT_MS,
      cooldownDuration: KEYS_REST_MS,
      cacheMaxAge: KEYS_KEPT_MS,
    });
  }

  private async discover(): Promise<ServerMetadata> {
    const { issuer } = this.setting;
    const response = await this.askForDocuments(
      `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
    );
    const metadata = (await response.json().catch(() => null)) as ServerMetadata | null;
    // Whoever answers under this address must be who it says, or one issuer could speak for another.
    if (typeof metadata !== 'object' || metadata?.issuer !== issuer) {
      throw new DependencyUnavailable('the issuer’s discovery document names another issuer');
    }
    return metadata;
  }
}

export class Issuers {
  private made: ReadonlyMap<string, Issuer> | null = null;

  /**
   * @param sources read when an issuer is first needed: one of them lives at this node's own address, which is known
   *   once the node listens
   * @param monotonicMs a clock that never goes back; replaced in tests
   */
  constructor(
    private readonly sources: () => readonly IssuerSource[],
    private readonly monotonicMs: () => number = () => performance.now(),
  ) {}

  /** @param issuer as in `iss`; null when nobody here believes it. */
  find(issuer: string): Issuer | null {
    return this.byName.get(issuer) ?? null;
  }

  /** Those at which people can sign in, in the order of the setting. */
  offeringSignIn(): Issuer[] {
    return [...this.byName.values()].filter(({ setting }) => setting.clientId !== null);
  }

  private get byName(): ReadonlyMap<string, Issuer> {
    return (this.made ??= new Map(
      this.sources().map((source) => [source.setting.issuer, new Issuer(source, this.monotonicMs)]),
    ));
  }
}
