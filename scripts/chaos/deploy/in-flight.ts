/**
 * Ten thousand cases stand in a state that the new machine calls otherwise: with a way they all go on, without one the
 * build does not start (G3).
 */
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { Random } from '../../fuzz/random.js';
import { opening } from '../deeds.js';
import { startInstallation } from '../installation.js';
import { finding, type Finding } from './finding.js';
import { Fleet, nodeEnv, numberFrom, startExpectingRefusal, type Stage } from './stage.js';

const CASES = 10_000;
const DONE_WITHIN_MS = 120_000;
/** The state that has gone, and its new name. */
const [GONE, NEW] = ['frontline.returned', 'frontline.reworking'];

export async function migrateInFlight(stage: Stage): Promise<Finding[]> {
  const { cluster, folder, products } = stage;
  const database = 'in_flight';
  const installation = await startInstallation({
    cluster,
    database,
    product: products.old,
    folder,
    roles: ['all'],
  });
  stage.undo.push(() => installation.stop(true));
  const client = await installation.connect();
  stage.undo.push(() => client.end());
  const id = await aReturnedCase(installation.urls[0] ?? '', installation.tokens);
  for (const node of installation.nodes) await node.stop();
  await copyCase(client, id);
  stage.progress(`${CASES} cases stand in ${GONE}`);

  const env = nodeEnv(cluster.url(database), installation.mail.url, folder);
  const refused = await startExpectingRefusal(products.forgotten, { ...env, ROLE: 'all' });
  const startedAt = performance.now();
  const fleet = new Fleet({ stage, name: 'in-flight', env });
  const node = await fleet.start('renamed', 'all');
  await node.untilReady();
  const readyMs = performance.now() - startedAt;
  const stranded = (): Promise<number> =>
    numberFrom(client, `SELECT count(*) FROM cases WHERE machine_version < 3 OR state = $1`, [GONE]);
  const giveUpAt = performance.now() + DONE_WITHIN_MS;
  while ((await stranded()) > 0 && performance.now() < giveUpAt) await pause(250);
  const left = await stranded();
  const doneMs = performance.now() - startedAt;
  const metrics = await (await fetch(new URL('/metrics', node.url))).text();
  const metric = (name: string): number =>
    Number(new RegExp(`^${name}\\{.*\\} (\\d+)`, 'm').exec(metrics)?.[1]);
  const answered = await fetch(new URL(`/api/v1/cases/${copyId(7)}/notes`, node.url), {
    ...request(installation.tokens['agent'] ?? '', { text: 'Taken up again.' }),
  });
  const body = (await answered.json()) as { state?: string; machineVersion?: number };
  await fleet.stop(node);
  return [
    finding(
      'G3',
      'a machine without a way for their state does not start, and says how many stand where',
      refused.code === 1 &&
        refused.said.includes(
          `cases of machine version 2 stand in ${GONE}, from where no way leads to version 3`,
        ),
      refused.code === null ? 'it served' : refused.said,
    ),
    finding(
      'G3',
      'one with a way starts, and time takes all of them there',
      left === 0,
      `${CASES - left} of ${CASES} in ${(doneMs / 1000).toFixed(1)} s, ready after ${(readyMs / 1000).toFixed(1)} s`,
    ),
    finding(
      'G3',
      'no case is set aside',
      metric('cases_set_aside') === 0 && metric('deadline_failures_total') === 0,
      `${metric('deadlines_fired_total')} fired, ${metric('deadline_failures_total')} failed`,
    ),
    finding(
      'G3',
      'they take commands',
      answered.status === 201 && body.machineVersion === 3,
      `${answered.status} ${body.state ?? ''} (${NEW} or beyond)`,
    ),
  ];
}

/** @returns its id. It has gone up once and come back. */
async function aReturnedCase(url: string, tokens: Readonly<Record<string, string>>): Promise<string> {
  const post = async (role: string, path: string, body: unknown): Promise<{ id: string; state: string }> => {
    const answer = await fetch(new URL(`/api/v1/cases${path}`, url), request(tokens[role] ?? '', body));
    const given = (await answer.json()) as { id: string; state: string };
    if (!answer.ok) throw new Error(`POST ${path}: ${answer.status} ${JSON.stringify(given)}`);
    return given;
  };
  const { id } = await post('service', '', opening('in-flight', new Random(1, 1)));
  await post('agent', `/${id}/ownership`, {});
  const climb = {
    department: 'product',
    purpose: 'Find out',
    expectedOutcome: 'A date',
    evidence: ['A photo'],
  };
  await post('agent', `/${id}/escalations`, climb);
  const back = { reason: 'answered', comment: 'It is on its way.' };
  const { state } = await post('member:product', `/${id}/returns`, back);
  if (state !== GONE) throw new Error(`the case went to ${state}`);
  return id;
}

const request = (token: string, body: unknown): RequestInit => ({
  method: 'POST',
  headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

const copyId = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;

/** Row by row as it is, under ids of their own. */
async function copyCase(client: pg.Client, id: string): Promise<void> {
  for (const [table, key] of [
    ['cases', 'id'],
    ['journal', 'case_id'],
    ['tasks', 'case_id'],
    ['clocks', 'case_id'],
    ['escalations', 'case_id'],
  ] as const) {
    const { rows } = await client.query(
      `SELECT string_agg(column_name, ', ' ORDER BY ordinal_position) AS names FROM information_schema.columns
       WHERE table_schema = 'public' AND table_name = $1 AND column_name <> $2`,
      [table, key],
    );
    const [{ names }] = rows as [{ names: string }];
    await client.query(
      `INSERT INTO ${table} (${key}, ${names}) SELECT copy.new_id, ${names}
       FROM ${table} CROSS JOIN unnest($1::uuid[]) AS copy (new_id) WHERE ${key} = $2`,
      [Array.from({ length: CASES - 1 }, (_, n) => copyId(n + 1)), id],
    );
  }
}
