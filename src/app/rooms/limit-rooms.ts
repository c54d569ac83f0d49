/** Wires how often callers may ask: budgets in memory, and what nodes tell each other of them. */
import type { FactoryProvider } from '@nestjs/common';
import type { Pool } from 'pg';
import { ProvenCredentials } from '../../http/limits/proven-credentials.js';
import { RequestLimits } from '../../http/limits/request-limits.js';
import { RequestUsage } from '../../store/request-usage.js';
import type { Settings } from '../settings.js';
import { made } from './made.js';

export function limitRooms({ pool, settings }: { pool: Pool; settings: Settings }): FactoryProvider[] {
  return [
    made(RequestUsage, [], () => new RequestUsage(pool)),
    made(
      RequestLimits,
      [RequestUsage],
      (usage) => new RequestLimits({ perSecond: settings.rateLimit, usage }),
    ),
    made(ProvenCredentials, [], () => new ProvenCredentials()),
  ];
}
