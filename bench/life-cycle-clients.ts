/**
 * Clients in a closed loop, each living one case after the other through the HTTP API: open, escalate, accept,
 * escalate, accept, resolve, confirm. Counts what was answered and how long each took; judges nothing.
 */
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import type { Measured } from './floor.js';

export interface Target {
  readonly base: URL;
  readonly tokens: Readonly<Record<string, string>>;
}

interface Step {
  readonly role: string;
  readonly path: string;
  readonly body: unknown;
}

const PACKET = {
  purpose: 'Find the parcel and say when it arrives.',
  expectedOutcome: 'A delivery date that holds.',
  evidence: ['tracking page of 3 May'],
  reason: 'The front line cannot see the carrier’s system.',
};

const INTAKE = {
  subject: 'Parcel has not arrived',
  description: 'I ordered on 3 May. Tracking has said "in transit" for nine days.',
  expectedOutcome: 'Deliver by Friday or refund.',
  category: 'delivery',
  channel: 'phone',
  impact: 'medium',
  urgency: 'high',
};
const SOLUTION = { solution: 'Sent again by courier.', rootCause: 'The carrier lost it.' };

/** After the opening. `first` and `second` are the departments of the two levels. */
const STEPS = {
  start: () => ({ role: 'agent', path: '/ownership', body: {} }),
  escalate: (first: string) => ({
    role: 'agent',
    path: '/escalations',
    body: { department: first, ...PACKET },
  }),
  accept: (first: string) => ({ role: `member:${first}`, path: '/acceptances', body: {} }),
  climb: (first: string, second: string) => ({
    role: `member:${first}`,
    path: '/escalations',
    body: { department: second, ...PACKET },
  }),
  accept2: (_first: string, second: string) => ({ role: `member:${second}`, path: '/acceptances', body: {} }),
  resolve1: (first: string) => ({ role: `member:${first}`, path: '/resolutions', body: SOLUTION }),
  resolve2: (_first: string, second: string) => ({
    role: `member:${second}`,
    path: '/resolutions',
    body: SOLUTION,
  }),
  confirm: () => ({ role: 'agent', path: '/confirmations', body: {} }),
} satisfies Record<string, (first: string, second: string) => Step>;

export type CaseSteps = readonly (keyof typeof STEPS)[];

/** Seven transitions, the opening included. */
const LIFE: CaseSteps = ['escalate', 'accept', 'climb', 'accept2', 'resolve2', 'confirm'];

/** @param seconds after which no new life is begun. @throws Error naming the first answer that is not 201. */
export async function runClients(target: Target, clients: number, seconds: number): Promise<Measured> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const latencies: number[] = [];
  const startedAt = performance.now();
  const until = startedAt + seconds * 1000;
  // Everybody has customers of their own: the upsert of one and the same would be the bottleneck.
  const customers = randomUUID();
  const client = async (n: number): Promise<void> => {
    while (performance.now() < until) await liveOnce(target, agent, `${customers}-${n}`, latencies, until);
  };
  await Promise.all(Array.from({ length: clients }, (_each, n) => client(n)));
  const tookSeconds = (performance.now() - startedAt) / 1000;
  agent.destroy();
  return { perSecond: latencies.length / tookSeconds, latencies };
}

async function liveOnce(
  target: Target,
  agent: Agent,
  customer: string,
  latencies: number[],
  until: number,
): Promise<void> {
  let caseId = '';
  for (const step of stepsOf(LIFE, 'logistics', 'finance', customer)) {
    if (performance.now() >= until) return;
    const from = performance.now();
    const answer = await send(target, agent, step, caseId);
    latencies.push(performance.now() - from);
    caseId ||= (JSON.parse(answer) as { id: string }).id;
  }
}

/** One case, as far as the steps go. @returns its id */
export async function liveUpTo(
  target: Target,
  steps: CaseSteps,
  first: string,
  second: string,
): Promise<string> {
  const agent = new Agent({ keepAlive: true });
  let caseId = '';
  for (const step of stepsOf(steps, first, second, 'bench')) {
    const answer = await send(target, agent, step, caseId);
    caseId ||= (JSON.parse(answer) as { id: string }).id;
  }
  agent.destroy();
  return caseId;
}

function stepsOf(steps: CaseSteps, first: string, second: string, externalId: string): Step[] {
  const body = { ...INTAKE, customer: { externalId, name: 'Ada Lovelace' } };
  return [{ role: 'agent', path: '', body }, ...steps.map((name) => STEPS[name](first, second))];
}

function send(target: Target, agent: Agent, { role, path, body }: Step, caseId: string): Promise<string> {
  const at = caseId === '' ? '/api/v1/cases' : `/api/v1/cases/${caseId}${path}`;
  return post(target, agent, at, target.tokens[role] ?? '', JSON.stringify(body));
}

function post({ base }: Target, agent: Agent, path: string, token: string, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        agent,
        host: base.hostname,
        port: base.port,
        path,
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'idempotency-key': randomUUID(),
        },
      },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('end', () => {
          const text = Buffer.concat(parts).toString('utf8');
          if (answer.statusCode === 201) resolve(text);
          else reject(new Error(`POST ${path}: ${answer.statusCode} ${text.slice(0, 300)}`));
        });
        answer.on('error', reject);
      },
    );
    asked.on('error', reject);
    asked.end(body);
  });
}
