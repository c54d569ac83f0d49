/** Every fault that a run on one machine can inject. Numbers in their words are those of the catalogue. */
import { DATABASE_FAULTS } from './database-faults.js';
import type { FaultKind } from './fault-kind.js';
import { NETWORK_FAULTS } from './network-faults.js';
import { NODE_FAULTS } from './node-faults.js';
import { PEER_FAULTS } from './peer-faults.js';

export const FAULT_KINDS: readonly FaultKind[] = [
  ...NODE_FAULTS,
  ...DATABASE_FAULTS,
  ...NETWORK_FAULTS,
  ...PEER_FAULTS,
];

/** @throws Error */
export function faultNamed(name: string): FaultKind {
  const found = FAULT_KINDS.find((kind) => kind.name === name);
  if (!found) throw new Error(`there is no fault "${name}": --help lists them`);
  return found;
}
