/** Sends the scenario and the tables of commands to an address, and says which answers were not the right ones. */
import { createHmac } from 'node:crypto';
import pLimit from 'p-limit';
import type { TokenName } from '../../src/app/demo/demo-directory.js';
import { clientOf } from '../../test/support/client.js';
import { type Asking, caseIn } from '../../test/http/case-client.js';
import type { CommandCase } from '../../test/http/command-case.js';
import { COMMANDS } from '../../test/http/command-table.js';
import { type Row, SCENARIO, THE_EXAMPLE } from './scenario.js';

interface Door {
  readonly base: string;
  /** The same node without the proxy, where cases are made ready. */
  readonly directBase: string;
  readonly tokens: Readonly<Record<string, string>>;
  /** With which inbound messages are signed: what follows `whsec_`. */
  readonly inboundSecret: string;
  /** The document's own example of a body. */
  readonly exampleOf: (method: string, path: string) => unknown;
  /** Called after each request of the tables. */
  readonly tick: (done: number, all: number) => void;
}

/** The same product by two doors. */
interface Apps {
  readonly ready: Asking;
  readonly asked: Asking;
}

/** The node and the proxy have a core each at best. */
const AT_ONCE = 4;

/** @returns one line per wrong answer. */
export async function drive(door: Door): Promise<string[]> {
  const appAt = (base: string): Asking => ({
    api: (who) => clientOf(base, who === null ? null : (door.tokens[who] ?? null)),
  });
  const apps: Apps = { ready: appAt(door.directBase), asked: appAt(door.base) };
  const all = COMMANDS.length + SCENARIO.length + 1;
  const wrong: string[] = [];
  let done = 0;
  const attempt = async (name: string, deed: () => Promise<string | null>): Promise<void> => {
    const fault = await deed().catch((error: unknown) => String(error).slice(0, 600));
    if (fault !== null) wrong.push(`${name}: ${fault}`);
    door.tick((done += 1), all);
  };
  const limit = pLimit(AT_ONCE);
  await Promise.all(
    COMMANDS.map((row) =>
      limit(() => attempt(`${row.method ?? 'POST'} …/${row.path}`, () => sendCommand(apps, row))),
    ),
  );
  const known = new Map<string, unknown>();
  for (const row of SCENARIO) {
    await attempt(`${row.method} ${row.path}`, () => sendRow(apps, door, row, known));
  }
  await attempt('POST /inbound/messages', () => sendSigned(door));
  return wrong;
}

async function sendCommand({ ready, asked }: Apps, row: CommandCase): Promise<string | null> {
  const { method, path, who, from, body } = row;
  const id = await caseIn(ready, from);
  const sent = 'primaryCaseId' in body ? { ...body, primaryCaseId: await caseIn(ready, 'working') } : body;
  const address = `/cases/${id}/${path.replace(/\{[nk]\}/g, '1')}`;
  const api = asked.api(who);
  if (method === 'DELETE') return faultOf(await api.delete(address), 200);
  if (method === 'PUT') return faultOf(await api.put(address, sent), 200);
  return faultOf(await api.post(address, sent), 201);
}

async function sendRow(
  { ready }: Apps,
  door: Door,
  row: Row,
  known: Map<string, unknown>,
): Promise<string | null> {
  if (row.from) known.set('case', await caseIn(ready, row.from));
  const filled = (text: string) => text.replace(/\{(\w+)\}/g, (_, name: string) => String(known.get(name)));
  const path = filled(row.path);
  const rooted = /^\/(api|health|metrics|clock)(\/|$)/.test(path) ? path : `/api/v1${path}`;
  const token = row.who === null ? null : door.tokens[row.who as TokenName];
  const response = await fetch(`${door.base}${rooted}`, {
    method: row.method,
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(row.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...row.headers,
    },
    ...(row.body === undefined ? {} : { body: bodyOf(row, door, filled) }),
  });
  const text = await response.text();
  const body: unknown = /json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : text;
  for (const [name, place] of Object.entries(row.keep ?? {})) known.set(name, kept(body, name, place));
  const expected = row.status ?? (row.method === 'POST' ? 201 : 200);
  return faultOf({ status: response.status, body }, expected);
}

function bodyOf({ body, method, path }: Row, door: Door, filled: (text: string) => string) {
  if (Buffer.isBuffer(body)) return new Uint8Array(body);
  return body === THE_EXAMPLE
    ? JSON.stringify(door.exampleOf(method, `/api/v1${path}`))
    : filled(JSON.stringify(body));
}

function kept(body: unknown, name: string, place: string): unknown {
  const found = place
    .split('.')
    .reduce<unknown>((node, key) => (node as Record<string, unknown> | null)?.[key], body);
  // The link is kept for its token alone.
  return name === 'token' ? String(found).split('/').at(-1) : found;
}

/** As Standard Webhooks have it. */
async function sendSigned({ base, inboundSecret }: Door): Promise<string | null> {
  const body = JSON.stringify({
    messageId: 'contract-1',
    channel: 'whatsapp',
    from: { phone: '+44 20 7946 0958' },
    text: 'Where is it?',
  });
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', Buffer.from(inboundSecret, 'base64'))
    .update(`contract-1.${timestamp}.${body}`)
    .digest('base64');
  const response = await fetch(`${base}/api/v1/inbound/messages`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': 'contract-1',
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature}`,
    },
    body,
  });
  return faultOf({ status: response.status, body: await response.json() }, 200);
}

function faultOf({ status, body }: { status: number; body: unknown }, expected: number): string | null {
  return status === expected
    ? null
    : `${status} instead of ${expected}: ${JSON.stringify(body).slice(0, 600)}`;
}
