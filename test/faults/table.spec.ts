// The table of faults (README.md) names every row of the catalogue, and only files and scripts that exist.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

/** Rows of the catalogue of faults, by part. */
const ROWS: Record<string, readonly number[]> = {
  A: [1, 2, 3, 4, 6, 7, 8, 9, 12, 13, 14],
  B: [1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 15, 17, 18, 19],
  D: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
  E: [1, 2, 3, 4, 6, 7, 8, 9, 11, 12],
  F: [1, 2, 3, 4, 6, 7, 8, 9, 10, 12],
};

const table = readFileSync('test/faults/README.md', 'utf8');
const scripts = (JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: object }).scripts;

describe('the table of faults', () => {
  it('has every row once, each with a place where it is shown', () => {
    const rows = [...table.matchAll(/^\| ([A-F]\d+) +\|[^|]+\|([^|]+)\|([^|]+)\|$/gm)];
    const expected = Object.entries(ROWS).flatMap(([part, numbers]) => numbers.map((n) => `${part}${n}`));
    expect(rows.map(([, row]) => row)).toEqual(expected);
    expect(rows.filter(([, , test, run]) => !`${test}${run}`.includes('`'))).toEqual([]);
  });

  it('names tests, scripts and kinds of fault that exist', () => {
    const named = [...table.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? '');
    const tests = named.filter((name) => name.endsWith('.spec.ts') && name.includes('/'));
    expect(tests.filter((name) => !existsSync(`test/${name}`))).toEqual([]);
    const commands = named.flatMap((name) => /^npm run ([\w:]+)/.exec(name)?.[1] ?? []);
    expect(commands.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
    const files = readdirSync('scripts/chaos').filter((name) => name.endsWith('.ts'));
    const source = files.map((name) => readFileSync(`scripts/chaos/${name}`, 'utf8')).join('');
    const kinds = [...table.matchAll(/`([a-z]+-[a-z]+)`/g), ...table.matchAll(/`(delay|reset)`/g)];
    expect(kinds.length).toBeGreaterThan(10);
    expect(kinds.map(([, kind]) => kind).filter((kind) => !source.includes(`'${kind}'`))).toEqual([]);
  });
});
