/**
 * What a mapping file says: how one foreign log reads in the product's words. Everything that differs from log to
 * log is in that file, so that a third log needs no code. Checks the file's shape and nothing else; knows no case,
 * no HTTP and no clock. README.md explains each field to whoever writes the next mapping.
 */
import { readFile } from 'node:fs/promises';

export type Level = 0 | 1 | 2;

/** Where one log event leaves a case, in the words that the product can be brought to. */
export const STANDINGS = [
  'queued',
  'handling',
  'waiting',
  'onHold',
  'resolved',
  'closed',
  'withdrawn',
] as const;
export type StandingName = (typeof STANDINGS)[number];

/** `column`: the log says it; `keep`: as before (0 at first); a number: the state itself implies it. */
export type LevelRule = 'column' | 'keep' | Level;

export interface StateRule {
  readonly to: StandingName;
  readonly level: LevelRule;
}

/** The first rule whose level and columns fit names the department. */
export interface DepartmentRule {
  readonly level: 1 | 2;
  readonly when?: Readonly<Record<string, string>>;
  readonly department: string;
}

/** One of the product's words, chosen by the value of a column. */
export interface ValueRule {
  readonly column?: string;
  readonly values?: Readonly<Record<string, string>>;
  readonly otherwise: string;
}

export interface Mapping {
  readonly name: string;
  readonly source: string;
  readonly log: {
    readonly file: string;
    readonly caseId: string;
    readonly at: string;
    readonly state: string;
    readonly level?: string;
  };
  /** Per-case truths that somebody else worked out; absent: they are derived from the log. */
  readonly oracle?: {
    readonly file: string;
    readonly maxLevel: string;
    readonly movesUp: string;
    readonly movesDown: string;
    readonly reopened: string;
    readonly waitingSeconds: string;
    readonly onHoldSeconds: string;
    readonly final: string;
  };
  /** null: the event says nothing about where the case stands. */
  readonly states: Readonly<Record<string, StateRule | null>>;
  readonly departments: readonly DepartmentRule[];
  /** Texts may name columns in braces: `Incident {case_id}`. */
  readonly intake: {
    readonly category: string;
    readonly channel: string;
    readonly subject: string;
    readonly description: string;
    readonly expectedOutcome: string;
    readonly impact: ValueRule;
    readonly urgency: ValueRule;
    readonly customer: { readonly externalId: string; readonly name: string };
  };
  /** PUT before the first event, in this order, by the administrator. */
  readonly configuration: readonly { readonly path: string; readonly body: unknown }[];
  /** Promises to measure the log against: each PUT takes the place of the one in `configuration` with its path. */
  readonly attainment?: { readonly configuration: Mapping['configuration'] };
  /** What the log's publisher says of the whole log; our reading of it must agree. */
  readonly figures?: Readonly<Record<string, number>>;
}

/** Thrown with one line that names the file and what is wrong with it. */
export class MappingError extends Error {}

/** @throws MappingError when the file is absent, is no JSON or lacks something. */
export async function readMapping(file: string | URL): Promise<Mapping> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new MappingError(`${String(file)}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const problems = mappingProblems(parsed);
  if (problems.length > 0) throw new MappingError(`${String(file)}: ${problems.join('; ')}`);
  return parsed as Mapping;
}

/** The mapping with the promises of its `attainment` section. @throws MappingError when it has none. */
export function withAttainment(mapping: Mapping): Mapping {
  if (!mapping.attainment)
    throw new MappingError(`the mapping "${mapping.name}" has no "attainment" section`);
  const promised = new Map(mapping.attainment.configuration.map((put) => [put.path, put]));
  const replaced = mapping.configuration.map((put) => promised.get(put.path) ?? put);
  const further = [...promised.values()].filter((put) => !replaced.includes(put));
  return { ...mapping, configuration: [...replaced, ...further] };
}

/** Everything wrong with a mapping, in words; empty when it can be used. */
export function mappingProblems(value: unknown): string[] {
  if (!isObject(value)) return ['is no JSON object'];
  const lacking = ['name', 'log', 'states', 'departments', 'intake', 'configuration'].filter(
    (key) => !(key in value),
  );
  if (lacking.length > 0) return lacking.map((key) => `lacks "${key}"`);
  const mapping = value as unknown as Mapping;
  return [
    ...Object.entries(mapping.states).flatMap(([state, rule]) => stateProblems(state, rule, mapping)),
    ...mapping.departments.flatMap((rule, index) =>
      rule.level === 1 || rule.level === 2 ? [] : [`departments[${index}] has no level 1 or 2`],
    ),
    ...([1, 2] as const)
      .filter((level) => !mapping.departments.some((rule) => rule.level === level && !rule.when))
      .map((level) => `departments lacks a rule without "when" for level ${level}`),
  ];
}

function stateProblems(state: string, rule: StateRule | null, mapping: Mapping): string[] {
  if (rule === null) return [];
  const problems: string[] = [];
  if (!STANDINGS.includes(rule.to))
    problems.push(`states.${state}.to must be one of ${STANDINGS.join(', ')}`);
  if (!['column', 'keep', 0, 1, 2].includes(rule.level))
    problems.push(`states.${state}.level is not a level rule`);
  if (rule.level === 'column' && !mapping.log.level) problems.push(`states.${state} wants log.level`);
  return problems;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
