/**
 * Acting on a task is acting on its case, as long as the task still stands. A task that another step has ended must
 * not act on the one that came after it, so the command names the revision under which the task was seen.
 */
import { Injectable } from '@nestjs/common';
import { Staff } from '../../directory/staff.js';
import type { Actor } from '../../domain/actor.js';
import type { Case } from '../../domain/case.js';
import { refusal } from '../../domain/refusals.js';
import { TaskInbox, type InboxTask } from '../../reports/task-inbox.js';
import { CaseAccess } from '../cases/case-access.service.js';
import { CaseAnswers } from '../cases/case-answers.service.js';
import { CaseDoor, type Answer } from '../cases/case-door.service.js';
import { worksIn } from '../cases/staff-duty.js';
import type { Asked } from '../input/asked.js';
import { NO_REVISION } from '../input/command-headers.js';
import { isUuid } from '../input/uuid.js';
import { validateBody } from '../input/validate-input.js';
import { Problem } from '../problems/problem.js';
import { inboxScope } from './task.dto.js';
import { deedOf, type TaskVerb } from './task-verbs.js';

/** The case moved between our look at the task and the command: look again. More often than this is a fault. */
const TRIES = 5;

@Injectable()
export class TaskCommands {
  constructor(
    private readonly inbox: TaskInbox,
    private readonly door: CaseDoor,
    private readonly answers: CaseAnswers,
    private readonly access: CaseAccess,
    private readonly staff: Staff,
  ) {}

  /**
   * @throws Problem 404 for a task that is not there for the actor; 409 for one that is over, or that nobody can do
   *   this to; 422 for a body that the kind of task does not take.
   */
  async send(taskId: string, verb: TaskVerb, body: unknown, asked: Asked): Promise<Answer> {
    const { actor } = asked;
    for (let attempt = 1; ; attempt++) {
      const task = await this.find(taskId, actor);
      const deed = deedOf(task.key, verb);
      if (!deed) throw this.over(await this.access.read(task.caseId, actor), actor);
      const command = deed.toCommand(validateBody(deed.body, body), actor, task, (staffId, department) =>
        worksIn(this.staff.find(staffId), department),
      );
      const isLive = task.state === 'open' || task.state === 'accepted';
      // Of a task that is over, only a kept answer can still be given: no case has this revision.
      const ifMatch = isLive ? (asked.ifMatch ?? task.case.revision) : NO_REVISION;
      const outcome = await this.door.outcome(task.caseId, command, { ...asked, ifMatch }, 201);
      if (outcome.kind !== 'stale') return this.door.answer(outcome, asked);
      if (!isLive) throw this.over(outcome.case, actor);
      if (asked.ifMatch !== null || attempt === TRIES) return this.door.answer(outcome, asked);
    }
  }

  private async find(taskId: string, actor: Actor): Promise<InboxTask> {
    const [, caseId, key] = /^([^.]+)\.([a-zA-Z0-9-]{1,64})$/.exec(taskId) ?? [];
    const task = isUuid(caseId) && key ? await this.inbox.find(caseId, key, inboxScope(actor)) : null;
    if (!task) throw new Problem('not-found');
    return task;
  }

  private over(current: Case, actor: Actor): Problem {
    const { code } = refusal('not-allowed-in-state');
    return new Problem(code, {
      detail: 'This task is over, or is not of a kind that can be acted on like this.',
      members: this.answers.standing(current, actor),
    });
  }
}
