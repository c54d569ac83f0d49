/**
 * A client that is typed from the document, made anew each time: `client/example.ts` must compile under `strict` and
 * live the README's example at the live node. Everything is made under dist/, where the node's modules are found.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Instance } from '../replay/own-instance.js';
import { DOCUMENT } from './document.js';
import { run, tool, type Tool } from './tool.js';

const SOURCE = 'scripts/contract/client/example.ts';
const FOLDER = 'dist/contract-client';
/** Without a line of its own, so that the compiler names the lines of the source. */
const IMPORT = `import type { paths } from './schema.js'; `;
const COMPILER_OPTIONS = {
  target: 'ES2023',
  lib: ['ES2023', 'DOM', 'DOM.Iterable'],
  module: 'NodeNext',
  strict: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
  types: ['node'],
  rootDir: '.',
  outDir: 'out',
};

/** @returns the compiled program, or what the compiler says. */
export async function compileClient(): Promise<{
  readonly program: string;
  readonly errors: readonly string[];
}> {
  await rm(FOLDER, { recursive: true, force: true });
  await mkdir(FOLDER, { recursive: true });
  const types = join(FOLDER, 'schema.d.ts');
  const made = await run(tool('openapi-typescript'), [DOCUMENT, '-o', types]);
  if (made.code !== 0) throw new Error(`openapi-typescript: ${made.stdout}${made.stderr}`);
  const source = await readFile(SOURCE, 'utf8');
  await writeFile(join(FOLDER, 'example.ts'), `${IMPORT}${source}`);
  const project = { compilerOptions: COMPILER_OPTIONS, files: ['example.ts'] };
  await writeFile(join(FOLDER, 'tsconfig.json'), JSON.stringify(project));
  const { stdout } = await run(tool('tsc'), ['-p', FOLDER, '--pretty', 'false']);
  return {
    program: join(FOLDER, 'out/example.js'),
    errors: stdout.split('\n').filter((line) => line.includes('error TS')),
  };
}

/** @param compiled once it is. */
export const typedClient = (instance: Instance, compiled: ReturnType<typeof compileClient>): Tool => ({
  name: 'typed client',
  async run() {
    const { program, errors } = await compiled;
    if (errors.length > 0) return { findings: errors, note: 'it does not compile' };
    const env = { BASE: instance.base.origin, TOKENS: join(instance.dataDir, 'tokens.json') };
    const { code, stdout, stderr } = await run(process.execPath, [program], { env });
    const shown = stdout.split('\n').filter((line) => line.startsWith('  ')).length;
    return {
      findings: code === 0 ? [] : [`${stdout}${stderr}`.trim()],
      note: `openapi-typescript and openapi-fetch, strict; ${shown} facts of the README's example`,
    };
  },
});
