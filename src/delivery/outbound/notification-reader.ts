/**
 * Everything that decides about one message at the moment of sending, read fresh and in one round trip, shared by all
 * that are sent at the same time: case, customer (the record that goes on, where two were merged), what the message
 * says, and what is known of the address. Decides nothing.
 */
import type pg from 'pg';
import type { Instant } from '../../domain/actor.js';
import type { Priority, StatePath } from '../../domain/case.js';
import { Batcher } from '../../engine/batcher.js';
import type { ChannelName } from '../../engine/intents.js';
import type { NowSql } from '../../store/now.js';
import { runStatement } from '../../store/statement.js';
import type { VisibleUpdate } from '../render-update.js';
import type { Claim } from './notification-claims.js';
import type { QuietHours } from './quiet-hours.js';

export interface Preferences {
  readonly optOut?: readonly ChannelName[];
  readonly quietHours?: QuietHours | null;
}

export interface ReadCustomer {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly locale: string | null;
  readonly timeZone: string | null;
  readonly account: string | null;
  readonly preferences: Preferences;
}

export interface Reading {
  /** The database's clock. */
  readonly now: Instant;
  readonly number: string;
  readonly subject: string;
  readonly category: string;
  readonly priority: Priority;
  readonly reputationRisk: boolean;
  readonly linkGeneration: number;
  readonly nextUpdateDueAt: Instant | null;
  readonly state: StatePath;
  readonly department: string | null;
  readonly ownerId: string | null;
  /** null: no such customer. */
  readonly customer: ReadCustomer | null;
  /** Channels whose address of this customer must not be tried. */
  readonly barred: readonly ChannelName[];
  /** Messages to the address since midnight, UTC. */
  readonly sentToday: number;
  /** Ascending by `seq`, the carrier last. */
  readonly updates: readonly VisibleUpdate[];
  readonly earlierMessageIds: readonly string[];
}

interface Row extends Omit<Reading, 'customer'> {
  customer_id: string | null;
  customer: Omit<ReadCustomer, 'id'>;
}

/** A mail's references; more make its header long and its thread no clearer. */
const EARLIER_IDS_MAX = 20;
const BATCH_MAX = 64;
const BATCHES_IN_FLIGHT = 2;

/** How an address is looked up in `suppressions` and `sent_today`. */
export function addressKey(address: string): string {
  return address.trim().toLowerCase();
}

export class NotificationReader {
  private readonly batcher: Batcher<Claim, Reading>;

  constructor(
    private readonly pool: pg.Pool,
    private readonly now: NowSql,
  ) {
    this.batcher = new Batcher<Claim, Reading>({
      run: (claims) => this.ask(claims),
      keyOf: () => null,
      sizeMax: BATCH_MAX,
      inFlightMax: BATCHES_IN_FLIGHT,
    });
  }

  /** @throws DependencyUnavailable */
  read(claim: Claim): Promise<Reading> {
    return this.batcher.submit(claim);
  }

  private async ask(claims: readonly Claim[]): Promise<Reading[]> {
    const rows = await runStatement<Row>(this.pool, {
      name: `read-notifications-${this.now === 'now()' ? 'system' : 'manual'}`,
      text: readText(this.now),
      values: [
        claims.map(({ caseId }) => caseId),
        claims.map(({ seq }) => seq),
        claims.map(({ channel }) => channel),
        claims.length,
      ],
    });
    return rows.map(({ customer_id: id, customer, ...rest }) => ({
      ...rest,
      customer: id === null ? null : { id, ...customer },
    }));
  }
}

const trimmed = (column: string): string => `lower(btrim(${column}))`;

/** By primary keys only. Two LIMITs by parameter tell the planner to expect one row: see the engine's commit. */
function readText(now: NowSql): string {
  return `
    SELECT ${now} AS now, c.number, c.subject, c.category, c.priority,
      coalesce((c.context->>'reputationRisk')::boolean, false) AS "reputationRisk",
      coalesce((c.context->>'linkGeneration')::integer, 0) AS "linkGeneration",
      c.next_update_due_at AS "nextUpdateDueAt", c.state, c.department, c.owner_id AS "ownerId", u.id AS customer_id,
      jsonb_build_object('name', u.name, 'email', CASE WHEN u.erased_at IS NULL THEN u.email END,
        'phone', CASE WHEN u.erased_at IS NULL THEN u.phone END, 'locale', u.locale,
        'timeZone', u.time_zone, 'account', u.account, 'preferences', u.preferences) AS customer,
      ARRAY(SELECT s.channel FROM suppressions s
        WHERE (s.channel, s.address) IN (('email', ${trimmed('u.email')}), ('sms', ${trimmed('u.phone')}))) AS barred,
      coalesce((SELECT t.sent FROM sent_today t
        WHERE t.channel = k.channel AND t.day = (${now} AT TIME ZONE 'UTC')::date AND t.address_hash =
          sha256(convert_to(CASE k.channel WHEN 'email' THEN ${trimmed('u.email')} ELSE ${trimmed('u.phone')} END, 'UTF8'))
      ), 0) AS "sentToday",
      (SELECT jsonb_agg(jsonb_build_object('seq', n.seq, 'key', n.key, 'params', n.params,
            'at', floor(extract(epoch FROM j.occurred_at) * 1000)) ORDER BY n.seq)
        FROM notifications n JOIN journal j ON j.case_id = n.case_id AND j.seq = n.seq
        WHERE n.case_id = k.case_id AND n.channel = k.channel AND (n.seq = k.seq OR n.covered_by = k.seq)) AS updates,
      ARRAY(SELECT e.message_id FROM (
          SELECT seq, message_id FROM notifications
          WHERE case_id = k.case_id AND channel = k.channel AND seq < k.seq AND message_id IS NOT NULL
          ORDER BY seq DESC LIMIT ${EARLIER_IDS_MAX}) e ORDER BY e.seq) AS "earlierMessageIds"
    FROM (
      SELECT * FROM unnest($1::uuid[], $2::integer[], $3::text[])
        WITH ORDINALITY AS each(case_id, seq, channel, n)
      LIMIT $4) AS k
    LEFT JOIN cases c ON c.id = k.case_id
    LEFT JOIN customers first ON first.id = c.customer_id
    LEFT JOIN customers u ON u.id = coalesce(first.merged_into, first.id)
    ORDER BY k.n`;
}
