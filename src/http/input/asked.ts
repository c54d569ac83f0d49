/**
 * What is the same about every command: who asks, under which key, having seen which revision. Read off the request
 * once; what is asked is the route's matter.
 */
import type { FastifyRequest } from 'fastify';
import type { Actor } from '../../domain/actor.js';
import { Problem } from '../problems/problem.js';
import { idempotencyKeyOf, ifMatchOf, requestHash } from './command-headers.js';
import { isUuid } from './uuid.js';

export interface Asked {
  readonly actor: Actor;
  readonly idempotencyKey: string | null;
  readonly requestHash: string | null;
  readonly ifMatch: number | null;
  /** Path of the request, as problem documents name it. */
  readonly instance: string;
  readonly traceId: string;
}

/** @throws Problem 400 for malformed headers; 401 when the route forgot its guard. */
export function askedBy(request: FastifyRequest): Asked {
  const { actor, headers, method, body, id } = request;
  if (!actor) throw new Problem('unauthenticated');
  const instance = request.url.split('?', 1)[0] as string;
  const idempotencyKey = idempotencyKeyOf(headers['idempotency-key']);
  return {
    actor,
    idempotencyKey,
    requestHash: idempotencyKey === null ? null : requestHash(method, instance, body),
    ifMatch: ifMatchOf(headers['if-match']),
    instance,
    traceId: id,
  };
}

/** The case that the address names. @throws Problem 404 for what cannot be the id of any. */
export function caseIdOf(request: FastifyRequest): string {
  const { id } = request.params as { id?: string };
  if (!isUuid(id)) throw new Problem('not-found');
  return id;
}
