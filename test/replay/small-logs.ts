/** Hand-made logs for the replay's tests: a few lines each, in the words of a mapping of their own. */
import type { Mapping, StandingName } from '../../scripts/replay/mapping.js';
import { type Log, type Row, toLog } from '../../scripts/replay/read-log.js';

export const SMALL_MAPPING: Mapping = {
  name: 'small',
  source: 'made by hand',
  log: { file: 'events.csv', caseId: 'case', at: 'at', state: 'state', level: 'level' },
  states: {
    queued: { to: 'queued', level: 'column' },
    handling: { to: 'handling', level: 'column' },
    waiting: { to: 'waiting', level: 'column' },
    onHold: { to: 'onHold', level: 'column' },
    resolved: { to: 'resolved', level: 'column' },
    closed: { to: 'closed', level: 'column' },
    withdrawn: { to: 'withdrawn', level: 'column' },
    remark: null,
    'same level': { to: 'handling', level: 'keep' },
    'second line': { to: 'handling', level: 1 },
  },
  departments: [
    { level: 1, when: { team: 'money' }, department: 'finance' },
    { level: 1, department: 'product' },
    { level: 2, department: 'logistics' },
  ],
  intake: {
    category: 'small',
    channel: 'phone',
    subject: 'Case {case}',
    description: 'A line of the log: {state}.',
    expectedOutcome: 'It works again.',
    impact: { column: 'impact', values: { Major: 'high' }, otherwise: 'medium' },
    urgency: { otherwise: 'low' },
    customer: { externalId: 'small-{case}', name: 'Customer {case}' },
  },
  configuration: [
    {
      path: '/api/v1/sla-policies/small',
      body: { calendar: '24x7', targets: {}, match: { category: ['small'] } },
    },
    ...['product', 'logistics', 'finance'].map((key) => ({
      path: `/api/v1/departments/${key}`,
      body: {
        publicName: { en: key, 'zh-CN': key, 'zh-TW': key },
        answersFor: key,
        calendar: '24x7',
        ola: {},
      },
    })),
    {
      path: '/api/v1/playbooks/small',
      body: { directLevel2: true, requiredFields: {}, evidenceRequired: false },
    },
    {
      path: '/api/v1/lifecycle-policies/default',
      body: {
        waitingRemindAfterSeconds: [],
        waitingExpireAfterSeconds: 158_112_000,
        confirmationRemindAfterSeconds: 158_025_600,
        confirmationExpireAfterSeconds: 158_112_000,
        reopenWindowSeconds: 158_112_000,
        bouncesBeforeArbitration: 20,
        reroutesPerCase: 50,
        reopeningsBeforeAttention: 50,
        chaseWithinSeconds: 86_400,
      },
    },
  ],
};

/** A line as `[standing, level]`, one hour after the line before it; `team` as a third element. */
export type Line = readonly [StandingName | 'remark' | 'same level' | 'second line', number, string?];

const HOUR_MS = 3_600_000;
const START = Date.parse('2010-03-31T15:59:42+01:00');

/** Case ids are `c1`, `c2`, … in the order given. */
export function smallLog(...cases: (readonly Line[])[]): Log {
  return toLog(smallRows(...cases), SMALL_MAPPING);
}

export function smallRows(...cases: (readonly Line[])[]): Row[] {
  return cases.flatMap((lines, index) =>
    lines.map(([state, level, team], line) => ({
      case: `c${index + 1}`,
      at: new Date(START + line * HOUR_MS).toISOString(),
      state,
      level: String(level),
      team: team ?? '',
    })),
  );
}
