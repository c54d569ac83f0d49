/**
 * The policies that apply to a case of a category, from the newest configuration, as the pure step wants them. Kept
 * until the configuration changes, because every step asks. Decides nothing about a case.
 */
import type { CompensationPolicy, Department, Playbook, Policies } from '../domain/policies.js';
import {
  DEFAULT_COMPENSATION,
  DEFAULT_LIFECYCLE,
  DEFAULT_OLA,
  DEFAULT_PLAYBOOK,
} from '../domain/policies.js';
import type { PolicySource } from '../engine/policy-source.js';
import type { Configuration } from './configuration.js';
import { DEFAULT_POLICY } from './lifecycle-policies.js';
import { DirectoryPolicyBook } from './policy-book.js';
import { ANY_CATEGORY } from './playbooks.js';

/** Categories are free text from callers: without a bound, invented ones would fill the memory. */
const CATEGORIES_KEPT_MAX = 1_000;

export class DirectoryPolicySource implements PolicySource {
  readonly book: DirectoryPolicyBook;
  private kept = new Map<string, Policies>();
  private generation = -1;

  constructor(private readonly configuration: Configuration) {
    this.book = new DirectoryPolicyBook(configuration);
  }

  policiesFor(category: string): Policies {
    if (this.generation !== this.configuration.generation || this.kept.size >= CATEGORIES_KEPT_MAX) {
      this.kept = new Map();
      this.generation = this.configuration.generation;
    }
    const known = this.kept.get(category);
    if (known !== undefined) return known;
    const policies: Policies = {
      lifecycle: this.configuration.newest('lifecyclePolicy', DEFAULT_POLICY)?.body ?? DEFAULT_LIFECYCLE,
      playbook: this.playbookOf(category),
      departments: this.departments(),
      compensation: this.compensationOf(category),
      book: this.book,
    };
    this.kept.set(category, policies);
    return policies;
  }

  private playbookOf(category: string): Playbook {
    const entry =
      this.configuration.newest('playbook', category) ?? this.configuration.newest('playbook', ANY_CATEGORY);
    return entry === null ? DEFAULT_PLAYBOOK : { ...DEFAULT_PLAYBOOK, ...entry.body, category: entry.key };
  }

  private compensationOf(category: string): CompensationPolicy {
    const entry =
      this.configuration.newest('compensationPolicy', category) ??
      this.configuration.newest('compensationPolicy', ANY_CATEGORY);
    return entry?.body ?? DEFAULT_COMPENSATION;
  }

  /** Without a prototype, so that a department called "constructor" does not exist. */
  private departments(): Readonly<Record<string, Department>> {
    const departments = Object.create(null) as Record<string, Department>;
    for (const { key, body } of this.configuration.list('department')) {
      // A body that was stored before departments had targets has those of the seed.
      departments[key] = { key, ola: DEFAULT_OLA, ...body };
    }
    return departments;
  }
}
