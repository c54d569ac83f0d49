/** Wires who somebody is: keys, tokens of issuers, sessions, signing in, and the demo's own issuer. */
import type { FactoryProvider } from '@nestjs/common';
import type { Pool } from 'pg';
import { Staff } from '../../directory/staff.js';
import { ClosedDemoIssuer, DemoIssuer } from '../../http/auth/demo-issuer.js';
import type { HttpOptions } from '../../http/http-options.js';
import { scanJson } from '../../http/input/scan-json.js';
import { AccessTokens } from '../../identity/access-tokens.js';
import { ApiKeys } from '../../identity/api-keys.js';
import { Identities } from '../../identity/identities.js';
import { Issuers } from '../../identity/issuers.js';
import { Principals } from '../../identity/principals.js';
import { Sessions } from '../../identity/sessions.js';
import { SignIn } from '../../identity/sign-in.js';
import type { NowSql } from '../../store/now.js';
import { LocalDemoIssuer } from '../demo/demo-issuer.js';
import type { Settings } from '../settings.js';
import { made } from './made.js';

export interface IdentityFoundations {
  readonly pool: Pool;
  readonly now: NowSql;
  readonly linkSecret: string;
  readonly httpOptions: HttpOptions;
  readonly settings: Pick<Settings, 'authIssuers' | 'demoLogin'>;
}

export function identityRooms(foundations: IdentityFoundations): FactoryProvider[] {
  const { pool, now, linkSecret, httpOptions, settings } = foundations;
  const publicUrl = (): string => httpOptions.publicUrl;
  const configured = (settings.authIssuers ?? []).map((setting) => ({ setting }));
  return [
    made(ApiKeys, [], () => new ApiKeys(pool, now)),
    made(Identities, [], () => new Identities(pool, now)),
    made(Sessions, [], () => new Sessions(pool, now)),
    made(DemoIssuer, [Staff, Identities], (staff, identities) =>
      settings.demoLogin === '1'
        ? new LocalDemoIssuer({
            publicUrl,
            people: () => staff.list().filter(({ active, role }) => active && role !== 'service'),
            link: (staffId, identity) => identities.linkOnce(staffId, identity),
          })
        : new ClosedDemoIssuer(),
    ),
    made(
      Issuers,
      [DemoIssuer],
      (demo) => new Issuers(() => (demo instanceof LocalDemoIssuer ? [...configured, demo] : configured)),
    ),
    made(AccessTokens, [Issuers], (issuers) => new AccessTokens(issuers, scanJson)),
    made(Principals, [AccessTokens], (tokens) => new Principals(pool, now, () => performance.now(), tokens)),
    made(SignIn, [Issuers], (issuers) => new SignIn({ issuers, secret: linkSecret, publicUrl })),
  ];
}
