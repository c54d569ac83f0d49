/**
 * The real application over real sockets and a database of its own, in this process, with a client per role. What a
 * test sees is what a caller sees; only the clock may be moved by hand.
 */
import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Type } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { TokenName, Tokens } from '../../src/app/demo/demo-directory.js';
import { createLogger } from '../../src/app/logging.js';
import { startNode } from '../../src/app/node.js';
import { readSettings } from '../../src/app/settings.js';
import { Shutdown } from '../../src/app/shutdown.js';
import { CaseEngine } from '../../src/engine/case-engine.js';
import { clientOf, type Answer, type Client } from './client.js';
import { startTestDatabase } from './database.js';

export type { Answer, Client };

export interface TestAppOptions {
  /** `manual` unless a test is about the real one. */
  readonly clock?: 'manual' | 'system';
  /** RFC 3339; where the manual clock begins. */
  readonly clockStart?: string;
  /** A database to share; otherwise one of its own, gone after `close`. */
  readonly databaseUrl?: string;
  /** `directory` (staff and tokens) unless a test needs cases. */
  readonly demo?: '0' | '1' | 'directory';
  /** Takes each line of the log, of every level. */
  readonly log?: (line: string) => void;
  /** Further settings, as in the environment. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface TestApp {
  readonly url: string;
  /** Empty with `demo: '0'`. */
  readonly tokens: Tokens;
  readonly engine: CaseEngine;
  readonly dataSource: DataSource;
  readonly databaseUrl: string;
  /** What the application made of a class, e.g. `get(DueLoop)`. */
  get<T>(type: Type<T>): T;
  /** @param who a role of the demo; null: nobody */
  api(who: TokenName | null): Client;
  /** Moves the manual clock forward; returns when everything due by then is done. */
  moveClockTo(now: string): Promise<Answer>;
  close(): Promise<void>;
}

export async function startTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const database = options.databaseUrl === undefined ? await startTestDatabase() : null;
  const databaseUrl = options.databaseUrl ?? database?.url ?? '';
  const dataDir = mkdtempSync(join(tmpdir(), 'case-escalation-app-'));
  const logger = options.log
    ? createLogger('trace', { write: options.log })
    : createLogger(process.env['TEST_LOG_LEVEL'] ?? 'silent');
  const shutdown = new Shutdown(logger);
  const discard = async (): Promise<void> => {
    await shutdown.stop();
    rmSync(dataDir, { recursive: true, force: true });
    await database?.drop();
  };
  const settings = readSettings({
    PORT: '0',
    HOST: '127.0.0.1',
    DATABASE_URL: databaseUrl,
    DATA_DIR: dataDir,
    CLOCK: options.clock ?? 'manual',
    CLOCK_START: options.clockStart ?? '2026-03-02T09:00:00Z',
    DEMO: options.demo ?? 'directory',
    POOL_SIZE: '5',
    ...options.env,
  });
  try {
    const node = await startNode(settings, logger, shutdown);
    const tokens = node.tokens ?? ({} as Tokens);
    const url = `http://127.0.0.1:${new URL(node.url).port}`;
    const api = (who: TokenName | null): Client => clientOf(url, who === null ? null : tokens[who]);
    return {
      url,
      tokens,
      engine: node.app.get(CaseEngine),
      dataSource: node.dataSource,
      databaseUrl,
      get: (type) => node.app.get(type),
      api,
      moveClockTo: (now) => api('admin').put('/clock', { now }),
      close: discard,
    };
  } catch (error) {
    await discard();
    throw error;
  }
}
