// What every generator in scripts/ does with its result: write the files, or, with `--check`, compare them and fail.
// Also the generated sections of hand-written files: the text between `<!-- name:start -->` and `<!-- name:end -->`.
// Knows nothing of what is generated.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';

export interface GeneratedFile {
  readonly path: string;
  readonly text: string;
}

/**
 * Writes the files that differ. With `--check` on the command line it names them instead, and the process ends with 1.
 * @param command what a reader has to run when a file is stale.
 */
export function writeOrCheck(files: readonly GeneratedFile[], command: string): void {
  const isCheck = process.argv.includes('--check');
  for (const { path, text } of files) {
    if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
    if (isCheck) {
      console.error(`${path} is stale: run ${command}`);
      process.exitCode = 1;
    } else {
      writeFileSync(path, text);
      console.log(`${path} written`);
    }
  }
}

/** The text as `npm run format` would leave it, so that a generated file is never at odds with the formatter. */
export async function formatted(path: string, text: string): Promise<string> {
  return format(text, { ...(await resolveConfig(path)), filepath: path });
}

/**
 * The file with its sections replaced, by name; nothing is written.
 * @throws when the file lacks a marker: a section that was moved away would go stale unseen.
 */
export async function withSections(
  path: string,
  sections: Readonly<Record<string, string>>,
): Promise<GeneratedFile> {
  let text = readFileSync(path, 'utf8');
  for (const [name, content] of Object.entries(sections)) {
    const [start, end] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`];
    const [from, to] = [text.indexOf(start), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`${path} has no section between ${start} and ${end}`);
    text = `${text.slice(0, from + start.length)}\n\n${content}\n\n${text.slice(to)}`;
  }
  return { path, text: await formatted(path, text) };
}
