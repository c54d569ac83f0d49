/** The two programs as they are called: what they print, and with what they exit. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { SMALL_MAPPING, smallRows } from './small-logs.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

let app: TestApp;
let folder: string;

beforeAll(async () => {
  app = await startTestApp({ clockStart: '2010-03-31T00:00:00Z' });
  folder = await mkdtemp(`${tmpdir()}/replay-test-`);
  const rows = smallRows(
    [
      ['handling', 0],
      ['queued', 1],
      ['closed', 1],
    ],
    [
      ['handling', 0],
      ['waiting', 0],
    ],
  );
  const columns = Object.keys(rows[0] ?? {});
  const csv = [columns, ...rows.map((row) => columns.map((column) => row[column] ?? ''))];
  await writeFile(`${folder}/events.csv`, csv.map((cells) => cells.join(',')).join('\n'));
  await writeFile(`${folder}/mapping.json`, JSON.stringify(SMALL_MAPPING));
  await writeFile(`${folder}/tokens.json`, JSON.stringify(app.tokens));
});

afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true });
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(program: string, args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  const child = spawn(
    process.execPath,
    ['--import', './scripts/typescript.mjs', `scripts/${program}/main.ts`, ...args],
    {
      cwd: ROOT,
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    },
  );
  const printed = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (printed.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (printed.stderr += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (code) => resolve({ code, ...printed }));
  });
}

describe('the replay as a program', () => {
  const args = () => [folder, '--mapping', `${folder}/mapping.json`, '--url', app.url, '--tokens', folder];

  it('prints a table and exits with 0 when every case is equal', async () => {
    const { code, stdout, stderr } = await run('replay', [...args(), '--json', `${folder}/report.json`]);
    expect(stderr).toContain('small: 5/5 events');
    expect(stdout).toMatch(/cases +2\nequal +2\nskipped +0\nmismatches +0/);
    expect(code).toBe(0);
    const report = JSON.parse(await readFile(`${folder}/report.json`, 'utf8')) as unknown;
    expect(report).toMatchObject({ cases: 2, equal: 2, mismatches: [], commands: { open: 2 } });
  });

  it('names the difference and exits with 1 when a case is not as the oracle says', async () => {
    const oracle = {
      file: 'oracle.json',
      maxLevel: 'a',
      movesUp: 'a',
      movesDown: 'a',
      reopened: 'a',
      final: 'end',
    };
    const mapping = { ...SMALL_MAPPING, oracle: { ...oracle, waitingSeconds: 'a', onHoldSeconds: 'a' } };
    await writeFile(`${folder}/other.json`, JSON.stringify(mapping));
    await writeFile(
      `${folder}/oracle.json`,
      JSON.stringify({ c1: { a: 0, end: 'closed' }, c2: { a: 0, end: 'closed' } }),
    );
    const { code, stdout } = await run('replay', [...args(), '--mapping', `${folder}/other.json`]);
    expect(stdout).toMatch(/mismatches +2\n/);
    expect(stdout).toContain('  end closed expected, waiting found');
    expect(code).toBe(1);
  });

  it('says in one line why it cannot run, and exits with 2', async () => {
    const { code, stderr } = await run('replay', ['no-such-folder']);
    expect(stderr).toMatch(/^replay: no-such-folder does not exist\..*\n$/);
    expect(code).toBe(2);
  });
});

describe('the audit as a program', () => {
  it('prints a table and exits with 0 when all holds, and with 1 when something is broken', async () => {
    const sound = await run('audit', [], { DATABASE_URL: app.databaseUrl });
    expect(sound.stdout).toMatch(/All \d+ checks hold/);
    expect(sound.code).toBe(0);

    await app.dataSource.query(
      `UPDATE cases SET owner_id = 'mallory' WHERE id = (SELECT min(id::text)::uuid FROM cases)`,
    );
    const broken = await run('audit', [], { DATABASE_URL: app.databaseUrl });
    expect(broken.stdout).toMatch(/1 broken +folding: the owner comes out as in the case/);
    expect(broken.stdout).toMatch(/first: case [0-9a-f-]{36}, seq \d+: comes out as /);
    expect(broken.code).toBe(1);
  });

  it('says in one line that there is no database, and exits with 2', async () => {
    const { code, stderr } = await run('audit', [], { DATA_DIR: `${folder}/nothing` });
    expect(stderr).toBe(
      `audit: There is no database under ${folder}/nothing. Set DATA_DIR or DATABASE_URL.\n`,
    );
    expect(code).toBe(2);
  });
});
