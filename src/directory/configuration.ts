/**
 * Versioned configuration: a change makes a new version, an old version is never touched, so that whatever began
 * under it can go on under it. Every version lies in memory, because the engine asks on each step; nodes learn of
 * each other's changes within `REFRESH_EVERY_MS` (directory-refresh.ts). Knows no HTTP and no kind by name.
 */
import type { Pool } from 'pg';
import type { NowSql } from '../store/now.js';
import { runStatement } from '../store/statement.js';
import type { Problem } from './checks.js';
import type { ConfigurationKind, ConfiguredNow } from './configuration-kind.js';
import { CONFIGURATION_KINDS, KIND_NAMES, type BodyOf, type KindName } from './configuration-kinds.js';
import type { StaffMember } from './staff.js';

export interface ConfigurationEntry<K extends KindName = KindName> {
  readonly kind: K;
  readonly key: string;
  /** 1, 2, … without a gap within kind and key. */
  readonly version: number;
  readonly body: BodyOf<K>;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly createdBy: string;
}

export type PutOutcome<K extends KindName> =
  | { readonly kind: 'stored'; readonly entry: ConfigurationEntry<K> }
  /** The newest version says the same already; no version was made. */
  | { readonly kind: 'unchanged'; readonly entry: ConfigurationEntry<K> }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] }
  /** The newest version is not the one that the change was based on; nothing was written. */
  | { readonly kind: 'stale' };

interface Row {
  kind: string;
  key: string;
  version: number;
  body: unknown;
  created_at: number;
  created_by: string;
}

/** Two administrators who save the same key at once: the later tries again; more than this is not a person. */
const PUT_TRIES_MAX = 5;
const UNIQUE_VIOLATION = '23505';

export class Configuration {
  /** `kind` → key → versions, ascending. */
  private entries = new Map<KindName, Map<string, ConfigurationEntry[]>>();
  private rowsLoaded = -1;
  private reloadsBegun = 0;
  private reloadApplied = 0;
  private changes = 0;

  /** @param now how the database's clock is read */
  constructor(
    private readonly pool: Pool,
    private readonly now: NowSql,
  ) {}

  /** Grows with every change that this node has seen: what is derived from configuration may be kept until then. */
  get generation(): number {
    return this.changes;
  }

  /** The newest version in force; null when the key does not exist. */
  newest<K extends KindName>(kind: K, key: string): ConfigurationEntry<K> | null {
    return (this.versions(kind, key).at(-1) as ConfigurationEntry<K> | undefined) ?? null;
  }

  /** One version for ever; null when there is no such version. */
  at<K extends KindName>(kind: K, key: string, version: number): ConfigurationEntry<K> | null {
    return (this.versions(kind, key)[version - 1] as ConfigurationEntry<K> | undefined) ?? null;
  }

  /** All versions of a key, ascending; empty when the key does not exist. */
  versions<K extends KindName>(kind: K, key: string): readonly ConfigurationEntry<K>[] {
    return (this.entries.get(kind)?.get(key) ??
      []) as readonly ConfigurationEntry[] as readonly ConfigurationEntry<K>[];
  }

  /** The newest version of every key of a kind, by key. */
  list<K extends KindName>(kind: K): readonly ConfigurationEntry<K>[] {
    const keys = [...(this.entries.get(kind)?.keys() ?? [])].sort();
    return keys.flatMap((key) => this.newest(kind, key) ?? []);
  }

  /**
   * Publishes a body. In force on this node when the promise is kept, on the others within seconds.
   * @param by who changes it, for the record
   * @param basedOn the version that the caller has changed; null: whatever is there
   * @returns `invalid` when key or body is refused; nothing was written then.
   */
  async put<K extends KindName>(
    kind: K,
    key: string,
    body: unknown,
    by: string,
    basedOn: number | null = null,
  ): Promise<PutOutcome<K>> {
    const checker = CONFIGURATION_KINDS[kind] as unknown as ConfigurationKind<BodyOf<K>>;
    if (!checker.keyPattern.test(key)) {
      const problem: Problem = {
        pointer: '/key',
        code: 'malformed',
        message: `Must be ${checker.keyShape}.`,
      };
      return { kind: 'invalid', problems: [problem] };
    }
    const { value, problems } = checker.check(key, body, await this.configuredNow());
    if (problems.length > 0) return { kind: 'invalid', problems };
    const stored = await this.insertVersion(kind, key, value, by, basedOn);
    await this.reload();
    const entry = this.newest(kind, key);
    if (basedOn !== null && !stored && entry?.version !== basedOn) return { kind: 'stale' };
    if (entry === null) throw new Error(`configuration ${kind}/${key} vanished after it was stored`);
    return { kind: stored ? 'stored' : 'unchanged', entry };
  }

