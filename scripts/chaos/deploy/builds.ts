/**
 * Copies of the source, changed or of an earlier commit, and products made of them; all below one temporary folder.
 * Reads the repository and never writes to it.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { applyChange, CHANGES, MIGRATION, MIGRATION_FILE, type Build } from './new-builds.js';

export const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));
/** What a build, the load and the checkers need. */
const SOURCE = ['src', 'scripts', 'bench', 'test/support', '.swcrc', 'package.json', 'tsconfig.json'];
/** The longest text of a source archive. */
const ARCHIVE_BYTES_MAX = 512 * 1024 * 1024;

/** The source as it lies here. */
export function copyOfSource(folder: string): string {
  for (const name of SOURCE.filter((each) => existsSync(join(PROJECT, each)))) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    cpSync(join(PROJECT, name), join(folder, name), { recursive: true });
  }
  return linked(folder);
}

/** The source of a commit. @throws Error when there is none of that name. */
export function sourceOfCommit(folder: string, commit: string): string {
  mkdirSync(folder, { recursive: true });
  const archive = execFileSync('git', ['-C', PROJECT, 'archive', '--format=tar', commit], {
    maxBuffer: ARCHIVE_BYTES_MAX,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  execFileSync('tar', ['-x', '-C', folder], { input: archive });
  return linked(folder);
}

/** @throws Error naming the place that has moved. */
export function changeSource(folder: string, build: Build): string {
  for (const change of CHANGES[build]) {
    const file = join(folder, change.file);
    writeFileSync(file, applyChange(readFileSync(file, 'utf8'), change));
  }
  writeFileSync(join(folder, MIGRATION_FILE), MIGRATION);
  return folder;
}

/** Compiles the source where it lies. @returns the folder, which now holds `dist/main.js` */
export function compile(folder: string): string {
  const swc = join(PROJECT, 'node_modules/@swc/cli/bin/swc.js');
  execFileSync(
    process.execPath,
    [swc, 'src', '--out-dir', 'dist', '--strip-leading-paths', '--quiet', '--config-file', '.swcrc'],
    { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  return folder;
}

function linked(folder: string): string {
  symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}
