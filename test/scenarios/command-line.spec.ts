/** The two programs as they are called: what they print, and with what they exit. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SCENARIOS_FORMAT } from '../../scripts/scenarios/read-scenarios.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { OWN_VECTORS } from './files.js';
import { runProgram } from './run-program.js';
import { at, check, fileOf, scenario } from './small-scenarios.js';

let app: TestApp;
let folder: string;

beforeAll(async () => {
  app = await startTestApp({ clockStart: '2026-01-12T07:59:00Z' });
  folder = await mkdtemp(`${tmpdir()}/scenarios-test-`);
  await writeFile(`${folder}/tokens.json`, JSON.stringify(app.tokens));
});

afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true });
});

const here = () => ['--url', app.url, '--tokens', `${folder}/tokens.json`];

describe('vectors as a program', () => {
  it('prints a table and exits with 0 when every answer is as expected', async () => {
    const { code, stdout } = await runProgram('vectors', [OWN_VECTORS, ...here()]);
    expect(stdout).toMatch(/vectors +27\n +due +17 of 17\n/);
    expect(stdout).toMatch(/misses +0\nused up at closing: due at closing +1 of 1\n/);
    expect(code).toBe(0);
  });

  it('says in one line that a file is of another format, and exits with 2', async () => {
    await writeFile(`${folder}/other.json`, JSON.stringify({ format: 'tea-leaves/7' }));
    const { code, stderr } = await runProgram('vectors', [`${folder}/other.json`, ...here()]);
    expect(stderr).toMatch(/^vectors: .* is of format "tea-leaves\/7", not "businesstime-vectors\/1"\n$/);
    expect(code).toBe(2);
  });
});

describe('scenarios as a program', () => {
  it('names a miss, exits with 1 and writes every comparison on demand', async () => {
    const right = scenario('right', [], [check('08:10', { resolution: { due: at('09:00') } })]);
    const wrong = scenario('wrong', [], [check('08:10', { resolution: { due: at('09:30') } })]);
    const file = `${folder}/scenarios.json`;
    await writeFile(file, JSON.stringify({ format: SCENARIOS_FORMAT, ...fileOf(right, wrong) }));
    const json = `${folder}/report.json`;
    const { code, stdout } = await runProgram('scenarios', [file, ...here(), '--json', json]);
    expect(stdout).toMatch(/^right +universal +1 +1 +– /m);
    expect(stdout).toMatch(/^wrong +universal +1 +– +1 /m);
    expect(stdout).toContain(
      `MISSES\n  wrong ${at('08:10')} resolution.due: expected ${at('09:30')}, the product 2026-01-12T09:00:00.000Z`,
    );
    expect(code).toBe(1);
    const report = JSON.parse(await readFile(json, 'utf8')) as { results: { id: string }[] };
    expect(report.results.map(({ id }) => id)).toEqual(['right', 'wrong']);
  });

  it('says in one line that there is no such file, and exits with 2', async () => {
    const { code, stderr } = await runProgram('scenarios', ['no-such-file.json']);
    expect(stderr).toBe('scenarios: no-such-file.json does not exist\n');
    expect(code).toBe(2);
  });
});
