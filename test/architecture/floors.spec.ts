// Canaries of the floors: each dependency rule sees its planted violation and nothing else, so that a rule whose
// path or package name has drifted fails here. The real tree is checked by `npm run verify`.
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectedReport, PlantedTree, type Plant } from './planted-tree.js';

const config = createRequire(import.meta.url)(resolve('.dependency-cruiser.cjs')) as {
  forbidden: { name: string; from: { path?: string } }[];
};

const imports = (specifier: string) => `import * as it from '${specifier}';\nexport const used = it;\n`;

const PLANTS: readonly Plant[] = [
  { rule: 'floor-0-calendar', path: 'src/calendar/a.ts', text: imports('../domain/target.js') },
  { rule: 'floor-1-domain', path: 'src/domain/a.ts', text: imports('../store/target.js') },
  {
    rule: 'floor-1-domain',
    path: 'src/domain/type-only.ts',
    text: "import type { T } from '../http/target.js';\nexport type U = T;\n",
  },
  { rule: 'floor-2-store', path: 'src/store/a.ts', text: imports('../engine/target.js') },
  { rule: 'floor-3-engine', path: 'src/engine/a.ts', text: imports('../directory/target.js') },
  { rule: 'floor-4-delivery', path: 'src/delivery/a.ts', text: imports('../reports/target.js') },
  { rule: 'floor-4-reports', path: 'src/reports/a.ts', text: imports('../directory/target.js') },
  { rule: 'floor-4-directory', path: 'src/directory/a.ts', text: imports('../http/target.js') },
  { rule: 'floor-4-identity', path: 'src/identity/a.ts', text: imports('../directory/target.js') },
  { rule: 'floor-5-http', path: 'src/http/a.ts', text: imports('../app/target.js') },
  { rule: 'floor-5-inbound', path: 'src/inbound/a.ts', text: imports('../http/target.js') },
  { rule: 'floor-5-http', path: 'src/http/of-main.ts', text: imports('../main.js') },
  { rule: 'calendar-imports-nothing', path: 'src/calendar/xstate.ts', text: imports('xstate') },
  { rule: 'calendar-imports-nothing', path: 'src/calendar/built-in.ts', text: imports('node:fs') },
  { rule: 'domain-imports-only-xstate', path: 'src/domain/pg.ts', text: imports('pg') },
  { rule: 'domain-imports-only-xstate', path: 'src/domain/typeorm.ts', text: imports('typeorm') },
  {
    rule: 'domain-imports-only-xstate',
    path: 'src/domain/random.ts',
    text: imports('node:crypto'),
  },
  {
    rule: 'domain-imports-only-xstate',
    path: 'src/domain/nest.ts',
    text: imports('@nestjs/common'),
  },
  { rule: 'no-nest-below-http', path: 'src/domain/nest.ts', text: imports('@nestjs/common') },
  { rule: 'no-nest-below-http', path: 'src/delivery/nest.ts', text: imports('@nestjs/common') },
  { rule: 'nest-in-suffixed-files-only', path: 'src/http/nest.ts', text: imports('@nestjs/common') },
  { rule: 'no-typeorm-in-engine', path: 'src/engine/typeorm.ts', text: imports('typeorm') },
  {
    rule: 'reports-never-import-the-engine',
    path: 'src/reports/writes.ts',
    text: imports('../engine/target.js'),
  },
  { rule: 'src-imports-no-tests', path: 'src/app/tested.ts', text: imports('../../test/target.js') },
  { rule: 'no-circular', path: 'src/store/egg.ts', text: imports('./hen.js') },
  { rule: 'no-unresolvable', path: 'src/store/nowhere.ts', text: imports('./nothing-here.js') },
  { rule: 'no-dev-dependency-in-src', path: 'src/store/dev.ts', text: imports('fast-check') },
  { rule: 'no-undeclared-package', path: 'src/store/undeclared.ts', text: imports('stowaway') },
];

/** Imports that every rule must let pass. */
const ALLOWED: Readonly<Record<string, string>> = {
  'src/domain/xstate.ts': imports('xstate'),
  'src/domain/calendar.ts': imports('../calendar/target.js'),
  // The other half of the circle; the tool names it once.
  'src/store/hen.ts': imports('./egg.js'),
  'src/store/typeorm.ts': imports('typeorm'),
  'src/engine/store.ts': imports('../store/target.js'),
  'src/http/a.controller.ts': imports('@nestjs/common'),
  'src/app/wiring.ts': imports('@nestjs/common'),
  'src/http/reply.ts': "import type { Reply } from 'stowaway';\nexport type Answer = Reply;\n",
  'test/property.ts': imports('fast-check'),
};

const ROOMS = [
  'calendar',
  'domain',
  'store',
  'engine',
  'delivery',
  'reports',
  'directory',
  'identity',
  'http',
  'inbound',
  'app',
];

describe('canaries of the floors', () => {
  const tree = new PlantedTree(['.dependency-cruiser.cjs']);

  beforeAll(() => {
    for (const room of ROOMS) tree.write(`src/${room}/target.ts`, 'export type T = 1;\n');
    tree.write('src/main.ts', 'export {};\n');
    tree.write('test/target.ts', 'export {};\n');
    tree.write(
      'tsconfig.json',
      JSON.stringify({ compilerOptions: { module: 'NodeNext', moduleResolution: 'NodeNext' } }),
    );
    const declared = ['xstate', 'pg', 'typeorm', '@nestjs/common'];
    for (const name of [...declared, 'fast-check', 'stowaway']) tree.stubPackage(name);
    const dependencies = Object.fromEntries(declared.map((name) => [name, '1.0.0']));
    tree.write(
      'package.json',
      JSON.stringify({ type: 'module', dependencies, devDependencies: { 'fast-check': '1.0.0' } }),
    );
    for (const plant of PLANTS) tree.write(plant.path, plant.text);
    for (const [path, text] of Object.entries(ALLOWED)) tree.write(path, text);
  });
  afterAll(() => tree.remove());

  it('plant a violation of every rule', () => {
    const rules = config.forbidden.map((rule) => rule.name);
    expect([...new Set(PLANTS.map((plant) => plant.rule))].sort()).toEqual(rules.sort());
  });

  it('are each seen by the rule that they violate, and by no other', () => {
    const output = tree.run('dependency-cruiser/bin/dependency-cruise.mjs', [
      'src',
      'test',
      '--output-type',
      'json',
    ]);
    const { summary } = JSON.parse(output) as {
      summary: { violations: { from: string; rule: { name: string } }[] };
    };
    const seen = summary.violations.map((violation) => `${violation.rule.name}: ${violation.from}`);
    expect([...new Set(seen)].sort()).toEqual(expectedReport(PLANTS));
  });
});
