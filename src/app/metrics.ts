/**
 * The node's figures for Prometheus: the process's own here, every room's beside them in the same registry. Labels
 * hold names of routes and kinds only, never an id or a text.
 */
import type { Pool } from 'pg';
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import type { DueLoop } from '../engine/due-loop.js';

export function createMetrics(pool: Pool, loop: DueLoop, role: string): Registry {
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
  return registry;
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
