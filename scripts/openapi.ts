// Writes openapi.json, the contract with clients, from the routes themselves. Run it by `npm run openapi`; `-- --check`
// only compares. It builds the application without starting it: no port is opened and no database is asked.
import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { NestFactory } from '@nestjs/core';
import pg from 'pg';
import { pino } from 'pino';
import { AppModule } from '../src/app/app.module.js';
import type { Foundations } from '../src/app/rooms.module.js';
import { readSettings } from '../src/app/settings.js';
import { httpAdapter } from '../src/http/configure-http.js';
import { openApiDocument } from '../src/http/documents/openapi.service.js';
import { HttpOptions, NodeHealth } from '../src/http/http-options.js';
import { SYSTEM_NOW } from '../src/store/now.js';
import { formatted, writeOrCheck } from './generated-files.js';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const logger = pino({ level: 'silent' });

class OptionsOfNobody extends HttpOptions {
  readonly publicUrl = '';
  readonly hasManualClock = true;
  readonly version = version;
  readonly logger = logger;
}

class HealthOfNobody extends NodeHealth {
  readonly isDraining = false;
  async probeWrite(): Promise<void> {}
}

const foundations: Foundations = {
  // Connects when it is first asked, which never happens here.
  pool: new pg.Pool(),
  now: SYSTEM_NOW,
  logger,
  role: 'all',
  linkSecret: 'a secret of the length that links ask for',
  httpOptions: new OptionsOfNobody(),
  nodeHealth: new HealthOfNobody(),
  settings: readSettings({}),
};

const app = await NestFactory.create(AppModule.on(foundations, 'all'), httpAdapter(), { logger: false });
const document = openApiDocument(app);
if (!document.paths['/api/v1/cases']) throw new Error('the document lacks the cases: no routes were found');

const text = await formatted('openapi.json', JSON.stringify(document));
writeOrCheck([{ path: 'openapi.json', text }], 'npm run openapi');
