/**
 * Figures of what is sent: messages by what became of them, and how long the oldest one waits. No scrape waits for the
 * database: each shows what the one before asked for.
 */
import { Counter, Gauge, type Registry } from 'prom-client';
import type { NotificationQueue } from '../delivery/outbound/notification-queue.js';

export function addDeliveryMetrics(registry: Registry, notifications: NotificationQueue): void {
  const registers = [registry];
  const messages: Counter = new Counter({
    name: 'messages_total',
    help: 'Messages to customers that this node tried, by outcome; `retried` are tries that will be repeated.',
    labelNames: ['outcome'],
    registers,
    collect: () => {
      messages.reset();
      for (const [outcome, count] of Object.entries(notifications.counts)) messages.inc({ outcome }, count);
    },
  });
  let oldestSeconds = 0;
  const oldest: Gauge = new Gauge({
    name: 'messages_oldest_pending_seconds',
    help: 'Age of the oldest message that is neither delivered nor given up, as of the scrape before.',
    registers,
    collect: () => {
      oldest.set(oldestSeconds);
      notifications.oldestPendingSeconds().then(
        (seconds) => (oldestSeconds = seconds),
        // The database's own figures tell of that.
        () => undefined,
      );
    },
  });
}
