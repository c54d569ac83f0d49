/**
 * The product on a cluster: a database of its own, a mail server and nodes under supervision, started in order and
 * ended in the reverse one. Knows no fault and no verdict.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort, readTokens } from '../../replay/own-instance.js';
import { configure } from '../installation.js';
import { MoodyMailServer } from '../moody-mail-server.js';
import { SupervisedNode } from '../supervised-node.js';
import type { HaCluster } from './ha-cluster.js';

export interface HaInstallation {
  readonly mail: MoodyMailServer;
  readonly nodes: readonly SupervisedNode[];
  readonly urls: readonly string[];
  readonly tokens: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

export interface HaInstallationOptions {
  readonly cluster: HaCluster;
  readonly database: string;
  /** Holds `dist/main.js`. */
  readonly product: string;
  /** For logs, tokens and what the mail server received. */
  readonly folder: string;
}

/** A change of configuration is in force on every node by then; cases opened before would have other targets. */
const IN_FORCE_MS = 5_000;
const NODES = ['node-1', 'node-2'] as const;

/** @throws Error when a part does not come up; what came up is ended. */
export async function startHaInstallation(options: HaInstallationOptions): Promise<HaInstallation> {
  const { cluster, database, folder, product } = options;
  const nodes: SupervisedNode[] = [];
  mkdirSync(folder, { recursive: true });
  await cluster.createDatabase(database);
  const mail = await MoodyMailServer.start(join(folder, 'mails.jsonl'));
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.stop()));
    await mail.close();
  };
  try {
    const env = {
      DATABASE_URL: cluster.url(database, 'owner'),
      SMTP_URL: mail.url,
      DATA_DIR: folder,
      DEMO: 'directory',
    };
    for (const name of NODES) {
      const logFile = join(folder, `${name}.log`);
      const node = new SupervisedNode({ name, product, port: await freePort(), env, logFile });
      nodes.push(node);
      // The first one migrates and writes the tokens; the other finds them.
      await node.untilReady();
    }
    const urls = nodes.map(({ url }) => url);
    const tokens = await readTokens(folder);
    await configure(urls[0] ?? '', tokens['admin'] ?? '');
    await pause(IN_FORCE_MS);
    return { mail, nodes, urls, tokens, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
