/**
 * Priority = impact × urgency, one step up for a VIP or key customer (requirements A3, C2; domain.md §6). A table,
 * so that the ordering can be read at a glance.
 */
import { type Grade, PRIORITIES, type Priority, type Severity } from './case.js';

const STEPS: Record<Severity, Record<Severity, 0 | 1 | 2 | 3>> = {
  high: { high: 0, medium: 1, low: 2 },
  medium: { high: 1, medium: 2, low: 3 },
  low: { high: 2, medium: 3, low: 3 },
};

export function priorityOf(impact: Severity, urgency: Severity, grade: Grade): Priority {
  const step = STEPS[impact][urgency];
  return PRIORITIES[Math.max(0, grade === 'standard' ? step : step - 1)] ?? 'P4';
}
