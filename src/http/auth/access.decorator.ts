/**
 * The rule of a route: for whom it is open. Each route has exactly one, on its method or on its controller; one with
 * none, or with two, keeps the application from starting. Says how a rule is written down, not what it means.
 */
import 'reflect-metadata';
import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import { type ActorKind, STAFF_ROLES } from '../../domain/actor.js';
import { type Action, can } from '../../domain/rights.js';
import { LIMITED_EXTENSION, PUBLIC_EXTENSION } from '../documents/public-extension.js';

export type AccessRule =
  | { readonly for: 'everybody' }
  /** The token in the address is the credential; the route itself asks what it is worth. */
  | { readonly for: 'link' }
  /** Whoever may do one of these at all. Whether to this very case, is asked where the case is read. */
  | { readonly for: 'entitled'; readonly actions: readonly Action[] };

const RULES = Symbol('http:access-rules');

/** Open to everybody. */
export const Public = () =>
  applyDecorators(ruled({ for: 'everybody' }), ApiExtension(PUBLIC_EXTENSION, true));

/** Open to whoever holds a customer's link. */
export const ByLink = () => applyDecorators(ruled({ for: 'link' }), ApiExtension(PUBLIC_EXTENSION, true));

/** Closed (403) to roles that may do none of these to any case. */
export const Needs = (...actions: readonly Action[]) =>
  applyDecorators(
    ruled({ for: 'entitled', actions }),
    ...(STAFF_ROLES.every((kind) => mayEver(kind, actions)) ? [] : [ApiExtension(LIMITED_EXTENSION, true)]),
  );

/** By role alone, before anybody looks at a body or at a case. */
export function mayEver(kind: ActorKind, actions: readonly Action[]): boolean {
  return actions.some((action) => can({ kind, id: '' }, action, null) === 'yes');
}

/** Every rule that stands on a route, its controller's included; a sound route has one. */
export function rulesOf(controller: Type, handler: object): readonly AccessRule[] {
  return [...own(handler), ...own(controller)];
}

/** Adds rather than sets, so that a second rule is found and does not quietly replace the first. */
function ruled(rule: AccessRule): ClassDecorator & MethodDecorator {
  return (target: object, _name?: string | symbol, descriptor?: PropertyDescriptor) => {
    const on = (descriptor?.value as object | undefined) ?? target;
    Reflect.defineMetadata(RULES, [...own(on), rule], on);
  };
}

function own(target: object): readonly AccessRule[] {
  return (Reflect.getOwnMetadata(RULES, target) as AccessRule[] | undefined) ?? [];
}
