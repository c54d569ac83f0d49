/** Wires what tells open pages and consoles that a case has moved on. */
import type { FactoryProvider } from '@nestjs/common';
import type { Pool } from 'pg';
import { CaseChanges } from '../../delivery/live/case-changes.js';
import { JournalTail } from '../../delivery/live/journal-tail.js';
import { CaseEngine } from '../../engine/case-engine.js';
import { errorFields, type Logger } from '../logging.js';
import { made } from './made.js';

export function liveRooms({ pool, logger }: { pool: Pool; logger: Logger }): FactoryProvider[] {
  const notLooking = (error: unknown): void =>
    logger.warn(errorFields(error), 'Changes by other nodes are not seen for now; looked for until it heals');
  return [
    made(CaseChanges, [CaseEngine], (engine) => new CaseChanges({ pool, engine, report: notLooking })),
    made(JournalTail, [], () => new JournalTail(pool)),
  ];
}
