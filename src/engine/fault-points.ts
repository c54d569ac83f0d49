/**
 * Named places on the way of a write where a test may wait, fail or end the process. Nothing is hooked in production:
 * an unset point costs one look-up in an empty map.
 */
export type FaultPoint =
  | 'before-step'
  | 'before-commit'
  | 'after-commit'
  | 'before-claim'
  | 'after-claim'
  | 'before-send'
  | 'after-send';

const hooks = new Map<FaultPoint, () => Promise<void> | void>();

/** For tests only. @param hook null removes it. */
export function hookFaultPoint(point: FaultPoint, hook: (() => Promise<void> | void) | null): void {
  if (hook) hooks.set(point, hook);
  else hooks.delete(point);
}

/** Awaits whatever a test hooked here. */
export async function faultPoint(point: FaultPoint): Promise<void> {
  if (hooks.size > 0) await hooks.get(point)?.();
}
