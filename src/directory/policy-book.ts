/**
 * The book of SLA policies and calendars that clocks refer to, every version of it, out of the configuration that lies
 * in memory: looking one up waits for nothing. Decides which policy serves a case; does no arithmetic.
 */
import { BoundedCache } from '../calendar/bounded-cache.js';
import { always, compileCalendar, type Calendar } from '../calendar/compile-calendar.js';
import type { Grade } from '../domain/case.js';
import {
  DEFAULT_SLA_POLICY,
  type PolicyBook,
  type SlaPolicy,
  type VersionedCalendar,
} from '../domain/policies.js';
import { DependencyUnavailable } from '../store/database-errors.js';
import type { Configuration, ConfigurationEntry } from './configuration.js';
import { ALWAYS_KEY } from './seeds/calendar-seeds.js';
import { DEFAULT_SLA_KEY, type SlaMatch } from './sla-policies.js';

/** Versions in use at one time; a compiled calendar remembers the weeks it was asked for, up to a megabyte. */
const CALENDARS_KEPT_MAX = 64;

const ALWAYS: VersionedCalendar = { key: ALWAYS_KEY, version: 0, calendar: always };

/** What decides which policy serves a case. */
export interface Served {
  readonly category: string;
  readonly grade: Grade;
  readonly channel: string;
}

interface Candidate {
  readonly policy: SlaPolicy;
  readonly match: SlaMatch;
}

export class DirectoryPolicyBook implements PolicyBook {
  /** By `key@version`, which says the same for ever. */
  private readonly compiled = new BoundedCache<string, Calendar>(CALENDARS_KEPT_MAX, (id) =>
    this.compile(id),
  );
  private candidates: readonly Candidate[] = [];
  private fallback: SlaPolicy = DEFAULT_SLA_POLICY;
  private generation = -1;
  private isCatchingUp = false;

  constructor(private readonly configuration: Configuration) {}

  slaPolicyFor(what: Served): SlaPolicy {
    this.refresh();
    return this.candidates.find(({ match }) => serves(match, what))?.policy ?? this.fallback;
  }

  /** @throws DependencyUnavailable for a version that only another node knows yet. */
  slaPolicy(key: string, version: number): SlaPolicy {
    const entry = this.entry('slaPolicy', key, version);
    return entry === null ? this.fallback : toPolicy(entry);
  }

  /** @throws DependencyUnavailable as `slaPolicy`; InvalidCalendarError when this machine knows no such time zone. */
  calendar(key: string, version?: number): VersionedCalendar {
    const entry = this.entry('calendar', key, version);
    if (entry === null) return ALWAYS;
    const calendar = key === ALWAYS_KEY ? always : this.compiled.get(`${key}@${entry.version}`);
    return { key, version: entry.version, calendar };
  }

  /**
   * That version; the newest when none is named or it never existed. A version beyond the newest was published by
   * another node a moment ago: to go on with an older one would write a wrong due time, so the step is put off until
   * this node has caught up.
   */
  private entry<K extends 'calendar' | 'slaPolicy'>(
    kind: K,
    key: string,
    version?: number,
  ): ConfigurationEntry<K> | null {
    const newest = this.configuration.newest(kind, key);
    if (version === undefined || version === newest?.version) return newest;
    if (version > (newest?.version ?? 0)) {
      this.catchUp();
      throw new DependencyUnavailable(`version ${version} of ${kind} ${key} has not reached this node yet`);
    }
    return this.configuration.at(kind, key, version) ?? newest;
  }

  /** Asks the database beside the step, not within it. */
  private catchUp(): void {
    if (this.isCatchingUp) return;
    this.isCatchingUp = true;
    this.configuration
      .refresh()
      // The steady refresh asks again within seconds.
      .catch(() => undefined)
      .finally(() => (this.isCatchingUp = false));
  }

  private refresh(): void {
    if (this.generation === this.configuration.generation) return;
    const entries = this.configuration.list('slaPolicy');
    const own = entries.find(({ key }) => key === DEFAULT_SLA_KEY);
    this.fallback = own ? toPolicy(own) : DEFAULT_SLA_POLICY;
    // Entries come by key and sorting is stable: of two equally specific policies the first key serves.
    this.candidates = entries
      .flatMap((entry) => (entry.body.match ? [{ policy: toPolicy(entry), match: entry.body.match }] : []))
      .sort((a, b) => specificity(b.match) - specificity(a.match));
    this.generation = this.configuration.generation;
  }

  private compile(id: string): Calendar {
    const [key, version] = id.split('@') as [string, string];
    const entry = this.configuration.at('calendar', key, Number(version));
    if (entry === null) throw new Error(`there is no calendar ${id}`);
    return compileCalendar(entry.body);
  }
}

/** A field that is absent matches any value. */
function serves({ category, grade, channel }: SlaMatch, what: Served): boolean {
  return (
    (category === undefined || category.includes(what.category)) &&
    (grade === undefined || grade.includes(what.grade)) &&
    (channel === undefined || (channel as readonly string[]).includes(what.channel))
  );
}

/** How many fields a match names. */
function specificity(match: SlaMatch): number {
  return Object.values(match).filter((values) => values !== undefined).length;
}

function toPolicy({ key, version, body }: ConfigurationEntry<'slaPolicy'>): SlaPolicy {
  const { match: _match, ...policy } = body;
  return { key, version, ...policy };
}
