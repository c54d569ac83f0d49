/**
 * One node, from its settings to a listening port: the order in which the parts come up. Every step tells the
 * shutdown how to undo it, so the node ends in the reverse order, wherever its start had got to.
 */
import { readFileSync } from 'node:fs';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { DataSource } from 'typeorm';
import { ApiKeys } from '../identity/api-keys.js';
import { Configuration } from '../directory/configuration.js';
import { Endpoints } from '../directory/endpoints.js';
import { linkSecret } from '../directory/secrets.js';
import { Staff } from '../directory/staff.js';
import { configureHttp } from '../http/configure-http.js';
import { fastifyOptions } from '../http/fastify-options.js';
import { HttpOptions } from '../http/http-options.js';
import { poolOf } from '../store/data-source.js';
import { MANUAL_NOW, startManualClock, SYSTEM_NOW, type NowSql } from '../store/now.js';
import { AppModule } from './app.module.js';
import { startBackground, stopBackground } from './background.js';
import { openDatabase } from './database.js';
import type { Tokens } from './demo/demo-directory.js';
import { DemoMailbox, wantsMailbox } from './demo/mailbox.js';
import { seedDemo } from './demo/seed-demo.js';
import { close, listen } from './listening.js';
import { nestLogger, type Logger } from './logging.js';
import { ProbedNodeHealth } from './node-health.js';
import type { Foundations } from './rooms.module.js';
import type { Settings } from './settings.js';
import type { Shutdown } from './shutdown.js';

export interface RunningNode {
  /** How this machine reaches the node, without a slash at its end. */
  readonly url: string;
  /** null without demo data. */
  readonly tokens: Tokens | null;
  /** Where the embedded database lies; null: the database is somebody else's. */
  readonly embeddedIn: string | null;
  /** Where to read what customers received; null: there is no demo mailbox. */
  readonly mailboxUrl: string | null;
  readonly dataSource: DataSource;
  readonly app: NestFastifyApplication;
}

/** @throws Error whose message is one line and holds no secret; StoppedWhileStarting when told to stop meanwhile. */
export async function startNode(
  settings: Settings,
  logger: Logger,
  shutdown: Shutdown,
): Promise<RunningNode> {
  const { dataSource, embeddedIn } = await openDatabase(settings, shutdown, logger);
  const pool = poolOf(dataSource);
  const now: NowSql = settings.clock === 'manual' ? MANUAL_NOW : SYSTEM_NOW;
  const secret = await shutdown.step('clock and secret', async () => {
    if (settings.clock === 'manual') await startManualClock(pool, settings.clockStartAt);
    return linkSecret(pool, settings.linkSecret);
  });
  const mailbox = wantsMailbox(settings)
    ? await shutdown.step(
        'mailbox',
        () => DemoMailbox.start(),
        (made) => made.stop(),
      )
    : null;
  const httpOptions = new NodeHttpOptions(settings, logger);
  const app = await createApplication(settings, {
    pool,
    now,
    logger,
    role: settings.role,
    linkSecret: secret,
    httpOptions,
    nodeHealth: new ProbedNodeHealth(pool, shutdown),
    settings: mailbox === null ? settings : { ...settings, smtpUrl: mailbox.url },
    mailbox,
  });
  const tokens = await shutdown.step('directory and demo', () => fill(app, settings, logger, { pool, now }));
  await shutdown.step(
    'background',
    () => startBackground(app, settings),
    () => stopBackground(app, settings),
  );
  const port = await shutdown.step(
    'listening',
    () => listen(app, settings),
    () => close(app, settings),
  );
  httpOptions.port = port;
  logger.info({ port, role: settings.role, version: httpOptions.version }, 'Serving');
  const url = `http://localhost:${port}`;
  return { url, tokens, embeddedIn, mailboxUrl: mailbox && `${url}/mailbox`, dataSource, app };
}

/** Known only once the node listens, hence the field. */
class NodeHttpOptions extends HttpOptions {
  readonly hasManualClock: boolean;
  readonly version = productVersion();
  port: number;

  constructor(
    private readonly settings: Settings,
    readonly logger: Logger,
  ) {
    super();
    this.hasManualClock = settings.clock === 'manual';
    this.port = settings.port;
  }

  get publicUrl(): string {
    return this.settings.publicUrl ?? `http://localhost:${this.port}`;
  }
}

/** From package.json, which lies two directories above this file, compiled or not. */
function productVersion(): string {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

async function createApplication(
  settings: Settings,
  foundations: Foundations,
): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.on(foundations, settings.role),
    new FastifyAdapter(fastifyOptions({ trustedProxies: settings.trustedProxies })),
    { logger: nestLogger(foundations.logger), abortOnError: false, bodyParser: false },
  );
  await configureHttp(app);
  return app;
}

/** What must be in the database and in memory before the first request. */
async function fill(
  app: NestFastifyApplication,
  settings: Settings,
  logger: Logger,
  database: Pick<Foundations, 'pool' | 'now'>,
): Promise<Tokens | null> {
  await app.get(Configuration).seedDefaults();
  await app.get(Staff).refresh();
  await app.get(Endpoints).refresh();
  if (settings.adminKey !== null) await registerAdmin(app, settings.adminKey);
  return seedDemo(app, settings, logger, database);
}

async function registerAdmin(app: NestFastifyApplication, key: string): Promise<void> {
  const staff = app.get(Staff);
  const id = 'first-admin';
  if (staff.find(id) === null) {
    await staff.put({ id, name: 'Administrator', role: 'admin', department: null, active: true });
  }
  await app.get(ApiKeys).register(key, { staffId: id, role: 'admin', name: 'ADMIN_KEY', expiresAt: null });
}