  /** Writes version 1 of every default whose key the database does not hold, then loads everything. */
  async seedDefaults(): Promise<void> {
    for (const kind of KIND_NAMES) {
      for (const [key, body] of Object.entries(CONFIGURATION_KINDS[kind].defaults)) {
        await runStatement(this.pool, {
          text: `INSERT INTO configuration (kind, key, version, body, created_at, created_by)
                 VALUES ($1, $2, 1, $3::jsonb, ${this.now}, 'system') ON CONFLICT DO NOTHING`,
          values: [kind, key, JSON.stringify(body)],
        });
      }
    }
    await this.reload();
  }

  /** Learns what other nodes have published. Versions are only ever added, so their number tells of a change. */
  async refresh(): Promise<void> {
    const text = 'SELECT count(*)::int AS n FROM configuration';
    const [counted] = await runStatement<{ n: number }>(this.pool, { text, values: [] });
    if (counted?.n !== this.rowsLoaded) await this.reload();
  }

  /** What a body may refer to, as the database has it now: another node may have published a moment ago. */
  private async configuredNow(): Promise<ConfiguredNow> {
    await this.refresh();
    const text = `SELECT ${this.now}::timestamptz AS at`;
    const [row] = await runStatement<{ at: number }>(this.pool, { text, values: [] });
    const people = await runStatement<Pick<StaffMember, 'id' | 'role' | 'department' | 'active'>>(this.pool, {
      text: 'SELECT id, role, department, active FROM staff',
      values: [],
    });
    const bodies = <K extends KindName>(kind: K) =>
      new Map(this.list(kind).map(({ key, body }) => [key, body] as const));
    return {
      at: (row as { at: number }).at,
      departments: bodies('department'),
      calendars: bodies('calendar'),
      slaPolicies: bodies('slaPolicy'),
      staff: new Map(people.map((person) => [person.id, person] as const)),
    };
  }

  /** @returns false when the newest version already says the same, or is not the one that the change is based on. */
  private async insertVersion(
    kind: KindName,
    key: string,
    value: unknown,
    by: string,
    basedOn: number | null,
  ): Promise<boolean> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const inserted = await runStatement(this.pool, {
          text: `WITH newest AS (SELECT version, body FROM configuration
                           WHERE kind = $1 AND key = $2 ORDER BY version DESC LIMIT 1)
           INSERT INTO configuration (kind, key, version, body, created_at, created_by)
           SELECT $1, $2, coalesce((SELECT version FROM newest), 0) + 1, $3::jsonb, ${this.now}, $4
           WHERE NOT EXISTS (SELECT FROM newest WHERE body = $3::jsonb)
             AND ($5::int IS NULL OR $5 = coalesce((SELECT version FROM newest), 0)) RETURNING version`,
          values: [kind, key, JSON.stringify(value), by, basedOn],
        });
        return inserted.length === 1;
      } catch (error) {
        const raced = (error as { code?: unknown }).code === UNIQUE_VIOLATION;
        if (!raced || attempt === PUT_TRIES_MAX) throw error;
      }
    }
  }

  private async reload(): Promise<void> {
    this.reloadsBegun += 1;
    const reload = this.reloadsBegun;
    const text =
      'SELECT kind, key, version, body, created_at, created_by FROM configuration ORDER BY kind, key, version';
    const rows = await runStatement<Row>(this.pool, { text, values: [] });
    // An older answer that arrives late must not undo a newer one.
    if (reload < this.reloadApplied) return;
    this.reloadApplied = reload;
    if (rows.length === this.rowsLoaded) return;
    const loaded = new Map<KindName, Map<string, ConfigurationEntry[]>>();
    for (const row of rows) {
      // A kind that only a newer release knows is left alone.
      if (!(KIND_NAMES as readonly string[]).includes(row.kind)) continue;
      const kind = row.kind as KindName;
      const ofKind = loaded.get(kind) ?? new Map<string, ConfigurationEntry[]>();
      loaded.set(kind, ofKind);
      const versions = ofKind.get(row.key) ?? [];
      ofKind.set(row.key, versions);
      versions.push(toEntry(kind, row));
    }
    this.entries = loaded;
    this.rowsLoaded = rows.length;
    this.changes += 1;
  }
}

function toEntry(kind: KindName, row: Row): ConfigurationEntry {
  return {
    kind,
    key: row.key,
    version: row.version,
    body: row.body as ConfigurationEntry['body'],
    createdAt: row.created_at,
    createdBy: row.created_by,
  };
}
