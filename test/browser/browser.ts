/**
 * A headless Chromium for the tests: unpacked once from its npm package, with the libraries that a bare machine lacks,
 * so that nothing need be installed; where the package has none (it is made for Linux), the Chrome that is there. A
 * machine on which neither starts fails the test with the reason; nothing is skipped.
 */
import { createReadStream, createWriteStream, existsSync, readFileSync, renameSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { inflate } from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';

/** Tests run as root and in containers, where there is no sandbox; and without a graphics card. */
const ARGUMENTS = ['--no-sandbox', '--no-zygote', '--disable-gpu', '--disable-dev-shm-usage'];

/** Tried in turn; the next one only when the one before does not start. */
const WAYS: readonly (() => Promise<Browser>)[] =
  process.platform === 'linux'
    ? [
        async () => chromium.launch({ executablePath: await unpacked(), args: ARGUMENTS }),
        async () =>
          chromium.launch({
            executablePath: await unpacked(),
            args: ARGUMENTS,
            env: { ...process.env, LD_LIBRARY_PATH: join(await libraries(), 'lib') },
          }),
      ]
    : [async () => chromium.launch({ channel: 'chrome' })];

export async function startBrowser(): Promise<Browser> {
  const reasons: string[] = [];
  for (const start of WAYS) {
    try {
      return await start();
    } catch (error) {
      reasons.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw new Error(
    `No browser can be started here, so the pages cannot be tested: ${reasons.join('; then: ')}`,
  );
}

/** The few shared libraries that a machine without any desktop lacks. @returns their folder */
async function libraries(): Promise<string> {
  return inflate(join(packageRoot(), 'bin', 'al2023.tar.br'));
}

function packageRoot(): string {
  return join(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')), '..', '..');
}

/**
 * The package's own unpacking believes whatever lies under a well-known name, half a browser included. Ours gets its
 * name only when it is whole, so workers that start together cannot meet halfway.
 */
async function unpacked(): Promise<string> {
  const root = packageRoot();
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const executable = join(tmpdir(), `case-escalation-chromium-${version}-${process.getuid?.() ?? 0}`);
  if (existsSync(executable)) return executable;
  const unfinished = `${executable}.${process.pid}`;
  await pipeline(
    createReadStream(join(root, 'bin', 'chromium.br')),
    createBrotliDecompress(),
    createWriteStream(unfinished, { mode: 0o700 }),
  );
  renameSync(unfinished, executable);
  return executable;
}
