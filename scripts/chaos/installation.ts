/**
 * Everything that a run needs, started in order and ended in the reverse one: a database of its own behind a proxy, a
 * mail server, nodes under supervision, and a configuration whose spans are seconds. Knows no fault and no verdict.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { freePort, readTokens } from '../replay/own-instance.js';
import { CATEGORY, DEPARTMENTS } from './deeds.js';
import { MoodyMailServer } from './moody-mail-server.js';
import type { OwnCluster } from './own-cluster.js';
import { SupervisedNode } from './supervised-node.js';
import { TcpProxy } from './tcp-proxy.js';
import { WebhookSink } from './webhook-sink.js';

export interface Installation {
  readonly database: string;
  readonly cluster: OwnCluster;
  readonly proxy: TcpProxy;
  readonly mail: MoodyMailServer;
  /** Hears of what people do by signed webhooks. */
  readonly hooks: WebhookSink;
  readonly nodes: readonly SupervisedNode[];
  /** Of the nodes that answer cases. */
  readonly urls: readonly string[];
  readonly tokens: Readonly<Record<string, string>>;
  /** A connection past the proxy; the caller ends it. */
  connect(): Promise<pg.Client>;
  /** @param keep the database, for whoever must find out. */
  stop(keep: boolean): Promise<void>;
}

export interface InstallationOptions {
  readonly cluster: OwnCluster;
  readonly database: string;
  /** Holds `dist/main.js`. */
  readonly product: string;
  /** For logs, tokens and what the mail server received. */
  readonly folder: string;
  /** One node per role: `all`, `api`, `worker`. */
  readonly roles: readonly string[];
}

/** @throws Error when a part does not come up; what came up is ended. */
export async function startInstallation(options: InstallationOptions): Promise<Installation> {
  const { cluster, database, folder } = options;
  const undo: (() => Promise<unknown>)[] = [];
  const stop = async (keep: boolean): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step().catch(() => undefined);
    if (!keep) await cluster.dropDatabase(database).catch(() => undefined);
  };
  try {
    await mkdir(folder, { recursive: true });
    await cluster.createDatabase(database);
    const proxy = await TcpProxy.start({ targetPort: cluster.port });
    undo.push(() => proxy.close());
    const mail = await MoodyMailServer.start(join(folder, 'mails.jsonl'));
    undo.push(() => mail.close());
    const hooks = await WebhookSink.start(join(folder, 'webhooks.jsonl'));
    undo.push(() => hooks.close());
    const env = nodeEnv(cluster.url(database, proxy.port), mail.url, folder);
    const nodes: SupervisedNode[] = [];
    undo.push(() => Promise.all(nodes.map((node) => node.stop())));
    for (const [n, role] of options.roles.entries()) {
      const name = `node-${n + 1}`;
      const port = await freePort();
      const logFile = join(folder, `${name}.log`);
      nodes.push(
        new SupervisedNode({ name, product: options.product, port, env: { ...env, ROLE: role }, logFile }),
      );
      // The first one migrates and writes the tokens; the others find them.
      if (n === 0) await nodes[0]?.untilReady();
    }
    await Promise.all(nodes.map((node) => node.untilReady()));
    const urls = nodes.filter((_, n) => options.roles[n] !== 'worker').map(({ url }) => url);
    const tokens = await readTokens(folder);
    const [url = ''] = urls;
    const admin = tokens['admin'] ?? '';
    await configure(url, admin);
    const endpoint = await ask(url, admin, 'POST', 'webhook-endpoints', { ...ENDPOINT, url: hooks.url });
    hooks.secret = String(endpoint['secret']);
    return {
      database,
      cluster,
      proxy,
      mail,
      hooks,
      nodes,
      urls,
      tokens,
      connect: () => cluster.connect(database),
      stop,
    };
  } catch (error) {
    await stop(false);
    throw error;
  }
}

const nodeEnv = (databaseUrl: string, smtpUrl: string, folder: string): Record<string, string> => ({
  DATABASE_URL: databaseUrl,
  SMTP_URL: smtpUrl,
  DATA_DIR: folder,
  DEMO: 'directory',
  POOL_SIZE: '10',
  PRIVATE_ENDPOINTS: '1',
});

const every = (spans: unknown): unknown => ({ P1: spans, P2: spans, P3: spans, P4: spans });
const seconds = (calendarSeconds: number) => ({ calendarSeconds });

/** Short enough that a run of seconds sees reminders, warnings, breaches, climbs and closings by time. */
const CONFIGURATION: readonly (readonly [path: string, body: unknown])[] = [
  ...DEPARTMENTS.map(
    (key) =>
      [
        `departments/${key}`,
        {
          publicName: { en: key, 'zh-CN': key, 'zh-TW': key },
          answersFor: 'Whatever the run sends here.',
          calendar: '24x7',
          ola: every({ olaAccept: seconds(5), olaWork: seconds(9) }),
        },
      ] as const,
  ),
  [
    `sla-policies/${CATEGORY}`,
    {
      calendar: '24x7',
      targets: every({
        firstResponse: seconds(3),
        nextResponse: seconds(4),
        // Again and again while nobody speaks: shorter, and time alone would do most of what is done.
        nextUpdate: seconds(20),
        resolution: seconds(40),
      }),
      firstResponsePausable: false,
      onReopen: 'continue',
      warnPercents: [50, 80],
      match: { category: [CATEGORY] },
    },
  ],
  [
    'lifecycle-policies/default',
    {
      waitingRemindAfterSeconds: [2],
      waitingExpireAfterSeconds: 6,
      confirmationRemindAfterSeconds: 3,
      confirmationExpireAfterSeconds: 6,
      reopenWindowSeconds: 20,
      bouncesBeforeArbitration: 3,
    },
  ],
  ['delivery-policies/default', { coalesceSeconds: { P2: 1, P3: 1, P4: 1 }, messagesPerAddressAndDay: 1000 }],
];

/** Of what people do: what time does is several times as much, and would be all that the sink hears of. Its address is added. */
const ENDPOINT = {
  name: 'Witness',
  kind: 'webhook',
  events: [
    'case.opened',
    'case.started',
    'case.escalated',
    'case.accepted',
    'case.returned',
    'case.handedBack',
    'case.questionAsked',
    'case.replied',
    'case.resolved',
    'case.confirmed',
    'case.reopened',
    'case.sealed',
  ],
};

/** Makes time short for every node of the database. @throws Error when the product takes a part of it not. */
export async function configure(url: string, token: string): Promise<void> {
  for (const [path, body] of CONFIGURATION) await ask(url, token, 'PUT', path, body);
}

async function ask(
  url: string,
  token: string,
  method: string,
  path: string,
  body: unknown,
): Promise<Readonly<Record<string, unknown>>> {
  const answer = await fetch(new URL(`/api/v1/${path}`, url), {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}
