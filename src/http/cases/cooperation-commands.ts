/** Rows of the table of commands by which departments work together: consults and joint solutions. */
import { parseInstant } from '../input/instant.js';
import { ReasonDto } from './case-command.dto.js';
import { row } from './command-route.js';
import * as dto from './cooperation.dto.js';

export const COOPERATION_COMMANDS = [
  row({
    path: 'consults',
    method: 'POST',
    summary: 'Ask another department; the case stays where it is',
    body: dto.ConsultDto,
    events: ['case.consult'],
    toCommand: ({ department, question, blocking, dueAt }, actor) => ({
      type: 'case.consult',
      actor,
      department,
      question,
      blocking: blocking ?? false,
      dueAt: dueAt ? parseInstant(dueAt) : null,
    }),
  }),
  row({
    path: 'consults/{n}/answer',
    method: 'POST',
    summary: 'Answer a consult of the own department',
    body: dto.AnswerDto,
    events: ['case.answerConsult'],
    toCommand: ({ answer }, actor, { n }) => ({ type: 'case.answerConsult', actor, n, answer }),
  }),
  row({
    path: 'consults/{n}/decline',
    method: 'POST',
    summary: 'Decline a consult, with the reason',
    body: ReasonDto,
    events: ['case.declineConsult'],
    toCommand: ({ reason }, actor, { n }) => ({ type: 'case.declineConsult', actor, n, reason }),
  }),
  row({
    path: 'consults/{n}/cancellation',
    method: 'POST',
    summary: 'Take a consult back',
    body: ReasonDto,
    events: ['case.cancelConsult'],
    toCommand: ({ reason }, actor, { n }) => ({ type: 'case.cancelConsult', actor, n, reason }),
  }),
  row({
    path: 'proposals',
    method: 'POST',
    summary: 'Propose a joint solution to the departments that it needs',
    body: dto.ProposalDto,
    events: ['case.proposeSolution'],
    toCommand: ({ text, departments, actions }, actor) => ({
      type: 'case.proposeSolution',
      actor,
      text,
      departments,
      actions: (actions ?? []).map((action) => ({
        text: action.text,
        department: action.department,
        dueAt: action.dueAt ? parseInstant(action.dueAt) : null,
      })),
    }),
  }),
  row({
    path: 'proposals/{n}/agreement',
    method: 'POST',
    summary: 'Agree to a joint solution for the own department',
    body: dto.CommentDto,
    events: ['case.agreeToSolution'],
    toCommand: ({ comment }, actor, { n }) => ({
      type: 'case.agreeToSolution',
      actor,
      n,
      comment: comment ?? null,
    }),
  }),
  row({
    path: 'proposals/{n}/objection',
    method: 'POST',
    summary: 'Object to a joint solution, with the reason',
    body: ReasonDto,
    events: ['case.objectToSolution'],
    toCommand: ({ reason }, actor, { n }) => ({ type: 'case.objectToSolution', actor, n, reason }),
  }),
  row({
    path: 'proposals/{n}/actions/{k}/completion',
    method: 'POST',
    summary: 'Report an agreed action as done',
    body: dto.OutcomeDto,
    events: ['case.completeAction'],
    toCommand: ({ outcome }, actor, { n, k }) => ({ type: 'case.completeAction', actor, n, k, outcome }),
  }),
];
