/**
 * Plants a slip in a copy of the built product. A text that is not there, or there twice, is an error: a slip that is
 * planted nowhere proves nothing. Knows no slip in particular.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Edit, Mutant } from './mutants.js';

/** @param text of the built file. @throws Error when the edit's text is not there exactly once. */
export function edited(text: string, { file, from, to }: Edit): string {
  const times = text.split(from).length - 1;
  if (times !== 1) throw new Error(`dist/${file} has "${from.trim()}" ${times} times, not once`);
  return text.replace(from, () => to);
}

/** @param product holds `dist`. @returns takes it back. @throws Error when it cannot be planted; nothing is changed then. */
export async function plantMutant(product: string, { name, edits }: Mutant): Promise<() => Promise<void>> {
  const before = new Map<string, string>();
  const after = new Map<string, string>();
  for (const each of edits) {
    const path = join(product, 'dist', each.file);
    const text = after.get(path) ?? (await readFile(path, 'utf8'));
    if (!before.has(path)) before.set(path, text);
    try {
      after.set(path, edited(text, each));
    } catch (error) {
      throw new Error(`the slip ${name} cannot be planted: ${(error as Error).message}`, { cause: error });
    }
  }
  for (const [path, text] of after) await writeFile(path, text);
  return async () => {
    for (const [path, text] of before) await writeFile(path, text);
  };
}
