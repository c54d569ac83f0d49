/**
 * The one way from HTTP into the engine: adds who, key and revision to a command, and turns what became of it into
 * an answer. Knows no address and no rule.
 */
import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Case } from '../../domain/case.js';
import type { CaseCommand } from '../../domain/events.js';
import { CaseEngine } from '../../engine/case-engine.js';
import type { CommandRequest, Outcome, StoredAnswer } from '../../engine/outcome.js';
import type { Asked } from '../input/asked.js';
import { etagOf } from '../input/command-headers.js';
import { Problem } from '../problems/problem.js';
import { retryLater } from '../problems/to-problem.js';
import { CaseAnswers } from './case-answers.service.js';
import type { InboundMessage, RoutedCommand } from './command-route.js';

export interface Answer extends StoredAnswer {
  readonly replayed: boolean;
}

@Injectable()
export class CaseDoor {
  constructor(
    private readonly engine: CaseEngine,
    private readonly answers: CaseAnswers,
  ) {}

  async open(command: Omit<CaseCommand<'case.open'>, 'caseId'>, asked: Asked): Promise<Answer> {
    return this.answer(await this.engine.open(command, this.request(asked, 201)), asked);
  }

  /** @param status of success: 201, or 200 for a PUT. */
  async send(
    caseId: string,
    command: RoutedCommand,
    asked: Asked,
    status: number,
    message?: InboundMessage,
  ): Promise<Answer> {
    return this.answer(await this.outcome(caseId, command, asked, status, message), asked);
  }

  /** For callers that treat some outcomes in a way of their own. */
  outcome(
    caseId: string,
    command: RoutedCommand,
    asked: Asked,
    status: number,
    message?: InboundMessage,
  ): Promise<Outcome> {
    const request = { ...this.request(asked, status), ...message };
    return command.type === 'case.merge'
      ? this.engine.merge(caseId, command, request)
      : this.engine.send(caseId, command, request);
  }

  /** @throws Problem for everything that is neither done nor refused. */
  answer(outcome: Outcome, asked: Asked): Answer {
    switch (outcome.kind) {
      case 'done':
        return { ...outcome.answer, replayed: outcome.replayed };
      case 'replayed':
        return { ...outcome.answer, replayed: true };
      case 'refused':
        return { ...outcome.answer, replayed: false };
      case 'notFound':
        throw new Problem('not-found');
      case 'stale':
        throw this.stale(outcome.case, asked);
      case 'keyReused':
        throw new Problem('idempotency-key-reused');
      case 'keyInProgress':
        throw new Problem('idempotency-key-in-progress', retryLater(1));
    }
  }

  private stale(current: Case, { actor }: Asked): Problem {
    return new Problem('revision-stale', {
      members: this.answers.standing(current, actor),
      headers: { etag: etagOf(current.revision) },
    });
  }

  private request(asked: Asked, status: number): CommandRequest {
    const { actor, idempotencyKey, requestHash, ifMatch, instance, traceId } = asked;
    return {
      principal: actor.id,
      idempotencyKey,
      requestHash,
      ifMatch,
      render: (current) => this.answers.done(current, actor, status),
      renderRefusal: (refusal, current) => this.answers.refused(refusal, current, actor, instance, traceId),
    };
  }
}

/** Writes an answer byte for byte as it is kept. */
export function sendAnswer(reply: FastifyReply, { status, headers, body, replayed }: Answer): void {
  void reply
    .code(status)
    .headers(headers)
    .headers(replayed ? { 'idempotent-replayed': 'true' } : {})
    .send(body);
}
