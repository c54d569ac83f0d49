/**
 * Seeds as much of the demo as the settings ask for: nothing, staff and tokens, or how the house is
 * organised and its cases too. Decides only how much.
 */
import type { INestApplicationContext } from '@nestjs/common';
import type { Pool } from 'pg';
import { ApiKeys } from '../../identity/api-keys.js';
import { Configuration } from '../../directory/configuration.js';
import { Customers } from '../../directory/customers.js';
import { Staff } from '../../directory/staff.js';
import { CaseEngine } from '../../engine/case-engine.js';
import type { NowSql } from '../../store/now.js';
import type { Logger } from '../logging.js';
import type { Settings } from '../settings.js';
import { seedDirectory, type Tokens } from './demo-directory.js';
import { seedOrganisation } from './demo-organisation.js';
import { seedCases } from './seed-cases.js';

/** @returns the tokens that are valid now; null when no demo is wanted. */
export async function seedDemo(
  app: INestApplicationContext,
  settings: Settings,
  logger: Logger,
  { pool, now }: { readonly pool: Pool; readonly now: NowSql },
): Promise<Tokens | null> {
  if (settings.demo === '0') return null;
  const staff = app.get(Staff);
  const tokens = await seedDirectory(staff, app.get(ApiKeys), settings.dataDir);
  if (settings.demo === '1') {
    await seedOrganisation(app.get(Configuration));
    const parts = { engine: app.get(CaseEngine), customers: app.get(Customers), staff, pool, now };
    const count = await seedCases(parts);
    if (count > 0) logger.info({ count }, 'Demo cases opened');
  }
  return tokens;
}
