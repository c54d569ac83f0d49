/**
 * Who is asking, and may such a one ask this at all: by the rule of the route, before anybody looks at a body or at a
 * case. Deny by default. What an actor may do with the very case is the domain's to say.
 */
import { createParamDecorator, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Actor } from '../../domain/actor.js';
import { EVENT_TYPES } from '../../domain/events.js';
import { isWithin } from '../../domain/scopes.js';
import { Problem } from '../problems/problem.js';
import { AccessTable } from './access-table.service.js';
import { mayEver } from './access.decorator.js';
import { Callers } from './callers.service.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the guard on every route that needs a credential. */
    actor?: Actor;
  }
}

/** The actor who asks. */
export const Asking = createParamDecorator((_: unknown, context: ExecutionContext): Actor => {
  const { actor } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!actor) throw new Problem('unauthenticated');
  return actor;
});

const EVENTS: ReadonlySet<string> = new Set(EVENT_TYPES);

@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly access: AccessTable,
    private readonly callers: Callers,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const rule = this.access.ruleOf(context.getHandler());
    if (rule?.for === 'everybody' || rule?.for === 'link') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const actor = await this.callers.identify(request);
    if (actor === null) {
      throw new Problem('unauthenticated', { headers: { 'www-authenticate': 'Bearer realm="api"' } });
    }
    request.actor = actor;
    if (rule === undefined) throw new Problem('forbidden');
    if (mayEver(actor.kind, rule.actions)) {
      if (rule.actions.some((action) => isWithin(actor.scopes, action))) return true;
      throw new Problem('insufficient-scope', {
        headers: { 'www-authenticate': 'Bearer realm="api", error="insufficient_scope"' },
      });
    }
    // A command that no case would take from this role is refused in the words of the case.
    throw new Problem(
      rule.actions.some((action) => EVENTS.has(action)) ? 'actor-not-permitted' : 'forbidden',
    );
  }
}
