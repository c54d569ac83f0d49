/**
 * Endpoints: which systems and chat rooms of the house are told of case events, and of which. Asked on every commit,
 * so all of it lies in memory (other nodes' changes: directory-refresh.ts), but the secrets, which stay in the
 * database. Sends nothing, and does not judge an address: whoever calls has.
 */
import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { uuidv7 } from 'uuidv7';
import type { JournalType } from '../domain/events.js';
import type { Locale } from '../domain/policies.js';
import type { EndpointKind, EndpointRow } from '../store/endpoint-rows.js';
import type { NowSql } from '../store/now.js';
import { inTransaction, runStatement, type Statement } from '../store/statement.js';

export interface Endpoint {
  readonly id: string;
  readonly name: string;
  readonly kind: EndpointKind;
  readonly url: string;
  /** Empty: all. */
  readonly events: readonly JournalType[];
  readonly locale: Locale;
  readonly active: boolean;
  /** Why it was switched off by itself; null while active, and when a person did it. */
  readonly disabledReason: string | null;
  readonly hasSecret: boolean;
  /** Until when the secret before the last rotation signs too; may have passed. */
  readonly previousSecretUntilAt: number | null;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What an administrator says about an endpoint. */
export type EndpointChange = Pick<Endpoint, 'name' | 'url' | 'events' | 'locale' | 'active'>;
export type NewEndpoint = Omit<EndpointChange, 'active'> & {
  readonly kind: EndpointKind;
  /** null: a chat robot that checks none. */
  readonly secret: string | null;
};

/** With the secret, which cannot be read again. */
export interface EndpointSecret {
  readonly endpoint: Endpoint;
  readonly secret: string | null;
}

/** What Standard Webhooks recommends at most half of; 256 bits are beyond guessing. */
const SECRET_BYTES = 32;

/** `whsec_` and base64, as Standard Webhooks has it. */
export function newWebhookSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
}

type Row = Omit<EndpointRow, 'secret' | 'previous_secret'> & { has_secret: boolean };

/** All but the secrets. */
const COLUMNS = `id, name, kind, url, events, locale, active, disabled_reason, secret IS NOT NULL AS has_secret,
  previous_secret_until_at, created_at, updated_at`;

const NONE: readonly string[] = [];

export class Endpoints {
  private byId: ReadonlyMap<string, Endpoint> = new Map();
  /** Filled as types are asked for. */
  private idsByType = new Map<string, readonly string[]>();
  private refreshesBegun = 0;
  private refreshApplied = 0;

  constructor(
    private readonly pool: Pool,
    private readonly now: NowSql,
  ) {}

  /** Ids of the active endpoints that are to hear of a journal entry of this type. No I/O: every commit asks. */
  endpointsFor(type: string): readonly string[] {
    if (this.byId.size === 0) return NONE;
    const known = this.idsByType.get(type);
    if (known !== undefined) return known;
    const ids = this.list()
      .filter(({ active, events }) => active && (events.length === 0 || events.includes(type as JournalType)))
      .map(({ id }) => id);
    this.idsByType.set(type, ids);
    return ids;
  }

  find(id: string): Endpoint | null {
    return this.byId.get(id) ?? null;
  }

  /** By id, so in the order of creation. */
  list(): readonly Endpoint[] {
    return [...this.byId.values()];
  }

  async create(endpoint: NewEndpoint): Promise<EndpointSecret> {
    const { name, kind, url, events, locale, secret } = endpoint;
    const [row] = await runStatement<Row>(this.pool, {
      text: `INSERT INTO endpoints (id, name, kind, url, events, locale, active, secret, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, true, $7, ${this.now}, ${this.now}) RETURNING ${COLUMNS}`,
      values: [uuidv7(), name, kind, url, events, locale, secret],
    });
    return this.shown(row, secret);
  }

  /**
   * Replaces what an administrator says about it. Switched off, it is owed nothing any more.
   * @returns null when there is none
   */
  async change(id: string, { name, url, events, locale, active }: EndpointChange): Promise<Endpoint | null> {
    const row = await inTransaction(this.pool, async (run) => {
      const [changed] = await run<Row>({
        text: `UPDATE endpoints SET name = $2, url = $3, events = $4, locale = $5, active = $6, disabled_reason = NULL,
          updated_at = ${this.now} WHERE id = $1 RETURNING ${COLUMNS}`,
        values: [id, name, url, events, locale, active],
      });
      if (changed && !active) await run(this.cancelStatement(id, 'endpoint-inactive'));
      return changed;
    });
    await this.refresh();
    return row ? toEndpoint(row) : null;
  }

  /** What is pending is cancelled; what was sent stays on record. @returns false when there is none */
  async remove(id: string): Promise<boolean> {
    const removed = await inTransaction(this.pool, async (run) => {
      const rows = await run({ text: 'DELETE FROM endpoints WHERE id = $1 RETURNING id', values: [id] });
      if (rows.length > 0) await run(this.cancelStatement(id, 'endpoint-deleted'));
      return rows.length > 0;
    });
    await this.refresh();
    return removed;
  }

  /**
   * @param secret the new one. @param keepMs how long the present one signs beside it; 0: not at all
   * @returns null when there is none
   */
  async rotate(id: string, secret: string, keepMs: number): Promise<EndpointSecret | null> {
    const [row] = await runStatement<Row>(this.pool, {
      text: `UPDATE endpoints SET secret = $2, updated_at = ${this.now},
          previous_secret = CASE WHEN $3::double precision > 0 THEN secret END,
          previous_secret_until_at = CASE WHEN $3 > 0 AND secret IS NOT NULL
            THEN ${this.now} + $3 * interval '1 ms' END
        WHERE id = $1 RETURNING ${COLUMNS}`,
      values: [id, secret, keepMs],
    });
    return row ? this.shown(row, secret) : null;
  }

  async refresh(): Promise<void> {
    this.refreshesBegun += 1;
    const refresh = this.refreshesBegun;
    const text = `SELECT ${COLUMNS} FROM endpoints ORDER BY id`;
    const rows = await runStatement<Row>(this.pool, { name: 'endpoints', text, values: [] });
    // An older answer that arrives late must not undo a newer one.
    if (refresh < this.refreshApplied) return;
    this.refreshApplied = refresh;
    this.byId = new Map(rows.map((row) => [row.id, toEndpoint(row)]));
    this.idsByType = new Map();
  }

  private async shown(row: Row | undefined, secret: string | null): Promise<EndpointSecret> {
    if (row === undefined) throw new Error('an endpoint was written and not returned');
    await this.refresh();
    return { endpoint: toEndpoint(row), secret };
  }

  private cancelStatement(id: string, reason: string): Statement {
    return {
      text: `UPDATE endpoint_deliveries SET status = 'cancelled', reason = $2, next_attempt_at = NULL,
          finished_at = ${this.now} WHERE endpoint_id = $1 AND status = 'pending'`,
      values: [id, reason],
    };
  }
}

function toEndpoint(row: Row): Endpoint {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    url: row.url,
    events: row.events as JournalType[],
    locale: row.locale,
    active: row.active,
    disabledReason: row.disabled_reason,
    hasSecret: row.has_secret,
    previousSecretUntilAt: row.previous_secret_until_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
