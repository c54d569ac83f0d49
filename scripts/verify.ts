// Everything that can be checked without running the product, as a list of named steps: `npm run verify`. All steps
// run, however many fail; the output of those that failed is printed in full, then one closing line with the counts.
// With names as arguments, only those steps run: `npm run verify -- lint types`.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

interface Step {
  readonly name: string;
  /** A tool of node_modules/.bin, or a generator in scripts/, and its arguments. */
  readonly command: readonly [string, ...string[]];
}

const sources = ['src', 'test', 'scripts', 'bench'].filter((directory) => existsSync(directory));

const STEPS: readonly Step[] = [
  { name: 'format', command: ['prettier', '--check', '--cache', '.'] },
  { name: 'lint', command: ['oxlint'] },
  { name: 'types', command: ['tsc', '--noEmit', '-p', 'tsconfig.json'] },
  { name: 'floors', command: ['depcruise', ...sources] },
  { name: 'statechart', command: ['scripts/statechart.ts', '--check'] },
  { name: 'readme', command: ['scripts/readme.ts', '--check'] },
  { name: 'holidays', command: ['scripts/holidays.ts', '--check'] },
  { name: 'mail frame', command: ['scripts/mail-frame.ts', '--check'] },
  { name: 'openapi', command: ['scripts/openapi.ts', '--check'] },
  { name: 'supply chain', command: ['scripts/supply-chain/main.ts', '--check'] },
  { name: 'rights', command: ['scripts/rights.ts', '--check'] },
];

type Verdict = 'passed' | 'failed' | 'skipped';

function run({ name, command: [tool, ...args] }: Step): Verdict {
  const isScript = tool.startsWith('scripts/');
  if (isScript && !existsSync(tool)) return report(name, 'skipped', `${tool} is not there`);
  const startedAt = performance.now();
  const { status, stdout, stderr, error } = isScript
    ? spawnSync(process.execPath, ['--import', './scripts/typescript.mjs', tool, ...args], {
        encoding: 'utf8',
      })
    : spawnSync(`node_modules/.bin/${tool}`, args, { encoding: 'utf8' });
  const took = `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
  if (status === 0) return report(name, 'passed', took);
  console.log(`${stdout}${stderr}${error?.message ?? ''}`.trim());
  return report(name, 'failed', took);
}

function report(name: string, verdict: Verdict, note: string): Verdict {
  console.log(`${{ passed: 'ok  ', failed: 'FAIL', skipped: 'skip' }[verdict]}  ${name.padEnd(16)}${note}`);
  return verdict;
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !STEPS.some((step) => step.name === name));
if (unknown.length > 0) throw new Error(`no such step: ${unknown.join(', ')}`);

const verdicts = STEPS.filter(({ name }) => wanted.length === 0 || wanted.includes(name)).map(run);
const count = (verdict: Verdict) => verdicts.filter((each) => each === verdict).length;
console.log(`verify: ${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`);
process.exitCode = count('failed') > 0 ? 1 : 0;
