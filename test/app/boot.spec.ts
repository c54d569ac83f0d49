// The product as a process: it starts, refuses to start, and ends as a supervisor expects.
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { clientOf } from '../support/client.js';
import { startTestDatabase, type TestDatabase } from '../support/database.js';
import { buildProduct, discardProduct, startNodeProcess } from './node-process.js';

let database: TestDatabase;
let dataDir: string;
let env: Record<string, string>;

beforeAll(async () => {
  buildProduct();
  database = await startTestDatabase();
  dataDir = mkdtempSync(join(tmpdir(), 'case-escalation-boot-'));
  // Under root the embedded database runs as another user, who must reach it.
  chmodSync(dataDir, 0o755);
  env = { DATABASE_URL: database.url, DATA_DIR: dataDir, DEMO: '1' };
});
afterAll(async () => {
  discardProduct();
  rmSync(dataDir, { recursive: true, force: true });
  await database.drop();
});

const tokens = (): Record<string, string> => JSON.parse(readFileSync(join(dataDir, 'tokens.json'), 'utf8'));

describe('a node', () => {
  it('serves, tells a person where, and ends with 0 on SIGTERM', async () => {
    const node = startNodeProcess(env);
    const url = await node.serving;
    const cases = await clientOf(url, tokens()['agent'] ?? '').get('/cases');
    expect(cases.status).toBe(200);
    expect(cases.body.data.length).toBeGreaterThanOrEqual(8);
    expect((await clientOf(url, null).get('/health/ready')).status).toBe(200);
    node.kill('SIGTERM');
    expect(await node.ended).toBe(0);
    expect(node.stderr.join('\n')).toContain(join(dataDir, 'tokens.json'));
    for (const line of node.stdout) expect(JSON.parse(line)).toHaveProperty('time');
    expect(node.stdout.join('\n')).not.toContain(tokens()['admin']);
  });

  it('keeps the tokens of its first start, readable by their owner alone', async () => {
    const before = tokens();
    const node = startNodeProcess(env);
    const url = await node.serving;
    expect(tokens()).toEqual(before);
    expect(statSync(join(dataDir, 'tokens.json')).mode & 0o777).toBe(0o600);
    expect((await clientOf(url, before['manager'] ?? '').get('/cases')).status).toBe(200);
    node.kill('SIGINT');
    expect(await node.ended).toBe(0);
  });

  it('lets a request under way finish, and refuses new ones, before it ends', async () => {
    const node = startNodeProcess({ ...env, LOG_LEVEL: 'debug' });
    const url = await node.serving;
    const agent = clientOf(url, tokens()['agent'] ?? '');
    const { body } = await agent.get('/cases?state=frontline.working');
    const { id } = body.data[0];
    const holder = new pg.Client({ connectionString: database.url });
    await holder.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT FROM cases WHERE id = $1 FOR UPDATE', [id]);
    const slow = agent.post(`/cases/${id}/notes`, { text: 'Written while the node stops.' });
    await isWaiting(holder);
    node.kill('SIGTERM');
    await node.logs('Stopping');
    const late = await agent.get('/cases').then(
      ({ status }) => status,
      () => 503,
    );
    expect(late).toBe(503);
    await holder.query('ROLLBACK');
    await holder.end();
    expect((await slow).status).toBe(201);
    const answeredAt = performance.now();
    expect(await node.ended).toBe(0);
    // A connection that is kept alive does not hold up the end.
    expect(performance.now() - answeredAt).toBeLessThan(5_000);
  });

  it('cuts a request that never ends once its grace is over', async () => {
    const node = startNodeProcess({ ...env, SHUTDOWN_GRACE_MS: '100' });
    const hanging = await openUnfinishedRequest(await node.serving);
    node.kill('SIGTERM');
    expect(await node.ended).toBe(0);
    hanging.destroy();
  });

  it('ends at once on a second signal, whatever is under way', async () => {
    const node = startNodeProcess({ ...env, SHUTDOWN_GRACE_MS: '10000' });
    const hanging = await openUnfinishedRequest(await node.serving);
    node.kill('SIGTERM');
    await node.logs('Stopping');
    node.kill('SIGTERM');
    expect(await node.ended).toBe(1);
    hanging.destroy();
  });

  it.each([
    ['SIGTERM', 'Starting'],
    ['SIGINT', 'Schema migrated'],
  ] as const)('ends cleanly on %s after "%s", before it serves', async (signal, reached) => {
    const ownData = join(dataDir, `starting-${signal}`);
    const node = startNodeProcess({ DATA_DIR: ownData, LOG_LEVEL: 'debug' });
    await node.logs(reached);
    node.kill(signal);
    expect(await node.ended).toBe(0);
    expect(node.stdout.join('\n')).not.toContain('"Serving"');
    expect(node.stderr).toEqual([]);
    // The embedded database ended with it.
    expect(existsSync(join(ownData, 'postgres/data/postmaster.pid'))).toBe(false);
  });
});

describe('a node that cannot start', () => {
  /** Starts, expects the end, and returns the one line that was said. */
  async function complaint(bad: Record<string, string>): Promise<string> {
    const startedAt = performance.now();
    const node = startNodeProcess({ ...env, DEMO: '0', ...bad });
    const code = await node.ended;
    expect(code).not.toBe(0);
    expect(code).not.toBeNull();
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    expect(node.stderr).toHaveLength(1);
    return node.stderr[0] ?? '';
  }

  it('names a bad setting in one line', async () => {
    expect(await complaint({ PORT: 'http' })).toContain('PORT must be a whole number');
  });

  it('says so when its port is taken', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    expect(await complaint({ PORT: String(port) })).toContain(`127.0.0.1:${port}: something else listens`);
    taken.close();
  });

  it('says so when its database does not answer, without the password', async () => {
    const line = await complaint({ DATABASE_URL: 'postgres://app:hunter2@127.0.0.1:1/cases' });
    expect(line).toContain('DATABASE_URL cannot be reached');
    expect(line).not.toContain('hunter2');
  });

  it('says so when its database refuses the password, without telling it', async () => {
    const wrong = new URL(database.url);
    wrong.password = 'hunter2';
    const line = await complaint({ DATABASE_URL: wrong.href });
    expect(line).toContain('DATABASE_URL cannot be reached');
    expect(line).not.toContain('hunter2');
  });
});

/** Until some session waits for the lock that this one holds. */
async function isWaiting(holder: pg.Client): Promise<void> {
  for (;;) {
    const { rowCount } = await holder.query('SELECT FROM pg_locks WHERE NOT granted');
    if (rowCount !== 0) return;
  }
}

async function openUnfinishedRequest(url: string): Promise<{ destroy(): void }> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  const head =
    'POST /api/v1/cases HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{';
  await new Promise<void>((resolve) => socket.write(head, () => resolve()));
  return socket;
}
