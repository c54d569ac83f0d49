/** Who asks: takes the credential off a request and has it judged. Knows no route and no right. */
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Actor } from '../../domain/actor.js';
import { Principals, type Principal } from '../../identity/principals.js';
import { HttpOptions } from '../http-options.js';
import { Problem } from '../problems/problem.js';
import { credentialOf, offersCredential } from './credentials.js';
import { isFromOurPages } from './same-origin.js';
import { sessionOf } from './session-cookie.js';

@Injectable()
export class Callers {
  constructor(
    private readonly principals: Principals,
    private readonly options: HttpOptions,
  ) {}

  /**
   * @returns null for whoever brings no credential.
   * @throws Problem 401, always the same, for one that is worth nothing and for two that are two people's; 403 for a
   *   session that somebody else's page would use; DependencyUnavailable.
   */
  async identify(request: FastifyRequest): Promise<Actor | null> {
    const session = sessionOf(request, this.options.publicUrl);
    if (!offersCredential(request)) return session === null ? null : this.bySession(session, request);
    const credential = credentialOf(request);
    const actor = credential === null ? null : await this.principals.authenticate(credential);
    if (actor === null) throw worthNothing();
    // A browser adds the cookie by itself: that is no contradiction unless it speaks for somebody else.
    const other = session === null ? null : await this.principals.authenticateSession(session);
    if (other !== null && other.id !== actor.id) throw worthNothing();
    return actor;
  }

  /** The credential by which the guard let a request in, with its end. */
  async present(request: FastifyRequest): Promise<Principal & { readonly by: 'bearer' | 'session' }> {
    const session = sessionOf(request, this.options.publicUrl);
    const by = offersCredential(request) ? 'bearer' : 'session';
    const secret = by === 'bearer' ? credentialOf(request) : session;
    const found = secret === null ? null : await this.principals[by](secret);
    if (found === null) throw worthNothing();
    return { ...found, by };
  }

  private async bySession(token: string, request: FastifyRequest): Promise<Actor> {
    const actor = await this.principals.authenticateSession(token);
    if (actor === null) throw worthNothing();
    if (!isFromOurPages(request, this.options.publicUrl)) throw new Problem('foreign-origin');
    return actor;
  }
}

/** One shape for all reasons: which one it was is nobody's business who has no credential (RFC 6750 §3.1). */
function worthNothing(): Problem {
  return new Problem('unauthenticated', {
    headers: { 'www-authenticate': 'Bearer realm="api", error="invalid_token"' },
  });
}
