import { afterAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedDatabase, type EmbeddedDatabase } from '../../src/app/embedded-database.js';

describe('the embedded database', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'case-escalation-embedded-'));
  // Under root the database's own user must reach it.
  chmodSync(dataDir, 0o755);
  let directory = '';
  afterAll(() => {
    for (const each of [directory, dataDir]) rmSync(each, { recursive: true, force: true });
  });

  async function start(): Promise<EmbeddedDatabase> {
    const database = await startEmbeddedDatabase({ dataDir, durable: false });
    ({ directory } = database);
    return database;
  }
  const serverPid = (): number =>
    Number.parseInt(readFileSync(join(directory, 'data/postmaster.pid'), 'utf8'), 10);

  it('keeps its data from one start to the next', async () => {
    const first = await start();
    await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    const second = await start();
    expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    await second.stop();
    expect(existsSync(join(directory, 'data/postmaster.pid'))).toBe(false);
  });

  it('listens on loopback alone, asks for a password, and speaks UTF-8 and UTC', async () => {
    const database = await start();
    const [row] = await query(
      database.url,
      `SELECT current_setting('listen_addresses') AS addresses, current_setting('server_encoding') AS encoding,
         current_setting('TimeZone') AS zone, upper('ärger') AS upper`,
    );
    expect(row).toEqual({ addresses: '127.0.0.1', encoding: 'UTF8', zone: 'UTC', upper: 'ÄRGER' });
    const stranger = new URL(database.url);
    stranger.password = 'guess';
    await expect(query(stranger.href, 'SELECT 1')).rejects.toThrow(/password authentication failed/);
    await database.stop();
  });

  it('starts although a stale pid file names a process that lives', async () => {
    writeFileSync(join(directory, 'data/postmaster.pid'), `${process.pid}\n`);
    const database = await start();
    expect(await query(database.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    await database.stop();
  });

  it('refuses a data directory that another process uses, and says which', async () => {
    const database = await start();
    const second = spawn(process.execPath, [
      '--import',
      './scripts/typescript.mjs',
      '--eval',
      STARTER,
      dataDir,
    ]);
    let said = '';
    second.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const [code] = (await once(second, 'exit')) as [number];
    expect(code).not.toBe(0);
    expect(said).toContain(`is in use by process ${process.pid}`);
    await database.stop();
  });

  it('ends with a process that is killed, and the next start goes on from there', async () => {
    const victim = spawn(process.execPath, [
      '--import',
      './scripts/typescript.mjs',
      '--eval',
      STARTER,
      dataDir,
    ]);
    await once(victim.stdout, 'data');
    const pid = serverPid();
    victim.kill('SIGKILL');
    await once(victim, 'exit');
    const database = await start();
    expect(serverPid()).not.toBe(pid);
    expect(await query(database.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    await database.stop();
  });
});

/** Starts it, says so, and stays. */
const STARTER = `
  const { startEmbeddedDatabase } = await import('./src/app/embedded-database.ts');
  await startEmbeddedDatabase({ dataDir: process.argv[1], durable: false });
  console.log('started');
  setInterval(() => {}, 1000);
`;

async function query(connectionString: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}
