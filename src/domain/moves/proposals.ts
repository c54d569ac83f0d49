/**
 * Moves by which departments agree on one solution, on the record, and carry it out item by item (A10, A11). Knows no
 * inbox and no clock.
 */
import type { Actor, Instant } from '../actor.js';
import type { CaseContext } from '../case.js';
import type { Proposal, ProposalVoice } from '../cooperation.js';
import { type Refusal, refusal, type RefusalCode } from '../refusals.js';
import { wrongDate } from './asked-date.js';
import { tooMany } from './matter-limits.js';
import type { MoveTable, PolicedEvent } from './move.js';
import { unknownDepartment } from './movement.js';

/** Names the front line where a department is named: an action item may be the agents' own. */
export const FRONT_LINE = 'frontline';

export const PROPOSALS: MoveTable<
  'case.proposeSolution' | 'case.agreeToSolution' | 'case.objectToSolution' | 'case.completeAction'
> = {
  'case.proposeSolution': {
    blocked: tooMany('proposals'),
    refuse: (_context, { at, departments, actions, policies }) => {
      if (departments.length === 0) return refusal('packet-incomplete', ['/departments']);
      for (const [index, department] of departments.entries()) {
        const unknown = unknownDepartment(department, policies, `/departments/${index}`);
        if (unknown) return unknown;
      }
      for (const [index, { department, dueAt }] of actions.entries()) {
        const wrong =
          (department === FRONT_LINE
            ? null
            : unknownDepartment(department, policies, `/actions/${index}/department`)) ??
          wrongDate(at, dueAt, 'due-in-past', `/actions/${index}/dueAt`);
        if (wrong) return wrong;
      }
      return null;
    },
    apply: (context, event) => ({
      ...context,
      proposals: [...context.proposals, settled(proposed(context, event), event.at)],
    }),
  },

  'case.agreeToSolution': {
    blocked: noneIn('open'),
    refuse: (context, { n, actor }) => whyNotSpeak(openProposal(context, n), actor),
    apply: (context, { n, at, actor, comment }) =>
      withProposal(context, n, (proposal) =>
        settled({ ...proposal, voices: spoken(proposal, actor, at, true, comment) }, at),
      ),
  },

  'case.objectToSolution': {
    blocked: noneIn('open'),
    refuse: (context, { n, actor }) => whyNotSpeak(openProposal(context, n), actor),
    apply: (context, { n, at, actor, reason }) =>
      withProposal(context, n, (proposal) => ({
        ...proposal,
        voices: spoken(proposal, actor, at, false, reason),
        state: 'objected',
        settledAt: at,
      })),
  },

  'case.completeAction': {
    blocked: noneIn('agreed'),
    refuse: (context, { n, k, actor }) => {
      const proposal = context.proposals.find((one) => one.n === n && one.state === 'agreed');
      if (!proposal) return refusal('proposal-unknown');
      const action = proposal.actions.find((one) => one.k === k && one.doneAt === null);
      if (!action) return refusal('action-unknown');
      const theirs = actor.department ?? (actor.kind === 'agent' ? FRONT_LINE : action.department);
      return action.department === theirs ? null : refusal('not-in-department');
    },
    apply: (context, { n, k, at, actor, outcome }) =>
      withProposal(context, n, (proposal) => {
        const actions = proposal.actions.map((one) =>
          one.k === k ? { ...one, doneAt: at, doneBy: actor.id, outcome } : one,
        );
        const isDone = actions.every(({ doneAt }) => doneAt !== null);
        return { ...proposal, actions, state: isDone ? 'carriedOut' : proposal.state };
      }),
  },
};

/** Department staff speak for their own department, managers for each. */
export function speaksFor({ department }: Actor, asked: string): boolean {
  return department === undefined || department === asked;
}

/** Whoever proposes agrees for their own department. */
function proposed(
  context: CaseContext,
  { at, actor, text, departments, actions }: PolicedEvent<'case.proposeSolution'>,
): Proposal {
  const voices = [...new Set(departments)].map((department): ProposalVoice => {
    const own = department === actor.department;
    return {
      department,
      agrees: own ? true : null,
      by: own ? actor.id : null,
      at: own ? at : null,
      comment: null,
    };
  });
  return {
    n: context.proposals.length + 1,
    text,
    by: actor.id,
    at,
    voices,
    actions: actions.map((action, index) => ({
      k: index + 1,
      text: action.text,
      department: action.department,
      dueAt: action.dueAt,
      doneAt: null,
      doneBy: null,
      outcome: null,
    })),
    state: 'open',
    settledAt: null,
  };
}

function noneIn(wanted: Proposal['state']): (context: CaseContext) => Refusal | null {
  return ({ proposals }) =>
    proposals.some(({ state }) => state === wanted) ? null : refusal('proposal-unknown');
}

function openProposal({ proposals }: CaseContext, n: number): Proposal | undefined {
  return proposals.find((one) => one.n === n && one.state === 'open');
}

function whyNotSpeak(proposal: Proposal | undefined, actor: Actor): Refusal | null {
  if (!proposal) return refusal('proposal-unknown');
  const voices = proposal.voices.filter(({ department }) => speaksFor(actor, department));
  const code: RefusalCode | null =
    voices.length === 0 ? 'not-in-department' : voices.every(hasSpoken) ? 'unchanged' : null;
  return code && refusal(code);
}

function hasSpoken({ agrees }: ProposalVoice): boolean {
  return agrees !== null;
}

/** The actor's own department; a manager's word counts for every department that has not spoken. */
function spoken(
  { voices }: Proposal,
  actor: Actor,
  at: Instant,
  agrees: boolean,
  comment: string | null,
): ProposalVoice[] {
  return voices.map((voice) =>
    speaksFor(actor, voice.department) && !hasSpoken(voice)
      ? { ...voice, agrees, by: actor.id, at, comment }
      : voice,
  );
}

function settled(proposal: Proposal, at: Instant): Proposal {
  const isAgreed = proposal.voices.every(({ agrees }) => agrees === true);
  return isAgreed ? { ...proposal, state: 'agreed', settledAt: at } : proposal;
}

function withProposal(context: CaseContext, n: number, change: (one: Proposal) => Proposal): CaseContext {
  return { ...context, proposals: context.proposals.map((one) => (one.n === n ? change(one) : one)) };
}
