/**
 * Whom this installation believes: one entry per OIDC issuer, as an operator writes it (JSON), checked in full before
 * anything starts. Asks nobody; `issuers.ts` does.
 */

/** Asymmetric ones only: a key that verifies must not be able to sign (HS, none). */
export const TOKEN_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] as const;
export type TokenAlgorithm = (typeof TOKEN_ALGORITHMS)[number];

/** What an access token says that it is. `JWT` for issuers older than RFC 9068. */
export const TOKEN_TYPES = ['at+jwt', 'JWT'] as const;
export type TokenType = (typeof TOKEN_TYPES)[number];

export interface IssuerSetting {
  /** As it stands in `iss`, letter by letter. */
  readonly issuer: string;
  /** As it must stand in `aud`, alone. */
  readonly audience: string;
  /** The only one that this issuer's tokens may be signed with. */
  readonly algorithm: TokenAlgorithm;
  readonly typ: TokenType;
  /** null: found by discovery. */
  readonly jwksUri: string | null;
  /** null: its tokens are taken, but nobody signs in there. */
  readonly clientId: string | null;
  /** null: a public client, which proves itself by PKCE alone. */
  readonly clientSecret: string | null;
  /** What people read on the button. */
  readonly label: string;
}

/** What is wrong, as the end of a sentence that begins with the setting's name. Repeats no value. */
export class IssuerSettingFault extends Error {}

/** More is a mistake: nobody could choose among so many. */
const ISSUERS_MAX = 10;
const TEXT_MAX = 500;
const KEYS = [
  'issuer',
  'audience',
  'algorithm',
  'typ',
  'jwksUri',
  'clientId',
  'clientSecret',
  'label',
] as const;
type Key = (typeof KEYS)[number];

/** @throws IssuerSettingFault naming the first thing that is wrong. */
export function parseIssuers(written: string): IssuerSetting[] {
  const entries = parseList(written);
  const issuers = entries.map((entry, index) => readEntry(entry, `entry ${index + 1}`));
  const twice = issuers.find(({ issuer }, n) => issuers.findIndex((other) => other.issuer === issuer) !== n);
  if (twice) throw new IssuerSettingFault('names an issuer twice; one issuer has one audience and algorithm');
  return issuers;
}

function parseList(written: string): unknown[] {
  let list: unknown;
  try {
    list = JSON.parse(written);
  } catch {
    // The engine's own words would quote the text, and secrets with it.
    throw new IssuerSettingFault('must be a JSON array');
  }
  if (!Array.isArray(list) || list.length === 0 || list.length > ISSUERS_MAX) {
    throw new IssuerSettingFault(`must be a JSON array of 1 to ${ISSUERS_MAX} issuers`);
  }
  return list;
}

function readEntry(entry: unknown, where: string): IssuerSetting {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
    throw new IssuerSettingFault(`${where} must be an object`);
  }
  const unknown = Object.keys(entry).find((key) => !KEYS.includes(key as Key));
  if (unknown !== undefined) {
    throw new IssuerSettingFault(`${where} has an unknown key; known are ${KEYS.join(', ')}`);
  }
  const text = (key: Key): string | null => textAt(entry as Record<Key, unknown>, key, where);
  const setting: IssuerSetting = {
    issuer: address(required(text('issuer'), 'issuer', where), 'issuer', where),
    audience: required(text('audience'), 'audience', where),
    algorithm: choice(TOKEN_ALGORITHMS, required(text('algorithm'), 'algorithm', where), 'algorithm', where),
    typ: choice(TOKEN_TYPES, text('typ') ?? 'at+jwt', 'typ', where),
    jwksUri: optionalAddress(text('jwksUri'), 'jwksUri', where),
    clientId: text('clientId'),
    clientSecret: text('clientSecret'),
    label: text('label') ?? '',
  };
  refuseMisfits(setting, where);
  return { ...setting, label: setting.label || new URL(setting.issuer).host };
}

function refuseMisfits({ audience, clientId, clientSecret }: IssuerSetting, where: string): void {
  if (clientSecret !== null && clientId === null) {
    throw new IssuerSettingFault(`${where} has a clientSecret without a clientId`);
  }
  // An ID token's audience is the client: with the same name for both, one would pass for an access token.
  if (clientId === audience) throw new IssuerSettingFault(`${where} has one value for audience and clientId`);
}

function textAt(entry: Record<Key, unknown>, key: Key, where: string): string | null {
  const value = Object.hasOwn(entry, key) ? entry[key] : null;
  if (value === null) return null;
  if (typeof value !== 'string' || value === '' || value.length > TEXT_MAX) {
    throw new IssuerSettingFault(`${where}: ${key} must be a text of at most ${TEXT_MAX} characters`);
  }
  return value;
}

function required(value: string | null, key: Key, where: string): string {
  if (value === null) throw new IssuerSettingFault(`${where}: ${key} is missing`);
  return value;
}

function choice<T extends string>(values: readonly T[], written: string, key: Key, where: string): T {
  const found = values.find((value) => value === written);
  if (!found) throw new IssuerSettingFault(`${where}: ${key} must be one of ${values.join(', ')}`);
  return found;
}

function optionalAddress(written: string | null, key: Key, where: string): string | null {
  return written === null ? null : address(written, key, where);
}

function address(written: string, key: Key, where: string): string {
  if (!isSafeAddress(written)) {
    throw new IssuerSettingFault(
      `${where}: ${key} must be an https URL without user, query or fragment (http on this machine only)`,
    );
  }
  return written;
}

/** Keys and codes travel there: only a network that ends in this machine may do without TLS. */
export function isSafeAddress(written: string): boolean {
  if (!URL.canParse(written)) return false;
  const { protocol, hostname, username, password, search, hash } = new URL(written);
  if (`${username}${password}${search}${hash}` !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.has(hostname));
}
const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);
