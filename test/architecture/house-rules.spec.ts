// The tree obeys the house rules, and each rule is shown one fault and one innocent file, so that a rule that has
// gone blind fails here and not silently.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { faultsOf, HOUSE_RULES, type SourceFile } from './house-rules.js';

/** Files that may break a rule, with the reason. Keep it short: each line is a debt. */
const EXCEPTIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'sleeps nowhere': {},
};

describe('house rules', () => {
  const tree = readTree('.');

  it.each(HOUSE_RULES.map((rule) => [rule.name, rule] as const))('every file %s', (name, rule) => {
    const excused = EXCEPTIONS[name] ?? {};
    expect(tree.flatMap((file) => (file.path in excused ? [] : faultsOf(rule, file)))).toEqual([]);
  });

  it('excuse only files that exist', () => {
    const paths = new Set(tree.map((file) => file.path));
    const excused = Object.values(EXCEPTIONS).flatMap((files) => Object.keys(files));
    expect(excused.filter((path) => !paths.has(path))).toEqual([]);
  });
});

interface Canary {
  readonly fault: SourceFile;
  readonly innocent: SourceFile;
}

const CANARIES: Readonly<Record<string, readonly Canary[]>> = {
  'opens with its job': [
    {
      fault: { path: 'src/store/rows.ts', text: "import pg from 'pg';\n// Rows.\n" },
      innocent: { path: 'src/store/rows.ts', text: "// Rows to cases and back.\nimport pg from 'pg';\n" },
    },
  ],
  'has a name that says what it holds': [
    {
      fault: { path: 'src/http/utils.ts', text: '' },
      innocent: { path: 'src/http/problem.ts', text: '' },
    },
    {
      fault: { path: 'test/shared/clock.ts', text: '' },
      innocent: { path: 'test/support/clock.ts', text: '' },
    },
    {
      fault: { path: 'src/engine/commit-helpers.ts', text: '' },
      innocent: { path: 'src/engine/commit.ts', text: '' },
    },
  ],
  'is no barrel': [
    {
      fault: { path: 'src/engine/index.ts', text: 'export const one = 1;\n' },
      innocent: { path: 'src/engine/index-of-due.ts', text: 'export const one = 1;\n' },
    },
    {
      fault: {
        path: 'src/engine/all.ts',
        text: "export * from './commit.js';\nexport { a } from './a.js';\n",
      },
      innocent: { path: 'src/engine/all.ts', text: "export * from './commit.js';\nexport const a = 1;\n" },
    },
  ],
  'stays free of the framework in a pure room': [
    {
      fault: { path: 'src/domain/case.entity.ts', text: '' },
      innocent: { path: 'src/store/case.entity.ts', text: '' },
    },
    {
      fault: { path: 'src/calendar/calendar.service.ts', text: '' },
      innocent: { path: 'src/calendar/service-hours.ts', text: '' },
    },
  ],
  'asks no clock in a pure room': [
    {
      fault: { path: 'src/domain/step.ts', text: 'const at = new Date().getTime();\n' },
      innocent: { path: 'src/domain/step.ts', text: 'const text = new Date(at).toISOString();\n' },
    },
    {
      fault: { path: 'src/calendar/add.ts', text: 'const now = DateTime.utc();\n' },
      innocent: { path: 'src/calendar/add.ts', text: 'const day = DateTime.utc(2026, 3, 27);\n' },
    },
  ],
  'gives each test a title of its own': [
    {
      fault: { path: 'test/engine/open.spec.ts', text: "it('opens', a);\nit.each([1])('opens', b);\n" },
      innocent: { path: 'test/engine/open.spec.ts', text: "it('opens', a);\nit('opens twice', b);\n" },
    },
    {
      fault: { path: 'test/a.spec.ts', text: "describe('a', () => {\n  it('b', c);\n  it('b', d);\n});\n" },
      innocent: {
        path: 'test/a.spec.ts',
        text: "describe('a', () => it('b', c));\ndescribe('d', () => it('b', e));\n",
      },
    },
  ],
  'states what is, not what should be': [
    {
      fault: { path: 'test/engine/open.spec.ts', text: "it('should open', a);\n" },
      innocent: { path: 'test/engine/open.spec.ts', text: "it('opens', a); // as it should\n" },
    },
    {
      fault: { path: 'test/calendar/shift.spec.ts', text: "it('works', a);\n" },
      innocent: { path: 'test/calendar/shift.spec.ts', text: "it('works on a Saturday', a);\n" },
    },
  ],
  'sleeps nowhere': [
    {
      fault: { path: 'test/engine/due.spec.ts', text: 'await new Promise((done) => setTimeout(done, 5));\n' },
      innocent: { path: 'test/engine/due.spec.ts', text: "clock.setTimeout('setTimeout'); // setTimeout\n" },
    },
    {
      fault: { path: 'test/engine/due.spec.ts', text: "import { scheduler } from 'node:timers/promises';\n" },
      innocent: {
        path: 'src/engine/due-loop.ts',
        text: "import { scheduler } from 'node:timers/promises';\n",
      },
    },
  ],
  'checks what comes in by its own decorators': [
    {
      fault: {
        path: 'src/http/cases/case.dto.ts',
        text: "// A case.\nimport { IsIn, IsDateString as When } from 'class-validator';\n",
      },
      innocent: {
        path: 'src/http/cases/case.dto.ts',
        text: "// A case.\nimport { IsIn } from 'class-validator';\nimport { IsString } from './own.js';\n",
      },
    },
  ],
  'names no machine': [
    {
      fault: { path: 'README.md', text: `see ${['', 'root', 'project'].join('/')}\n` },
      innocent: { path: 'README.md', text: 'see ./project/root/readme and https://example.org/home/page\n' },
    },
    {
      fault: { path: 'Dockerfile', text: `RUN npm i --registry https://${'registry.'}${'npmjs.org'}\n` },
      innocent: { path: 'Dockerfile', text: 'RUN npm ci\n' },
    },
  ],
};

describe('canaries', () => {
  it('watch every house rule', () => {
    expect(Object.keys(CANARIES).sort()).toEqual(HOUSE_RULES.map((rule) => rule.name).sort());
  });

  it.each(HOUSE_RULES.map((rule) => [rule.name, rule] as const))(
    '"%s" sees the fault and spares the innocent',
    (name, rule) => {
      for (const { fault, innocent } of CANARIES[name] ?? []) {
        expect(faultsOf(rule, fault)).toHaveLength(1);
        expect(faultsOf(rule, innocent)).toEqual([]);
      }
    },
  );
});

/** Every text file of the project that a person or a generator wrote. */
function readTree(directory: string): SourceFile[] {
  const built = new Set(['node_modules', 'dist', 'coverage']);
  const isBuilt = (name: string) => built.has(name) || (name.startsWith('.') && name !== '.ci');
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = directory === '.' ? entry.name : `${directory}/${entry.name}`;
    if (entry.isDirectory()) return isBuilt(entry.name) ? [] : readTree(path);
    if (!entry.isFile() || !isText(path)) return [];
    return [{ path, text: readFileSync(join(process.cwd(), path), 'utf8') }];
  });
}

function isText(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return /\.(ts|mts|js|mjs|cjs|json|md|sql|sh|ya?ml|html|css|svg|txt)$/.test(name) || /^[\w-]+$/.test(name);
}
