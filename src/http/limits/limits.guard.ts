/**
 * Counts each request in the budgets of whoever sends it, and answers 429 when one is used up. Two guards, because a
 * credential is judged between them: before it, an address that guesses is turned away unheard; after it, principals
 * count by who they are and everybody else by their address. Knows no number (`budgets.ts`).
 */
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { StatusLinks } from '../../delivery/status-link.js';
import { AccessTable } from '../auth/access-table.service.js';
import type { AccessRule } from '../auth/access.decorator.js';
import { Problem } from '../problems/problem.js';
import { retryLater } from '../problems/to-problem.js';
import { tokenIn } from '../status/reader-hints.js';
import { addressKey } from './address-key.js';
import type { WindowName } from './budgets.js';
import { limitItem, type Measured, policyItem, retryAfterSeconds } from './limit-headers.js';
import { LIMITED } from './limited.decorator.js';
import { ProvenCredentials } from './proven-credentials.js';
import { RequestLimits } from './request-limits.js';

@Injectable()
export class GuessGuard implements CanActivate {
  constructor(
    private readonly limits: RequestLimits,
    private readonly proven: ProvenCredentials,
    private readonly access: AccessTable,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    // Where no credential is asked for, none can be guessed; a whole town may share an address.
    if (!this.limits.limitsRates || isOpen(this.access.ruleOf(context.getHandler()))) return true;
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const guesses = this.limits.guessesOf(request.ip);
    if (guesses.verdict.isServed || this.proven.has(request)) return true;
    refuse(http.getResponse<FastifyReply>(), [guesses]);
  }
}

@Injectable()
export class LimitsGuard implements CanActivate {
  constructor(
    private readonly limits: RequestLimits,
    private readonly proven: ProvenCredentials,
    private readonly access: AccessTable,
    private readonly links: StatusLinks,
    private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const measured = this.rateOf(request);
    const use = this.windowOf(request, context);
    // Whoever is refused by the one has not used the other.
    if (use !== null && measured.every(({ verdict }) => verdict.isServed)) {
      measured.push(await this.limits.use(...use));
    }
    if (measured.some(({ verdict }) => !verdict.isServed)) refuse(reply, measured);
    if (measured.length > 0) describe(reply, measured);
    return true;
  }

  private rateOf(request: FastifyRequest): Measured[] {
    if (!this.limits.limitsRates) return [];
    if (request.actor !== undefined) {
      this.proven.add(request);
      return [this.limits.byPrincipal(request.actor.id)];
    }
    return isExempt(request) ? [] : [this.limits.byAddress(request.ip)];
  }

  /** The window that this request uses, and whose; null for most. What is no link of ours is the desk's to refuse. */
  private windowOf(request: FastifyRequest, context: ExecutionContext): [WindowName, string] | null {
    const handler = context.getHandler();
    const mark = this.reflector.get<WindowName | null | undefined>(LIMITED, handler);
    if (mark === null) return null;
    if (this.access.ruleOf(handler)?.for === 'link') {
      const claim = this.links.verify(tokenIn(request));
      return claim === null ? null : ['link', claim.caseId];
    }
    return mark === undefined ? null : [mark, addressKey(request.ip)];
  }
}

function isOpen(rule: AccessRule | undefined): boolean {
  return rule?.for === 'everybody' || rule?.for === 'link';
}

/** Load balancers and Prometheus ask from one address, as often as they please. */
function isExempt({ url }: FastifyRequest): boolean {
  return url.startsWith('/health/') || url.startsWith('/metrics');
}

function describe(reply: FastifyReply, measured: readonly Measured[]): void {
  void reply
    .header('ratelimit-policy', measured.map(({ budget }) => policyItem(budget)).join(', '))
    .header('ratelimit', measured.map(limitItem).join(', '));
}

function refuse(reply: FastifyReply, measured: readonly Measured[]): never {
  describe(reply, measured);
  throw new Problem('too-many-requests', retryLater(retryAfterSeconds(measured)));
}
