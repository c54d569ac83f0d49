// Lets Node run the project's TypeScript from source: `node --import ./scripts/typescript.mjs scripts/x.ts`.
// It answers two questions of Node's module loader (which file does `./x.js` mean, and what JavaScript is in a .ts
// file) with the compiler and the options (.swcrc: decorators and their metadata) that the tests use.
// It checks no types: `npm run typecheck` does. It adds about 0.2 s, so the built product never uses it.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';

// Node loads this file twice: once on the main thread, to register it, and once as the hooks themselves, on a
// thread of their own. The query marks the second.
const HOOKS = '?hooks';
if (!import.meta.url.endsWith(HOOKS)) {
  register(import.meta.url + HOOKS);
  // Stack traces then name the line that was written, not the line that was compiled.
  if (isMainThread) process.setSourceMapsEnabled(true);
}

const isTypeScript = (url) => url.startsWith('file:') && /\.m?ts$/.test(url.split('?')[0]);

/** Node's hook: `./case.js` written in a TypeScript file means `./case.ts` when only that exists. */
export async function resolve(specifier, context, nextResolve) {
  const fromTypeScript = context.parentURL !== undefined && isTypeScript(context.parentURL);
  if (fromTypeScript && /^(\.{1,2}\/|file:).*\.js$/.test(specifier)) {
    const source = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
    if (existsSync(fileURLToPath(source))) return { url: source.href, format: 'module', shortCircuit: true };
  }
  return nextResolve(specifier, context);
}

/** Node's hook: the JavaScript of a TypeScript file, with its source map inline. */
export async function load(url, context, nextLoad) {
  if (!isTypeScript(url)) return nextLoad(url, context);
  const { transform } = await import('@swc/core');
  const filename = fileURLToPath(url);
  const { code } = await transform(await readFile(filename, 'utf8'), {
    filename,
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    sourceMaps: 'inline',
  });
  return { format: 'module', source: code, shortCircuit: true };
}
