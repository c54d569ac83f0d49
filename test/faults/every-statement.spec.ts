// The session of each statement of a command is ended in turn, before it and after it (reliability.md B5): whatever the
// statement, the command has happened wholly or not at all, and its key tells which.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { poolOf } from '../../src/store/data-source.js';
import type { TokenName } from '../../src/app/demo/demo-directory.js';
import {
  caseIn,
  COMPENSATION,
  ESCALATION,
  OPEN_CASE,
  openCase,
  RESOLUTION,
  type Situation,
} from '../http/case-client.js';
import { startTestApp, type Answer, type TestApp } from '../support/app.js';
import { auditFindings } from './audit-findings.js';
import { type Moment, StatementCutter } from './cut-statement.js';

let app: TestApp;
let cutter: StatementCutter;
beforeAll(async () => {
  app = await startTestApp({ env: { ROLE: 'api' } });
  cutter = await StatementCutter.on(poolOf(app.dataSource), app.databaseUrl);
});
afterAll(async () => {
  await cutter?.close();
  await app?.close();
});

interface Asked {
  readonly path: string;
  readonly body: object;
}

/** A command on a case that stands there. */
const on = (situation: Situation, path: string, body: object) => async (): Promise<Asked> => ({
  path: `/cases/${await caseIn(app, situation)}/${path}`,
  body,
});

let customers = 0;
const opening = async (): Promise<Asked> => {
  customers += 1;
  return {
    path: '/cases',
    body: { ...OPEN_CASE, customer: { externalId: `new-${customers}`, name: 'New' } },
  };
};
const merge = async (): Promise<Asked> => {
  const [secondary, primaryCaseId] = [await openCase(app), await openCase(app)];
  return { path: `/cases/${secondary}/merges`, body: { primaryCaseId, reason: 'The same parcel' } };
};

/** [what, who asks, how, the answer once it gets through] */
const COMMANDS: [string, TokenName, () => Promise<Asked>, number][] = [
  ['an opening for a new customer', 'agent', opening, 201],
  ['a note', 'agent', on('working', 'notes', { text: 'Called back' }), 201],
  ['an escalation', 'agent', on('working', 'escalations', ESCALATION), 201],
  ['an escalation that is refused', 'agent', on('resolved', 'escalations', ESCALATION), 409],
  ['a resolution', 'member:logistics', on('working1', 'resolutions', RESOLUTION), 201],
  ['a compensation', 'agent', on('working1', 'compensations', COMPENSATION), 201],
  ['an approval', 'lead:logistics', on('compensationProposed', 'compensations/1/approval', {}), 201],
  ['a merge', 'agent', merge, 201],
];
/** More statements than any command has. */
const STATEMENTS_MAX = 40;

const rowsUnder = (key: string): Promise<{ commands: number; entries: number }[]> =>
  app.dataSource.query(
    `SELECT (SELECT count(*)::int FROM commands WHERE idempotency_key = $1) AS commands,
      (SELECT count(*)::int FROM journal WHERE command_key = $1) AS entries`,
    [key],
  );

/** @returns how many statements the command has, having cut each of them. */
async function cutEach(who: TokenName, asked: () => Promise<Asked>, moment: Moment, status: number) {
  for (let nth = 1; nth <= STATEMENTS_MAX; nth += 1) {
    const { path, body } = await asked();
    const key = randomUUID();
    const ask = (): Promise<Answer> => app.api(who).post(path, body, { 'idempotency-key': key });
    cutter.arm(nth, moment);
    const first = await ask();
    if (!cutter.disarm()) {
      expect(first.status).toBe(status);
      return nth - 1;
    }
    // A statement of somebody else may have been hit, or one that does not matter.
    expect([status, 503]).toContain(first.status);
    if (first.status === 503) expect(Number(first.headers.get('retry-after'))).toBeGreaterThan(0);
    const [before] = await rowsUnder(key);
    const again = await ask();
    expect(again.status).toBe(status);
    expect(again.headers.get('idempotent-replayed')).toBe(before?.commands === 1 ? 'true' : null);
    if (first.status === status) expect(again.body).toEqual(first.body);
    expect(await rowsUnder(key)).toEqual([{ commands: 1, entries: status === 201 ? 1 : 0 }]);
  }
  throw new Error('the command does not come to an end');
}

describe('a command whose session is ended', () => {
  it.each(COMMANDS)('before any statement of %s is done once, when it is asked for again', async (...row) => {
    const [, who, asked, status] = row;
    expect(await cutEach(who, asked, 'before', status)).toBeGreaterThanOrEqual(2);
  });

  it.each(COMMANDS)('after any statement of %s is done once, asked for again or not', async (...row) => {
    const [, who, asked, status] = row;
    expect(await cutEach(who, asked, 'after', status)).toBeGreaterThanOrEqual(2);
  });

  it('leaves a history behind that breaks no promise', async () => {
    const { cases, broken } = await auditFindings(app.databaseUrl);
    expect(cases).toBeGreaterThan(30);
    expect(broken).toEqual([]);
  });
});
