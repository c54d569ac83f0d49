/** Wires the hint for a fair compensation. */
import type { FactoryProvider } from '@nestjs/common';
import type { Pool } from 'pg';
import { CompensationHints } from '../../reports/compensation-hint.js';
import { made } from './made.js';

export function compensationRooms({ pool }: { pool: Pool }): FactoryProvider[] {
  return [made(CompensationHints, [], () => new CompensationHints(pool))];
}
