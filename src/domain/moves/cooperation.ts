/**
 * Moves by which departments work together without the case moving (domain.md §3, row 22): consults here, joint
 * solutions next door. Owner, handler and level stay; knows no inbox and no clock.
 */
import type { Actor } from '../actor.js';
import type { CaseContext } from '../case.js';
import type { Consult } from '../cooperation.js';
import { type Refusal, refusal } from '../refusals.js';
import { wrongDate } from './asked-date.js';
import { tooMany } from './matter-limits.js';
import type { MoveTable, PolicedEvent } from './move.js';
import { unknownDepartment } from './movement.js';
import { PROPOSALS, speaksFor } from './proposals.js';

export const COOPERATION: MoveTable<
  | 'case.consult'
  | 'case.answerConsult'
  | 'case.declineConsult'
  | 'case.cancelConsult'
  | 'case.proposeSolution'
  | 'case.agreeToSolution'
  | 'case.objectToSolution'
  | 'case.completeAction'
> = {
  'case.consult': {
    blocked: tooMany('consults'),
    refuse: (context, { at, department, dueAt, policies }) => {
      if (department === context.handler?.department) return refusal('same-department', ['/department']);
      return unknownDepartment(department, policies) ?? wrongDate(at, dueAt, 'due-in-past', '/dueAt');
    },
    apply: (context, { at, actor, department, question, blocking, dueAt }) => ({
      ...context,
      consults: [
        ...context.consults,
        {
          n: context.consults.length + 1,
          department,
          question,
          blocking,
          askedBy: actor.id,
          askedAt: at,
          dueAt,
          assigneeId: null,
          acceptedAt: null,
          endedAt: null,
          outcome: null,
          answer: null,
          answeredBy: null,
          withDeputy: false,
        },
      ],
    }),
  },

  'case.answerConsult': {
    blocked: noneAsked,
    refuse: (context, { n, actor }) => whyNotAnswer(openConsult(context, n), actor),
    apply: (context, event) => endConsult(context, event, 'answered', event.answer),
  },

  'case.declineConsult': {
    blocked: noneAsked,
    refuse: (context, { n, actor }) => whyNotAnswer(openConsult(context, n), actor),
    apply: (context, event) => endConsult(context, event, 'declined', event.reason),
  },

  'case.cancelConsult': {
    blocked: noneAsked,
    refuse: (context, { n, actor }) => {
      const consult = openConsult(context, n);
      if (!consult) return refusal('consult-unknown');
      // Those who were asked decline; they do not take the question back.
      const isAsker = consult.askedBy === actor.id || actor.department === context.handler?.department;
      return actor.department === undefined || isAsker ? null : refusal('not-in-department');
    },
    apply: (context, event) => endConsult(context, event, 'cancelled', event.reason),
  },

  ...PROPOSALS,
};

function noneAsked({ consults }: CaseContext): Refusal | null {
  return consults.some(({ endedAt }) => endedAt === null) ? null : refusal('consult-unknown');
}

function openConsult({ consults }: CaseContext, n: number): Consult | undefined {
  return consults.find((one) => one.n === n && one.endedAt === null);
}

/** Whoever is in the department that was asked; managers answer for everybody. */
function whyNotAnswer(consult: Consult | undefined, actor: Actor): Refusal | null {
  if (!consult) return refusal('consult-unknown');
  return speaksFor(actor, consult.department) ? null : refusal('not-in-department');
}

function endConsult(
  context: CaseContext,
  { n, at, actor }: PolicedEvent<'case.answerConsult' | 'case.declineConsult' | 'case.cancelConsult'>,
  outcome: 'answered' | 'declined' | 'cancelled',
  answer: string,
): CaseContext {
  const consults = context.consults.map((one) =>
    one.n === n ? { ...one, endedAt: at, outcome, answer, answeredBy: actor.id } : one,
  );
  return { ...context, consults };
}
