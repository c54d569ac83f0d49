/** Who asks: takes the credential off a request and has it judged. Knows no route and no right. */
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Actor } from '../../domain/actor.js';
import { Principals } from '../../identity/principals.js';
import { credentialOf } from './credentials.js';

@Injectable()
export class Callers {
  constructor(private readonly principals: Principals) {}

  /** @returns null for whoever brings no credential, or none that is worth anything. */
  async identify(request: FastifyRequest): Promise<Actor | null> {
    const token = credentialOf(request);
    return token === null ? null : this.principals.authenticate(token);
  }
}
