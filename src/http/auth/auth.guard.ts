/**
 * Who is asking: every route needs a valid token unless it says `@Public()`, and some need a role. Deny by default.
 * What an actor may do with a case is the domain's to say.
 */
import {
  applyDecorators,
  createParamDecorator,
  Injectable,
  SetMetadata,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiExtension } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Actor, ActorKind } from '../../domain/actor.js';
import { PUBLIC_EXTENSION } from '../documents/public-extension.js';
import { Problem } from '../problems/problem.js';
import { Callers } from './callers.service.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the guard on every route that is not public. */
    actor?: Actor;
  }
}

const PUBLIC = 'http:public';
const ROLES = 'http:roles';

/** Opens a route to everybody. The test that walks all routes lists each one by hand. */
export const Public = () => applyDecorators(SetMetadata(PUBLIC, true), ApiExtension(PUBLIC_EXTENSION, true));

/** Closes a route to all other roles (403). */
export const OnlyFor = (...roles: ActorKind[]) => SetMetadata(ROLES, roles);

/** The actor who asks. */
export const Asking = createParamDecorator((_: unknown, context: ExecutionContext): Actor => {
  const { actor } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!actor) throw new Problem('unauthenticated');
  return actor;
});

@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly callers: Callers,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean | undefined>(PUBLIC, targets)) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const actor = await this.callers.identify(request);
    if (actor === null) {
      throw new Problem('unauthenticated', { headers: { 'www-authenticate': 'Bearer realm="api"' } });
    }
    request.actor = actor;
    const roles = this.reflector.getAllAndOverride<ActorKind[] | undefined>(ROLES, targets);
    if (roles && !roles.includes(actor.kind)) throw new Problem('forbidden');
    return true;
  }
}
