/**
 * What every part of the run works with: the products, a database server, nodes of any build on one database, and rest
 * at the end. Knows no part.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type pg from 'pg';
import { endWithUs } from '../../../src/app/end-with-us.js';
import { drain } from '../drain.js';
import { freePort } from '../../replay/own-instance.js';
import type { OwnCluster } from '../own-cluster.js';
import { SupervisedNode } from '../supervised-node.js';
import type { Build } from './new-builds.js';

/** A machine that builds and tests beside the run takes its time. */
const DRAIN_SECONDS = 300;

export interface Stage {
  readonly cluster: OwnCluster;
  /** For logs and histories. */
  readonly folder: string;
  /** Folders that hold `dist/main.js`. */
  readonly products: Readonly<Record<'old' | Build, string>>;
  /** How long two builds run side by side. */
  readonly seconds: number;
  readonly clients: number;
  readonly perSecond: number;
  readonly seed: number;
  /** Entries of the large journal. */
  readonly rows: number;
  /** Undone at the end of its part, the last first, even when it is interrupted. */
  readonly undo: (() => Promise<unknown>)[];
  progress(line: string): void;
}

export interface FleetOptions {
  readonly stage: Stage;
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Nodes of any build, over one database. */
export class Fleet {
  readonly nodes: SupervisedNode[] = [];
  /** With what they ended that were told to stop, unless it was 0. */
  readonly unclean: string[] = [];

  constructor(private readonly options: FleetOptions) {
    options.stage.undo.push(() => this.stop(...this.nodes));
  }

  async start(build: 'old' | Build, role: string, env: Readonly<Record<string, string>> = {}) {
    const { stage, name } = this.options;
    const label = `${name}-${this.nodes.length + 1}-${build}-${role}`;
    const node = new SupervisedNode({
      name: label,
      product: stage.products[build],
      port: await freePort(),
      env: { ...this.options.env, ROLE: role, ...env },
      logFile: join(stage.folder, `${label}.log`),
    });
    this.nodes.push(node);
    return node;
  }

  /** One after another, as a rolling upgrade does. */
  async stop(...nodes: readonly SupervisedNode[]): Promise<void> {
    for (const node of nodes) {
      const code = await node.stop();
      if (code !== 0) this.unclean.push(`${node.name} ended with ${code}`);
    }
  }

  get crashes(): number {
    return this.nodes.reduce((sum, { crashes }) => sum + crashes, 0);
  }
}

export const nodeEnv = (databaseUrl: string, smtpUrl: string, dataDir: string) => ({
  DATABASE_URL: databaseUrl,
  SMTP_URL: smtpUrl,
  DATA_DIR: dataDir,
  DEMO: 'directory',
  PRIVATE_ENDPOINTS: '1',
});

/** A start that is expected to fail. @returns its exit code, null when it serves after all, and what it said. */
export async function startExpectingRefusal(
  product: string,
  env: Readonly<Record<string, string>>,
): Promise<{ readonly code: number | null; readonly said: string }> {
  const child = spawn(process.execPath, [join(product, 'dist/main.js')], {
    env: { PATH: process.env['PATH'] ?? '', HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'info', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (child.pid !== undefined) child.once('exit', endWithUs(child.pid));
  let said = '';
  let serves = false;
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (!text.includes('"Serving"')) return;
    serves = true;
    child.kill('SIGTERM');
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code: serves ? null : code, said: said.trim() };
}

/** Until everything that is due was done and every message has come to its end. @returns whether it did in time. */
export function settled(client: pg.Client, stage: Stage): Promise<boolean> {
  const progress = (line: string): void => stage.progress(line);
  return drain(client, { drainSeconds: DRAIN_SECONDS, seconds: stage.seconds, progress });
}

export async function numberFrom(client: pg.Client, sql: string, values: unknown[] = []): Promise<number> {
  const { rows } = await client.query(sql, values);
  return Number(Object.values((rows[0] as Record<string, unknown> | undefined) ?? { none: 0 })[0]);
}
