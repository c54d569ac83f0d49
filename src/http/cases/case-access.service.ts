/**
 * Reads one case for somebody: what they may not see does not exist. For reads, and for commands that can be formed
 * only with the case at hand.
 */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../domain/actor.js';
import type { Case } from '../../domain/case.js';
import { canSee } from '../../domain/rights.js';
import { CaseEngine } from '../../engine/case-engine.js';
import { KeptAnswers } from '../../engine/kept-answers.js';
import type { Asked } from '../input/asked.js';
import { Problem } from '../problems/problem.js';

@Injectable()
export class CaseAccess {
  constructor(
    private readonly engine: CaseEngine,
    private readonly kept: KeptAnswers,
  ) {}

  /** @throws Problem 404, the same for a case that is hidden and for one that does not exist. */
  async read(caseId: string, actor: Actor): Promise<Case> {
    const current = await this.engine.read(caseId);
    if (!current || !canSee(actor, current)) throw new Problem('not-found');
    return current;
  }

  /** Whether the answer that was kept for this request went with an erased case. */
  async isAnswerErased({ actor, idempotencyKey }: Pick<Asked, 'actor' | 'idempotencyKey'>): Promise<boolean> {
    return idempotencyKey !== null && (await this.kept.isErased(actor.id, idempotencyKey));
  }
}
