// A process of the built product that dies, stops or has a wrong clock as misbehave.js makes it; needs `buildProduct`.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type NodeProcess, startNodeProcess } from '../app/node-process.js';

const MISBEHAVE = `--import ${pathToFileURL(resolve('test/faults/misbehave.js')).href}`;

export interface Misbehaviour {
  /** `point:nth:signal`: what it sends itself at the nth passage of a fault point. */
  readonly faultAt?: string;
  /** How wrong its time of day is, */
  readonly shiftMs?: number;
  /** and how wrong from a SIGUSR2 on. */
  readonly shiftLaterMs?: number;
}

export function startMisbehavingNode(
  { faultAt = '', shiftMs = 0, shiftLaterMs = 0 }: Misbehaviour,
  env: Readonly<Record<string, string>>,
): NodeProcess {
  return startNodeProcess({
    DEMO: '0',
    NODE_OPTIONS: MISBEHAVE,
    FAULT_AT: faultAt,
    SHIFT_MS: shiftMs === 0 ? '' : String(shiftMs),
    SHIFT_LATER_MS: String(shiftLaterMs),
    ...env,
  });
}
