/** Rows of the table of commands around the work itself: callbacks, ratings, and who has a task. */
import { assignableTask } from '../../domain/assignable-tasks.js';
import { parseInstant } from '../input/instant.js';
import { invalid, row } from './command-route.js';
import * as dto from './cooperation.dto.js';

/** Whom a customer's interest in buying more is passed on to (E7). */
const SALES = 'sales';

export const AFTERCARE_COMMANDS = [
  row({
    path: 'callbacks',
    method: 'POST',
    summary: 'Ask for a call to the customer',
    body: dto.CallbackDto,
    events: ['case.askCallback'],
    toCommand: ({ reason, note, department, dueAt }, actor) => ({
      type: 'case.askCallback',
      actor,
      reason: reason ?? 'followUp',
      note,
      department: department ?? (reason === 'salesLead' ? SALES : null),
      dueAt: dueAt ? parseInstant(dueAt) : null,
    }),
  }),
  row({
    path: 'callbacks/{n}/completion',
    method: 'POST',
    summary: 'Report a call as made, with what came of it',
    body: dto.OutcomeDto,
    events: ['case.completeCallback'],
    toCommand: ({ outcome }, actor, { n }) => ({ type: 'case.completeCallback', actor, n, outcome }),
  }),
  row({
    path: 'ratings',
    method: 'POST',
    summary: 'Record what the customer thinks of a closed case, on their behalf',
    body: dto.RatingDto,
    events: ['case.rate'],
    toCommand: ({ score, recommend, comment }, actor) => ({
      type: 'case.rate',
      actor,
      score,
      recommend: recommend ?? null,
      comment: comment ?? null,
    }),
  }),
  row({
    path: 'hand-off-ratings',
    method: 'POST',
    summary: 'Rate how well the case was handed over to the own department',
    body: dto.HandOffRatingDto,
    events: ['case.rateHandOff'],
    toCommand: ({ score, comment }, actor) => ({
      type: 'case.rateHandOff',
      actor,
      score,
      comment: comment ?? null,
    }),
  }),
  row({
    path: 'task-assignments',
    method: 'POST',
    summary: 'Assign a task to a colleague, or hand it back into the inbox',
    body: dto.TaskAssignmentDto,
    events: ['case.assignTask'],
    readsCase: true,
    toCommand: ({ task, assigneeId, reason }, actor, { current, worksIn }) => {
      const assignable = assignableTask(current.context, task);
      if (assignable && assigneeId && !worksIn(assigneeId, assignable.department)) {
        throw invalid('/assigneeId', 'Nobody of this id works there.', 'unknown');
      }
      return {
        type: 'case.assignTask',
        actor,
        task,
        assigneeId: assigneeId ?? null,
        reason: reason ?? null,
      };
    },
  }),
];
