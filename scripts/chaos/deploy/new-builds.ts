/**
 * Builds of tomorrow: what a developer would change in today's source so that a schema grows, or the machine gets a
 * state. Each place must be found, or the change says where the source has moved on. Knows no file system.
 */

export interface Change {
  readonly file: string;
  readonly from: string | RegExp;
  readonly to: string;
}

/** `grown`: the schema has more. `changed`: so has the machine. `renamed`, `forgotten`: a state is gone, with and without a way. */
export type Build = 'grown' | 'changed' | 'renamed' | 'forgotten';

/** The file of the migration that all of them bring. */
export const MIGRATION_FILE = 'src/store/migrations/9000000000000-tomorrow.ts';

/**
 * A column more in every table that a step writes, so that plans which the nodes keep must be made anew; then what a
 * large table must bear beside its writers: a column that everybody needs, filled in, and an index.
 */
export const MIGRATION = `/** What a build of tomorrow adds. Nothing that is here is taken away. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addIndex, backfill, requireValue } from '../migration-steps.js';

const TABLES = ['cases', 'journal', 'tasks', 'notifications', 'notification_attempts', 'clocks', 'commands',
  'escalations', 'customer_messages', 'endpoint_deliveries', 'customers', 'staff', 'configuration'];

export class Tomorrow9000000000000 implements MigrationInterface {
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(\`ALTER TABLE \${table} ADD COLUMN IF NOT EXISTS tomorrow text\`);
    await runner.query(\`ALTER TABLE cases DROP CONSTRAINT cases_state_known, ADD CONSTRAINT cases_state_known CHECK
      (state IN ('received', 'frontline.working', 'frontline.returned', 'frontline.reworking', 'level1.dispatched',
      'level1.working', 'level2.dispatched', 'level2.working', 'arbitration', 'waiting', 'resolved', 'closed',
      'withdrawn', 'merged')) NOT VALID\`);
    await runner.query("ALTER TABLE journal ADD COLUMN IF NOT EXISTS source text NOT NULL DEFAULT 'api'");
    await runner.query('ALTER TABLE journal ADD COLUMN IF NOT EXISTS origin text');
    await runner.query("ALTER TABLE journal ALTER COLUMN origin SET DEFAULT 'new'");
    await backfill(runner, { table: 'journal', key: ['case_id', 'seq'], set: "origin = 'old'", where: 'origin IS NULL' });
    await requireValue(runner, 'journal', 'origin');
    await addIndex(runner, { name: 'journal_tomorrow', table: 'journal', on: '(type, recorded_at)' });
  }

  async down(): Promise<void> {
    throw new Error('a build of tomorrow is not taken back');
  }
}
`;

const MIGRATED: readonly Change[] = [
  {
    file: 'src/store/migrations.ts',
    from: 'export const MIGRATIONS = [',
    to: `import { Tomorrow9000000000000 } from './migrations/9000000000000-tomorrow.js';\nexport const MIGRATIONS = [`,
  },
  {
    file: 'src/store/migrations.ts',
    from: /,\n\];\n/,
    to: ',\n  Tomorrow9000000000000,\n];\n',
  },
];

/** A returned case goes to a state of its own; those that are in the old one stay until they move. */
const WITH_STATE: readonly Change[] = [
  { file: 'src/domain/machine-version.ts', from: 'MACHINE_VERSION = 2;', to: 'MACHINE_VERSION = 3;' },
  {
    file: 'src/domain/machine-version.ts',
    from: 'Readonly<Record<number, MachineMigration>> = {',
    to: 'Readonly<Record<number, MachineMigration>> = {\n  2: { states: unchanged(STATES_1), context: (context) => context },',
  },
  {
    file: 'src/domain/case.ts',
    from: /  'frontline\.returned',\n/g,
    to: "  'frontline.returned',\n  'frontline.reworking',\n",
  },
  { file: 'src/domain/case-machine.ts', from: "to('frontline.returned')", to: "to('frontline.reworking')" },
  {
    file: 'src/domain/case-machine.ts',
    from: "returned: { tags: ['olaRework'] }",
    to: "returned: { tags: ['olaRework'] }, reworking: { tags: ['olaRework'] }",
  },
  {
    file: 'src/domain/escalation-records.ts',
    from: "? 'frontline.returned'",
    to: "? 'frontline.reworking'",
  },
  {
    file: 'src/delivery/state-texts.ts',
    from: /case 'frontline\.returned':/g,
    to: "case 'frontline.returned':\n    case 'frontline.reworking':",
  },
  {
    file: 'src/delivery/customer-view.ts',
    from: "'frontline.returned': 'working',",
    to: "'frontline.returned': 'working',\n  'frontline.reworking': 'working',",
  },
  {
    file: 'src/delivery/endpoints/robot-texts.ts',
    from: "  'frontline.returned': [",
    to: "  'frontline.reworking': ['front line, again', '前台返工', '前線返工'],\n  'frontline.returned': [",
  },
  // Whoever judges the run says it a second time.
  {
    file: 'scripts/audit/published-moves.ts',
    from: "const FRONT = ['frontline.working', 'frontline.returned']",
    to: "const FRONT = ['frontline.working', 'frontline.returned', 'frontline.reworking']",
  },
  {
    file: 'scripts/audit/published-moves.ts',
    from: "to: ['frontline.returned', 'arbitration']",
    to: "to: ['frontline.returned', 'frontline.reworking', 'arbitration']",
  },
  {
    file: 'scripts/audit/fold-case.ts',
    from: "source === 'frontline.returned' ?",
    to: "source === 'frontline.returned' || source === 'frontline.reworking' ?",
  },
  {
    file: 'scripts/chaos/deeds.ts',
    from: "  'frontline.returned': [",
    to: "  'frontline.reworking': [\n    [40, escalate(undefined)],\n    [30, resolve],\n  ],\n  'frontline.returned': [",
  },
];

/** Applied after `WITH_STATE`: the old state is no more. */
const WITHOUT_STATE: readonly Change[] = [
  { file: 'src/domain/case.ts', from: "  'frontline.returned',\n", to: '' },
];
const WITH_WAY: readonly Change[] = [
  {
    file: 'src/domain/machine-version.ts',
    from: 'states: unchanged(STATES_1), context: (context) => context',
    to: "states: { ...unchanged(STATES_1), 'frontline.returned': 'frontline.reworking' }, context: (context) => context",
  },
];

export const CHANGES: Readonly<Record<Build, readonly Change[]>> = {
  grown: MIGRATED,
  changed: [...MIGRATED, ...WITH_STATE],
  renamed: [...MIGRATED, ...WITH_STATE, ...WITHOUT_STATE, ...WITH_WAY],
  forgotten: [...MIGRATED, ...WITH_STATE, ...WITHOUT_STATE],
};

/** @throws Error when the place is not there. */
export function applyChange(text: string, { file, from, to }: Change): string {
  const changed = text.replace(from, () => to);
  if (changed === text) throw new Error(`${file} has moved on: there is no ${String(from)}`);
  return changed;
}
