/**
 * Which department and whom a case is for, by the published rules: pure, so the same facts always get the same
 * decision and the same words. Decides nothing about the case itself: it is a suggestion until somebody acts on it.
 */
import type { Grade } from '../domain/case.js';
import {
  foldWord,
  WHEN_FIELDS,
  type RoutingRule,
  type RoutingRules,
  type RoutingWhen,
} from './routing-rules.js';

export interface RoutingFacts {
  readonly category: string;
  readonly channel: string;
  readonly grade: Grade;
  readonly product: string | null;
  /** Subject and description. */
  readonly text: string;
  /** Who answers to the customer. */
  readonly ownerId: string | null;
}

/** Somebody who may be chosen; of the department for a hand-off, an agent for an owner. */
export interface Candidate {
  readonly id: string;
  readonly skills: readonly string[];
  readonly onDuty: boolean;
  /** Tasks or cases in hand. */
  readonly load: number;
  readonly capacity: number | null;
}

export interface RoutingDecision {
  /** null: nobody has said where such a case goes. */
  readonly department: string | null;
  readonly memberId: string | null;
  /** Name of the rule; null when none matched. */
  readonly rule: string | null;
  /** Of the rules; 0 when there are none. */
  readonly version: number;
  /** For people: why this department, and why this person or nobody. */
  readonly explanation: string;
}

/** The first rule that matches; null when none does. */
export function matchingRule({ rules }: RoutingRules, facts: RoutingFacts): RoutingRule | null {
  return rules.find(({ when }) => matches(when, facts)) ?? null;
}

/**
 * @param peopleOf active members and leads of the department that the rule names
 * @param fallback where the category's playbook would send the case
 */
export function routeCase(
  { version, rules }: { readonly version: number; readonly rules: RoutingRules },
  facts: RoutingFacts,
  peopleOf: (department: string) => readonly Candidate[],
  fallback: string | null,
): RoutingDecision {
  const rule = matchingRule(rules, facts);
  if (rule === null) {
    const explanation =
      fallback === null
        ? 'No rule matches, and the playbook of the category names no department.'
        : `No rule matches; the playbook of the category sends it to ${fallback}.`;
    return { department: fallback, memberId: null, rule: null, version, explanation };
  }
  const { memberId, why } = personOf(rule, facts, peopleOf(rule.department));
  const explanation = `Rule "${rule.name}": ${sentence(rule.why)} ${why}`;
  return { department: rule.department, memberId, rule: rule.name, version, explanation };
}

/**
 * Who takes a case in that no agent has opened.
 * @param agents active agents
 * @returns ownerId null when nobody fits: the first agent who starts the case owns it, as ever.
 */
export function ownerFor(
  { version, rules }: { readonly version: number; readonly rules: RoutingRules },
  facts: RoutingFacts,
  agents: readonly Candidate[],
): {
  readonly ownerId: string | null;
  readonly rule: string | null;
  readonly version: number;
  readonly explanation: string;
} {
  const rule = matchingRule(rules, facts);
  const { memberId, why } = leastLoaded(agents, rule?.ownerSkills ?? []);
  const explanation = rule === null ? why : `Rule "${rule.name}": ${why}`;
  return { ownerId: memberId, rule: rule?.name ?? null, version, explanation };
}

interface Choice {
  readonly memberId: string | null;
  readonly why: string;
}

function personOf(rule: RoutingRule, facts: RoutingFacts, people: readonly Candidate[]): Choice {
  if (rule.person === null) return { memberId: null, why: 'Whoever of the department takes it.' };
  if (rule.person === 'leastLoaded') return leastLoaded(people, rule.skills);
  if (rule.person === 'owner') {
    return facts.ownerId === null
      ? { memberId: null, why: 'It has no owner yet, who would follow it up.' }
      : { memberId: facts.ownerId, why: 'Its owner follows it up.' };
  }
  const named = people.find(({ id }) => id === rule.person);
  if (named === undefined) return { memberId: null, why: `${rule.person} no longer works there.` };
  if (!named.onDuty) return { memberId: null, why: `${rule.person} is not on duty now.` };
  return { memberId: named.id, why: `${rule.person} is named by the rule and on duty.` };
}

/** The least load; of equal ones the first by id, so that the choice is the same wherever it is made. */
function leastLoaded(people: readonly Candidate[], skills: readonly string[]): Choice {
  const able = people.filter((person) => skills.every((skill) => person.skills.includes(skill)));
  const wanted = skills.length === 0 ? '' : ` with ${skills.join(', ')}`;
  if (able.length === 0) return { memberId: null, why: `Nobody${wanted} works there.` };
  const present = able.filter(({ onDuty }) => onDuty);
  if (present.length === 0) return { memberId: null, why: `Nobody${wanted} is on duty now.` };
  const free = present.filter(({ capacity, load }) => capacity === null || load < capacity);
  const [chosen] = [...free].sort((a, b) => a.load - b.load || (a.id < b.id ? -1 : 1));
  if (chosen === undefined)
    return { memberId: null, why: `Everybody${wanted} on duty has their hands full.` };
  const among = free.length === 1 ? 'the only one free' : `the least loaded of ${free.length}`;
  return { memberId: chosen.id, why: `${chosen.id} is ${among}${wanted}, with ${chosen.load} in hand.` };
}

function matches(when: RoutingWhen, facts: RoutingFacts): boolean {
  return WHEN_FIELDS.every((field) => {
    const wanted: readonly string[] | undefined = when[field];
    if (wanted === undefined) return true;
    if (field === 'keywords') return holdsAny(foldWord(facts.text), wanted);
    const value = facts[field];
    return value !== null && wanted.includes(foldWord(value));
  });
}

const LETTER = /[\p{L}\p{N}]/u;
/** Scripts that put no spaces between words. */
const UNSPACED = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]/u;

/** Whole words where words are spaced: `art` is not in `part`. @param text folded */
function holdsAny(text: string, words: readonly string[]): boolean {
  return words.some((word) => {
    for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
      if (UNSPACED.test(word)) return true;
      const [before, after] = [text.charAt(at - 1), text.charAt(at + word.length)];
      if (!LETTER.test(before) && !LETTER.test(after)) return true;
    }
    return false;
  });
}

function sentence(text: string): string {
  return /[.!?。！？]$/.test(text) ? text : `${text}.`;
}
