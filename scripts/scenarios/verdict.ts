/**
 * What a difference between a scenario and the product means: a miss, a decision of the product, or a matter on which
 * the scenario itself says that products differ. Pure.
 */
import type { Compared } from './compare.js';
import { decisionBehind } from './decisions.js';
import type { Life, Stopped } from './life.js';
import type { Observed } from './observe.js';
import type { Scenario } from './read-scenarios.js';

export type Outcome =
  | 'equal'
  /** Unexplained. */
  | 'miss'
  /** The product decides otherwise, by a rule that is written down. */
  | 'byDesign'
  /** The scenario is a design choice or disputed, and the product chose otherwise. */
  | 'ownChoice'
  /** What the scenario's source asserts, beside what the product says. */
  | 'told'
  | 'inexpressible';

export interface Finding {
  readonly at: string;
  readonly field: string;
  readonly outcome: Outcome;
  readonly expected: unknown;
  readonly found: unknown;
  /** Name of the decision, or the reason in words; null for what needs none. */
  readonly why: string | null;
}

export interface ScenarioResult {
  readonly id: string;
  readonly title: string;
  readonly portability: string;
  readonly note: string;
  readonly checks: number;
  readonly findings: readonly Finding[];
  readonly stopped: Stopped | null;
}

const UNIVERSAL = 'universal';

export function toFinding(at: string, compared: Compared, life: Life, observed: Observed): Finding {
  const { field, expected, found, why = null } = compared;
  const plain = { at, field, expected, found };
  if (compared.outcome !== 'differs') return { ...plain, outcome: compared.outcome, why };
  const decision = decisionBehind(compared, life, observed);
  if (decision) return { ...plain, outcome: 'byDesign', why: decision.name };
  return { ...plain, outcome: life.scenario.portability === UNIVERSAL ? 'miss' : 'ownChoice', why };
}

/** A check that the case did not live to see. */
export function unseen(at: string, scenario: Scenario, { kind, why }: Stopped): Finding {
  const refused = scenario.portability === UNIVERSAL ? 'miss' : 'ownChoice';
  const outcome = kind === 'inexpressible' ? 'inexpressible' : refused;
  return { at, field: 'all', outcome, expected: null, found: null, why };
}

export function count(results: readonly ScenarioResult[], outcome: Outcome): number {
  return results.reduce(
    (sum, { findings }) => sum + findings.filter((one) => one.outcome === outcome).length,
    0,
  );
}

/** An empty run proves nothing. */
export function isClean(results: readonly ScenarioResult[]): boolean {
  return count(results, 'miss') === 0 && count(results, 'equal') > 0;
}
