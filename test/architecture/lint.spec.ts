// Canaries of the linter: every rule that .oxlintrc.json turns on by name sees its planted violation where it
// applies, and spares the same text where it does not. The real tree is checked by `npm run verify`.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { expectedReport, PlantedTree, type Plant } from './planted-tree.js';

type Rules = Record<string, string | [string, ...unknown[]]>;
const config = ts.parseConfigFileTextToJson('.oxlintrc.json', readFileSync('.oxlintrc.json', 'utf8'))
  .config as {
  rules: Rules;
  overrides: { rules: Rules }[];
};

const spec = (line: string) => `import { expect, it } from '@jest/globals';\n${line}\n`;

const PLANTS: readonly Plant[] = [
  { rule: 'max-lines', path: 'src/store/long.ts', text: '// Too long.\n'.repeat(401) + 'export {};\n' },
  {
    rule: 'max-lines-per-function',
    path: 'src/store/long-function.ts',
    text: `export function f(a: number): number {\n${'  a += 1;\n'.repeat(70)}  return a;\n}\n`,
  },
  {
    rule: 'no-floating-promises',
    path: 'src/store/lost.ts',
    text: 'export function f(g: () => Promise<void>): void {\n  g();\n}\n',
  },
  {
    rule: 'no-misused-promises',
    path: 'src/store/truthy.ts',
    text: 'export const f = (p: Promise<boolean>): number => (p ? 1 : 2);\n',
  },
  {
    rule: 'await-thenable',
    path: 'src/store/await.ts',
    text: 'export async function f(n: number): Promise<number> {\n  const m = await n;\n  return m;\n}\n',
  },
  {
    rule: 'only-throw-error',
    path: 'src/store/throw.ts',
    text: "export function f(): never {\n  throw 'text';\n}\n",
  },
  {
    rule: 'return-await',
    path: 'src/store/return.ts',
    text: 'export async function f(p: Promise<number>): Promise<number> {\n  try {\n    return p;\n  } catch {\n    return 0;\n  }\n}\n',
  },
  { rule: 'no-explicit-any', path: 'src/store/any.ts', text: 'export const f = (a: any): unknown => a;\n' },
  {
    rule: 'ban-ts-comment',
    path: 'src/store/ignore.ts',
    text: '// @ts-ignore\nexport const n: number = 1;\n',
  },
  {
    rule: 'switch-exhaustiveness-check',
    path: 'src/store/switch.ts',
    text: "export function f(a: 'x' | 'y'): number {\n  switch (a) {\n    case 'x':\n      return 1;\n  }\n  return 2;\n}\n",
  },
  {
    rule: 'no-misused-spread',
    path: 'src/store/spread.ts',
    text: 'export const f = (m: Map<string, number>): unknown => ({ ...m });\n',
  },
  {
    rule: 'eqeqeq',
    path: 'src/store/equal.ts',
    text: 'export const f = (a: string, b: string): boolean => a == b;\n',
  },
  { rule: 'no-var', path: 'src/store/var.ts', text: 'export var n = 1;\n' },
  { rule: 'prefer-const', path: 'src/store/let.ts', text: 'let n = 1;\nexport const m = n;\n' },
  {
    rule: 'no-duplicate-imports',
    path: 'src/store/twice.ts',
    text: "import { a } from './a.js';\nimport { b } from './a.js';\nexport const c = [a, b];\n",
  },
  {
    rule: 'no-empty',
    path: 'src/store/empty.ts',
    text: 'export function f(a: boolean): void {\n  if (a) {\n  }\n}\n',
  },
  { rule: 'no-console', path: 'src/store/console.ts', text: "console.log('text');\nexport {};\n" },
  { rule: 'no-default-export', path: 'src/store/default.ts', text: 'const n = 1;\nexport default n;\n' },
  {
    rule: 'no-restricted-properties',
    path: 'src/domain/now.ts',
    text: 'export const f = (): number => Date.now();\n',
  },
  {
    rule: 'no-restricted-globals',
    path: 'src/calendar/timer.ts',
    text: 'setTimeout(() => 1, 5);\nexport {};\n',
  },
  {
    rule: 'no-restricted-globals',
    path: 'src/calendar/settings.ts',
    text: 'export const f = (): unknown => process.env;\n',
  },
  {
    rule: 'no-restricted-globals',
    path: 'src/domain/uuid.ts',
    text: 'export const f = (): string => crypto.randomUUID();\n',
  },
  {
    rule: 'no-restricted-properties',
    path: 'src/domain/chance.ts',
    text: 'export const f = (): number => Math.random();\n',
  },
  {
    rule: 'no-restricted-properties',
    path: 'src/calendar/now.ts',
    text: 'export const f = (): number => Date.now();\n',
  },
  {
    rule: 'no-focused-tests',
    path: 'test/engine/only.spec.ts',
    text: spec("it.only('opens', () => expect(1).toBe(1));"),
  },
  {
    rule: 'no-disabled-tests',
    path: 'test/engine/skip.spec.ts',
    text: spec("it.skip('opens', () => expect(1).toBe(1));"),
  },
];

/** What the same rules must let pass, where they do not hold. */
const ALLOWED: Readonly<Record<string, string>> = {
  'src/app/banner.ts': "console.log('text');\nexport {};\n",
  'src/engine/due-loop.ts': 'setTimeout(() => Date.now(), 5);\nexport {};\n',
  'src/domain/instant.ts': 'export const f = (at: number): string => new Date(at).toISOString();\n',
  'src/domain/floor.ts': 'export const f = (n: number): number => Math.floor(n);\n',
  'test/engine/long.spec.ts': `export function f(a: number): number {\n${'  a += 1;\n'.repeat(70)}  return a;\n}\n`,
};

describe('canaries of the linter', () => {
  const tree = new PlantedTree(['.oxlintrc.json']);

  beforeAll(() => {
    const compilerOptions = {
      target: 'ES2023',
      module: 'NodeNext',
      moduleResolution: 'NodeNext',
      strict: true,
      types: [],
    };
    tree.write('tsconfig.json', JSON.stringify({ compilerOptions }));
    for (const plant of PLANTS) tree.write(plant.path, plant.text);
    for (const [path, text] of Object.entries(ALLOWED)) tree.write(path, text);
  });
  afterAll(() => tree.remove());

  it('plant a violation of every rule that is turned on by name', () => {
    const rules = [config.rules, ...config.overrides.map((override) => override.rules)].flatMap((all) =>
      Object.entries(all)
        .filter(([, setting]) => [setting].flat()[0] === 'error')
        .map(([name]) => name.slice(name.indexOf('/') + 1)),
    );
    expect([...new Set(PLANTS.map((plant) => plant.rule))].sort()).toEqual([...new Set(rules)].sort());
  });

  it('are each seen by the rule that they violate, and by no other rule', () => {
    const output = tree.run('oxlint/bin/oxlint', ['--format=json']);
    const { diagnostics } = JSON.parse(output) as { diagnostics: { code: string; filename: string }[] };
    const seen = diagnostics.map(
      ({ code, filename }) => `${/\((.*)\)/.exec(code)?.[1] ?? code}: ${filename}`,
    );
    expect([...new Set(seen)].sort()).toEqual(expectedReport(PLANTS));
  });
});
