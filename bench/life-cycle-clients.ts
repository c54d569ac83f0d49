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

/** Seven transitions. */
const LIFE: readonly Step[] = [
  {
    role: 'agent',
    path: '',
    body: {
      subject: 'Parcel has not arrived',
      description: 'I ordered on 3 May. Tracking has said "in transit" for nine days.',
      expectedOutcome: 'Deliver by Friday or refund.',
      category: 'delivery',
      channel: 'phone',
      impact: 'medium',
      urgency: 'high',
      customer: { externalId: 'bench', name: 'Ada Lovelace' },
    },
  },
  { role: 'agent', path: '/escalations', body: { department: 'logistics', ...PACKET } },
  { role: 'member:logistics', path: '/acceptances', body: {} },
  { role: 'member:logistics', path: '/escalations', body: { department: 'finance', ...PACKET } },
  { role: 'member:finance', path: '/acceptances', body: {} },
  {
    role: 'member:finance',
    path: '/resolutions',
    body: { solution: 'Sent again by courier.', rootCause: 'Carrier lost it.' },
  },
  { role: 'agent', path: '/confirmations', body: {} },
];

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
  for (const step of LIFE) {
    if (performance.now() >= until) return;
    const body =
      caseId === ''
        ? { ...(step.body as object), customer: { externalId: customer, name: 'Ada Lovelace' } }
        : step.body;
    const path = caseId === '' ? '/api/v1/cases' : `/api/v1/cases/${caseId}${step.path}`;
    const from = performance.now();
    const answer = await post(target, agent, path, target.tokens[step.role] ?? '', JSON.stringify(body));
    latencies.push(performance.now() - from);
    caseId ||= (JSON.parse(answer) as { id: string }).id;
  }
}

/** Leaves one case at level 2, for the floor to copy. */
export async function leaveOneAtLevel2(target: Target): Promise<void> {
  const agent = new Agent({ keepAlive: true });
  let caseId = '';
  for (const step of LIFE.slice(0, 5)) {
    const path = caseId === '' ? '/api/v1/cases' : `/api/v1/cases/${caseId}${step.path}`;
    const answer = await post(target, agent, path, target.tokens[step.role] ?? '', JSON.stringify(step.body));
    caseId ||= (JSON.parse(answer) as { id: string }).id;
  }
  agent.destroy();
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
