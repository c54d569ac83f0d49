// A node that is killed at the worst places of a command (reliability.md A3): the built product as a process that kills
// itself there, and another node over the same database as its heir.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { TokenName } from '../../src/app/demo/demo-directory.js';
import { buildProduct, discardProduct, type NodeProcess } from '../app/node-process.js';
import { caseIn, ESCALATION, OPEN_CASE, openCase } from '../http/case-client.js';
import { startTestApp, type Answer, type TestApp } from '../support/app.js';
import { clientOf, type Client } from '../support/client.js';
import { startMisbehavingNode } from './misbehaving-node.js';

let heir: TestApp;
let victim: NodeProcess | null = null;
beforeAll(async () => {
  buildProduct();
  heir = await startTestApp({ env: { ROLE: 'api' } });
});
afterEach(() => {
  victim?.kill('SIGKILL');
  victim = null;
});
afterAll(async () => {
  discardProduct();
  await heir?.close();
});

async function startVictim(faultAt: string): Promise<(who: TokenName) => Client> {
  victim = startMisbehavingNode({ faultAt }, { DATABASE_URL: heir.databaseUrl, CLOCK: 'manual' });
  const url = await victim.serving;
  return (who) => clientOf(url, heir.tokens[who] ?? '');
}

const effectsOf = (key: string): Promise<unknown[]> =>
  heir.dataSource.query('SELECT case_id, seq FROM journal WHERE command_key = $1', [key]);

interface Death {
  readonly point: string;
  readonly who: TokenName;
  readonly what: string;
  /** Brings a case there. @returns path and body of the command */
  readonly asks: () => Promise<readonly [path: string, body: object]>;
  /** Whether the heir finds it done. */
  readonly isDone: boolean;
}

const CLIMB = { ...ESCALATION, department: 'product', reason: 'A fault' };
const climb = async () => [`/cases/${await caseIn(heir, 'working1')}/escalations`, CLIMB] as const;
const approval = async () =>
  [`/cases/${await caseIn(heir, 'compensationProposed')}/compensations/1/approval`, {}] as const;
const opening = async () =>
  ['/cases', { ...OPEN_CASE, customer: { externalId: 'crm-2', name: 'Grace Hopper' } }] as const;
const merge = async () => {
  const [secondary, primaryCaseId] = [await openCase(heir), await openCase(heir)];
  return [`/cases/${secondary}/merges`, { primaryCaseId, reason: 'The same parcel' }] as const;
};

const DEATHS: readonly Death[] = [
  { point: 'before-commit', who: 'member:logistics', what: 'a climb', asks: climb, isDone: false },
  { point: 'after-commit', who: 'member:logistics', what: 'a climb', asks: climb, isDone: true },
  { point: 'after-commit', who: 'agent', what: 'an opening', asks: opening, isDone: true },
  // Within a transaction: what it has locked must be free again.
  { point: 'before-commit', who: 'lead:logistics', what: 'an approval', asks: approval, isDone: false },
  { point: 'before-commit', who: 'agent', what: 'a merge', asks: merge, isDone: false },
  { point: 'after-commit', who: 'agent', what: 'a merge', asks: merge, isDone: true },
];

describe('a node that is killed', () => {
  it.each(DEATHS)('$point of $what leaves one effect under its key', async (death) => {
    const { point, who, asks, isDone } = death;
    const [path, body] = await asks();
    const as = await startVictim(`${point}:1:SIGKILL`);
    const key = randomUUID();
    const ask = (client: Client): Promise<Answer> => client.post(path, body, { 'idempotency-key': key });
    await expect(ask(as(who))).rejects.toThrow('fetch failed');
    expect(await victim?.ended).toBeNull();
    expect(await effectsOf(key)).toHaveLength(isDone ? 1 : 0);

    const answer = await ask(heir.api(who));
    expect([answer.status, answer.headers.get('idempotent-replayed')]).toEqual([201, isDone ? 'true' : null]);
    expect((await ask(heir.api(who))).body).toEqual(answer.body);
    expect(await effectsOf(key)).toHaveLength(1);
  });
});
