// One case for each way in which a department may stand to it. Plain data; nothing is stepped or stored.
import type { Case, CaseContext } from '../../src/domain/case.js';
import type { Relation } from '../../src/domain/case-relation.js';
import { MACHINE_VERSION } from '../../src/domain/machine-version.js';
import { BLANK_CONTEXT } from '../../src/domain/moves/oversight.js';

export const DEPARTMENT = 'theirs';

const asked = {
  n: 1,
  department: DEPARTMENT,
  question: '',
  blocking: false,
  askedBy: '',
  askedAt: 0,
  dueAt: null,
  assigneeId: null,
  acceptedAt: null,
  endedAt: null,
  outcome: null,
  answer: null,
  answeredBy: null,
  withDeputy: false,
} as const;

const PARTS: Readonly<Record<Relation, Partial<CaseContext>>> = {
  handling: {
    handler: { department: DEPARTMENT, memberId: null },
    escalations: [
      {
        level: 1,
        purpose: '',
        expectedOutcome: '',
        evidence: [],
        fields: {},
        reason: null,
        by: '',
        at: 0,
        binding: false,
        attempts: [
          {
            n: 1,
            department: DEPARTMENT,
            memberId: null,
            dispatchedAt: 0,
            acceptedAt: null,
            endedAt: null,
            outcome: null,
            returnReason: null,
          },
        ],
      },
    ],
  },
  engaged: { consults: [asked] },
  former: { consults: [{ ...asked, endedAt: 1, outcome: 'answered' }] },
  none: {},
};

export function caseOf(relation: Relation): Case {
  return {
    id: '00000000-0000-7000-8000-000000000000',
    machineVersion: MACHINE_VERSION,
    revision: 1,
    state: 'level1.working',
    intake: {
      subject: '',
      description: '',
      expectedOutcome: '',
      category: '',
      channel: '',
      orderRef: null,
      customerId: '',
      receivedAt: 0,
      openedAt: 0,
      previousCaseId: null,
    },
    context: { ...BLANK_CONTEXT, ...PARTS[relation] },
  };
}
