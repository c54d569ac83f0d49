// The application as its routes describe it, built without starting it: no port is opened and no database is asked. For
// generators that read what the controllers say.
import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import pg from 'pg';
import { pino } from 'pino';
import { AppModule } from '../src/app/app.module.js';
import type { Foundations } from '../src/app/rooms.module.js';
import { readSettings } from '../src/app/settings.js';
import { httpAdapter } from '../src/http/configure-http.js';
import { HttpOptions, NodeHealth } from '../src/http/http-options.js';
import { SYSTEM_NOW } from '../src/store/now.js';

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

export function unstartedApp(): Promise<INestApplication> {
  return NestFactory.create(AppModule.on(foundations, 'all'), httpAdapter(), { logger: false });
}
