// A small project of its own in a temporary directory, ruled by this project's configuration files, into which the
// canaries plant violations. Packages are stubs, so that a planted import resolves without a copy of node_modules.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** A violation: the rule that must name the file, and the file's text. */
export interface Plant {
  readonly rule: string;
  readonly path: string;
  readonly text: string;
}

export class PlantedTree {
  readonly #root = mkdtempSync(join(tmpdir(), 'planted-'));

  /** @param configs files of the project's root that the tool under test reads. */
  constructor(configs: readonly string[]) {
    for (const config of configs) copyFileSync(config, join(this.#root, config));
  }

  write(path: string, text: string): void {
    const file = join(this.#root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  /** A package that exists and does nothing. */
  stubPackage(name: string): void {
    this.write(
      `node_modules/${name}/package.json`,
      JSON.stringify({ name, version: '1.0.0', main: 'index.js' }),
    );
    this.write(`node_modules/${name}/index.js`, 'module.exports = {};\n');
  }

  /** Runs one of the project's own tools inside the tree; a tool that finds faults exits non-zero, and may. */
  run(tool: string, args: readonly string[]): string {
    const script = resolve('node_modules', tool);
    // oxlint looks for its type checker beside the files that it lints, and there is none in the tree.
    const env = { ...process.env, OXLINT_TSGOLINT_PATH: resolve('node_modules/.bin/tsgolint') };
    try {
      return execFileSync(process.execPath, [script, ...args], {
        cwd: this.#root,
        encoding: 'utf8',
        stdio: 'pipe',
        env,
      });
    } catch (error) {
      const { stdout, stderr } = error as { stdout?: string; stderr?: string };
      if (!stdout) throw new Error(`${tool} printed nothing: ${stderr}`, { cause: error });
      return stdout;
    }
  }

  remove(): void {
    rmSync(this.#root, { recursive: true, force: true });
  }
}

/** "rule: path", sorted, each once: what a tool must report for a set of plants, no more and no less. */
export function expectedReport(plants: readonly Plant[]): string[] {
  return [...new Set(plants.map((plant) => `${plant.rule}: ${plant.path}`))].sort();
}
