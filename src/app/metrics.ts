/**
 * The node's figures for Prometheus: the process's own here, every room's beside them in the same registry. Labels
 * hold names of routes and kinds only, never an id or a text.
 */
import type { Pool } from 'pg';
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import type { DueLoop } from '../engine/due-loop.js';
import type { NowSql } from '../store/now.js';
import { runStatement } from '../store/statement.js';

export function createMetrics(pool: Pool, loop: DueLoop, role: string, now: NowSql): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ role });
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const connections = new Gauge({
    name: 'database_pool_connections',
    help: 'Connections of this node by state; waiting counts callers without one.',
    labelNames: ['state'],
    registers,
    collect: () => {
      connections.set({ state: 'idle' }, pool.idleCount);
      connections.set({ state: 'busy' }, pool.totalCount - pool.idleCount);
      connections.set({ state: 'waiting' }, pool.waitingCount);
    },
  });
  counterOf('deadlines_fired_total', 'Events that this node wrote because time had come.', registers, () => {
    return loop.counts.fired;
  });
  counterOf(
    'deadline_failures_total',
    'Deadlines of single cases that could not be fired.',
    registers,
    () => {
      return loop.counts.failures;
    },
  );
  const aside: Gauge = new Gauge({
    name: 'cases_set_aside',
    help: 'Cases whose deadline failed and that wait for another try; more than none needs a person.',
    registers,
    collect: () => {
      aside.set(loop.setAside);
    },
  });
  addOverdue(registers, pool, now);
  return registry;
}

/**
 * Of any case, whoever may fire it: it grows when no worker runs, and when only a build that has gone knows the case's
 * machine. No scrape waits for the database: each shows what the one before asked for.
 */
function addOverdue(registers: Registry[], pool: Pool, now: NowSql): void {
  const text = `SELECT greatest(extract(epoch FROM ${now} - min(next_due_at)), 0)::double precision AS seconds
    FROM cases WHERE next_due_at IS NOT NULL`;
  let overdueSeconds = 0;
  const overdue: Gauge = new Gauge({
    name: 'deadlines_oldest_overdue_seconds',
    help: 'How long the oldest deadline is past that nobody has fired, as of the scrape before.',
    registers,
    collect: () => {
      overdue.set(overdueSeconds);
      runStatement<{ seconds: number | null }>(pool, { text, values: [] }).then(
        ([row]) => (overdueSeconds = row?.seconds ?? 0),
        // The database's own figures tell of that.
        () => undefined,
      );
    },
  });
}

/** A counter whose truth is counted elsewhere. */
function counterOf(name: string, help: string, registers: Registry[], read: () => number): void {
  const counter = new Counter({
    name,
    help,
    registers,
    collect: () => {
      counter.reset();
      counter.inc(read());
    },
  });
}
