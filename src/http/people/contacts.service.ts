/**
 * Ranks departments by how well they fit what is asked: a routing rule or a playbook that names them for the category,
 * then words of the question in what they answer for. Knows no request; who is there, `DepartmentPeople` says.
 */
import { Injectable } from '@nestjs/common';
import { Configuration, type ConfigurationEntry } from '../../directory/configuration.js';
import { DirectoryPolicySource } from '../../directory/policy-source.js';
import { foldWord, ROUTING_KEY } from '../../directory/routing-rules.js';
import { Staff } from '../../directory/staff.js';
import { DepartmentPeople } from './department-people.service.js';
import type { ContactDto, ContactReason } from './people.dto.js';

type DepartmentEntry = ConfigurationEntry<'department'>;

/** What was published for the very category says more than any number of words in a description. */
const WEIGHT: Readonly<Record<ContactReason, number>> = {
  rule: 1_000,
  playbook: 500,
  name: 20,
  skill: 10,
  answersFor: 10,
};

interface Match {
  readonly entry: DepartmentEntry;
  readonly why: ContactReason[];
  readonly score: number;
}

@Injectable()
export class Contacts {
  constructor(
    private readonly configuration: Configuration,
    private readonly policies: DirectoryPolicySource,
    private readonly staff: Staff,
    private readonly people: DepartmentPeople,
  ) {}

  /** Departments that fit, the best first; all of them when nothing is asked. */
  async find(category: string | null, q: string | null): Promise<ContactDto[]> {
    const departments = this.configuration.list('department');
    const matches =
      category === null && q === null
        ? departments.map((entry) => ({ entry, why: [], score: 0 }))
        : departments
            .map((entry) => this.match(entry, category, termsOf(q ?? '')))
            .filter(({ score }) => score > 0)
            .sort((a, b) => b.score - a.score);
    const people = await this.people.of(matches.map(({ entry }) => entry.key));
    return matches.flatMap(({ entry: { key, body }, why }) => {
      const here = people.get(key);
      if (!here) return [];
      const { publicName, answersFor, answersForIn = {} } = body;
      return [{ department: key, publicName, answersFor, answersForIn, why, ...here }];
    });
  }

  private match(entry: DepartmentEntry, category: string | null, terms: readonly string[]): Match {
    const { publicName, answersFor, answersForIn = {} } = entry.body;
    const holding = (texts: readonly string[]) => {
      const folded = texts.map(foldWord);
      return terms.filter((term) => folded.some((text) => text.includes(term))).length;
    };
    const found: Readonly<Record<ContactReason, number>> = {
      rule: category !== null && this.isRuledTo(entry.key, category) ? 1 : 0,
      playbook: category !== null && this.isOnRoute(entry.key, category) ? 1 : 0,
      name: holding([entry.key, ...Object.values(publicName)]),
      skill: holding(this.staff.of(entry.key).flatMap(({ skills }) => skills)),
      answersFor: holding([answersFor, ...Object.values(answersForIn)]),
    };
    const why = (Object.keys(WEIGHT) as ContactReason[]).filter((reason) => found[reason] > 0);
    return { entry, why, score: why.reduce((sum, reason) => sum + found[reason] * WEIGHT[reason], 0) };
  }

  /** By the first rule about the category, whatever else it asks. */
  private isRuledTo(department: string, category: string): boolean {
    const rules = this.configuration.newest('routingRules', ROUTING_KEY)?.body.rules ?? [];
    const folded = foldWord(category);
    return rules.find(({ when }) => when.category?.includes(folded))?.department === department;
  }

  private isOnRoute(department: string, category: string): boolean {
    const { level1, level2 } = this.policies.policiesFor(category).playbook.route;
    return level1 === department || level2 === department;
  }
}

const HAN = /\p{sc=Han}/u;

/** Shorter words (`of`, `is`) are in every description. */
const WORD_MIN = 3;

/** Words; and of scripts without spaces every two signs in a row, so that a sentence finds what a word would. */
function termsOf(q: string): string[] {
  const words = foldWord(q).split(/[\s\p{P}]+/u);
  const telling = words.filter((word) => word.length >= WORD_MIN || HAN.test(word));
  const terms = telling.flatMap((word) => {
    if (!HAN.test(word)) return [word];
    const signs = [...word];
    return signs.length < 3 ? [word] : signs.slice(1).map((sign, index) => `${signs[index]}${sign}`);
  });
  return [...new Set(terms)];
}
