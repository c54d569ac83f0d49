/** How long a department waits for the first page of its inbox, read again and again at a steady pace. */
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { TaskInbox } from '../src/reports/task-inbox.js';
import { SYSTEM_NOW } from '../src/store/now.js';
import { type Spread, spread } from './lateness.js';
import { DEPARTMENT } from './pending-cases.js';

const READS = 200;
const PAGE_ROWS = 50;
const QUERY = {
  scope: { visibility: { sees: 'department', department: DEPARTMENT }, managers: false, readerId: 'nobody' },
  sort: { by: 'dueAt', descending: false },
  limit: PAGE_ROWS,
  cursor: null,
} as const;

/** @param everyMs begin of each read after the last one's, or its end when that is later. @returns milliseconds */
export async function readInbox(pool: pg.Pool, everyMs: number): Promise<Spread> {
  const inbox = new TaskInbox(pool, SYSTEM_NOW);
  const took: number[] = [];
  for (let n = 0; n < READS; n += 1) {
    const from = performance.now();
    const { items } = await inbox.page(QUERY);
    took.push(performance.now() - from);
    if (items.length === 0) throw new Error('the inbox is empty');
    await pause(Math.max(everyMs - (performance.now() - from), 0));
  }
  return spread(took);
}
