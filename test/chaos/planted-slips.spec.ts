/** The slips that the chaos run plants: each still finds its text in what the build makes of the sources. */
import { describe, expect, it } from '@jest/globals';
import { transform } from '@swc/core';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { FAULT_KINDS } from '../../scripts/chaos/fault-kinds.js';
import { MUTANTS } from '../../scripts/chaos/mutants.js';
import { edited } from '../../scripts/chaos/plant-mutant.js';

async function built(file: string): Promise<string> {
  const source = `src/${file.replace(/\.js$/, '.ts')}`;
  if (!existsSync(source)) throw new Error(`there is no ${source}`);
  return (await transform(await readFile(source, 'utf8'), { filename: source })).code;
}

describe('planted slips', () => {
  it('are at least twenty, each under a name of its own', () => {
    expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
    expect(MUTANTS.length).toBeGreaterThanOrEqual(20);
  });

  it.each(MUTANTS.map((mutant) => [mutant.name, mutant] as const))(
    'can plant %s',
    async (_name, { edits, faults }) => {
      const texts = new Map<string, string>();
      for (const edit of edits)
        texts.set(edit.file, edited(texts.get(edit.file) ?? (await built(edit.file)), edit));
      const known = FAULT_KINDS.map(({ name }) => name);
      expect(known).toEqual(expect.arrayContaining([...(faults ?? [])]));
    },
  );

  it.each([
    ['is not there', 'nothing of the kind', '0 times'],
    ['is there twice', 'a', '2 times'],
  ])('fail loudly when their text %s', (_why, text, sentence) => {
    const slip = { file: 'x.js', from: text.slice(0, 19), to: 'b' };
    expect(() => edited('a = a', slip)).toThrow(sentence);
  });
});
