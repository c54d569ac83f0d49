/**
 * Does what `main.ts` ordered, part by part, and prints one table. Runs in the source of the newest build.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { OwnCluster } from '../own-cluster.js';
import { backUp } from './backup.js';
import { findingsTable, type Finding } from './finding.js';
import { migrateInFlight } from './in-flight.js';
import { migrateLargeTable } from './large-table.js';
import type { Order } from './order.js';
import type { PartName } from './parts.js';
import { rollBuilds } from './rolling.js';
import type { Stage } from './stage.js';
import { startTogether } from './starts.js';

const WORK: Readonly<Record<PartName, (stage: Stage) => Promise<Finding[]>>> = {
  rolling: rollBuilds,
  starts: startTogether,
  'in-flight': migrateInFlight,
  'large-table': migrateLargeTable,
  backup: backUp,
};
const EXIT_INTERRUPTED = 130;

async function drive(order: Order): Promise<number> {
  const cluster = await OwnCluster.start();
  let held = false;
  let undo: (() => Promise<unknown>)[] = [];
  const end = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step().catch(() => undefined);
  };
  // A terminal tells both processes, and the one above passes it on.
  let ending = false;
  const interrupted = (): void => {
    if (ending) return;
    ending = true;
    void end()
      .then(() => cluster.stop(false))
      .finally(() => process.exit(EXIT_INTERRUPTED));
  };
  process.on('SIGINT', interrupted).on('SIGTERM', interrupted);
  try {
    const findings: Finding[] = [];
    for (const part of order.parts) {
      const folder = join(order.folder, part);
      mkdirSync(folder, { recursive: true });
      undo = [];
      const startedAt = performance.now();
      const progress = (line: string): void => {
        process.stderr.write(
          `${part} ${((performance.now() - startedAt) / 1000).toFixed(0).padStart(3)} s: ${line}\n`,
        );
      };
      try {
        findings.push(...(await WORK[part]({ ...order, cluster, folder, undo, progress })));
      } catch (error) {
        const measured = error instanceof Error ? (error.stack ?? error.message) : String(error);
        findings.push({ row: part, promise: 'the part runs to its end', measured, held: false });
      } finally {
        await end();
      }
      const broken = findings.filter((each) => !each.held).length;
      process.stderr.write(`${part} is done: ${findings.length} promises so far, ${broken} broken\n`);
    }
    held = findings.every((each) => each.held);
    process.stdout.write(
      `${findingsTable(findings)}\n\n${held ? `passed: ${findings.length} promises hold` : 'FAILED'}\n`,
    );
    return held ? 0 : 1;
  } finally {
    await cluster.stop(!held);
    if (!held) process.stderr.write(`Kept: ${cluster.folder} (database)\n`);
  }
}

process.exitCode = await drive(JSON.parse(process.argv[2] ?? '{}') as Order);
