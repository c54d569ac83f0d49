/**
 * What came in and what became of each message, by its id: so that a second arrival changes nothing, and nobody is
 * flooded. The effect itself is the engine's; a message whose effect was written but whose line here was not (a crash
 * lay between) is found by the id that the engine wrote with the effect.
 */
import { createHash } from 'node:crypto';
import type pg from 'pg';
import { erasedKey } from '../store/erased-key.js';
import type { NowSql } from '../store/now.js';
import { runStatement } from '../store/statement.js';
import type { InboundMessage, InboundOutcome, Receipt, Sender } from './inbound-message.js';

/** A person who has that much to say in an hour is a program, or should be called. */
export const MESSAGES_PER_HOUR_MAX = 10;
/** Ids become keys: of visible signs, and short enough for an index. */
const PLAIN_ID = /^[\x21-\x7e]{1,200}$/;

export type Known =
  | { readonly kind: 'handled'; readonly receipt: Receipt }
  /** Written in the case already; the rest of the work may be missing. */
  | { readonly kind: 'written'; readonly caseId: string; readonly isOpening: boolean }
  | { readonly kind: 'new' };

export class InboundLedger {
  constructor(
    private readonly pool: pg.Pool,
    private readonly now: NowSql,
  ) {}

  async look(id: string): Promise<Known> {
    const [row] = await runStatement<{
      outcome: InboundOutcome | null;
      case_id: string | null;
      reason: string | null;
      written_in: string | null;
      seq: number | null;
    }>(this.pool, {
      name: 'inbound-look',
      text: `SELECT i.outcome, i.case_id, i.reason, m.case_id AS written_in, m.seq
       FROM (SELECT ARRAY[$1, $2]::text[] AS ids) asked
       LEFT JOIN inbound_messages i ON i.message_id = ANY(asked.ids)
       LEFT JOIN LATERAL (
         SELECT case_id, seq FROM customer_messages WHERE message_id = ANY(asked.ids) LIMIT 1) m ON true`,
      // Whoever was forgotten does not come back with an old message.
      values: [id, erasedKey(id)],
    });
    if (row?.outcome) {
      const { outcome, case_id: caseId, reason } = row;
      return { kind: 'handled', receipt: { outcome, caseId, reason, duplicate: true } };
    }
    if (row?.written_in) return { kind: 'written', caseId: row.written_in, isOpening: row.seq === 1 };
    return { kind: 'new' };
  }

  /** @returns the receipt that counts: the first one that was written. */
  async write(id: string, { channel, from }: InboundMessage, receipt: Receipt): Promise<Receipt> {
    const rows = await runStatement(this.pool, {
      name: `inbound-write-${this.now === 'now()' ? 'system' : 'manual'}`,
      text: `INSERT INTO inbound_messages (message_id, channel, case_id, outcome, reason, sender, received_at)
       VALUES ($1, $2, $3, $4, $5, $6, ${this.now}) ON CONFLICT DO NOTHING RETURNING message_id`,
      values: [id, channel, receipt.caseId, receipt.outcome, receipt.reason, senderHash(channel, from)],
    });
    if (rows.length === 1) return receipt;
    const known = await this.look(id);
    return known.kind === 'handled' ? known.receipt : receipt;
  }

  /** Whether this sender has had their hour's worth. */
  async isFloodedBy(channel: string, from: Sender): Promise<boolean> {
    const rows = await runStatement(this.pool, {
      name: `inbound-flood-${this.now === 'now()' ? 'system' : 'manual'}`,
      text: `SELECT 1 FROM inbound_messages WHERE sender = $1 AND received_at > ${this.now} - interval '1 hour'
       LIMIT ${MESSAGES_PER_HOUR_MAX}`,
      values: [senderHash(channel, from)],
    });
    return rows.length === MESSAGES_PER_HOUR_MAX;
  }

  /** The address is suppressed until somebody lifts it: what bounces once for good bounces again. */
  async suppress(channel: string, address: string, reason: string): Promise<void> {
    await runStatement(this.pool, {
      text: `INSERT INTO suppressions (channel, address, reason, created_at) VALUES ($1, $2, $3, ${this.now})
       ON CONFLICT DO NOTHING`,
      values: [channel, address, reason],
    });
  }
}

/** A message's id over all channels: the same for every arrival, whoever brought it. */
export function ledgerId({ channel, messageId }: Pick<InboundMessage, 'channel' | 'messageId'>): string {
  const whole = channel === 'email' ? messageId : `${channel}:${messageId}`;
  return PLAIN_ID.test(whole) ? whole : `sha256:${createHash('sha256').update(whole).digest('hex')}`;
}

function senderHash(channel: string, { address }: Sender): string {
  return createHash('sha256').update(`${channel}\0${address}`).digest('hex');
}
