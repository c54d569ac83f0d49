/** What happened in a case, as clients see it: journal, ledger and conversation. Pure. */
import type { Actor } from '../../domain/actor.js';
import type { ConversationLine, JournalLine, LedgerLine } from '../../reports/case-history.js';
import { Out, OutChoice, OutInstant } from '../documents/out.decorator.js';
import { toInstantText } from '../input/instant.js';

const NULLABLE = { nullable: true } as const;

export class ActorDto {
  @Out(String, { example: 'member' }) kind: string;
  @Out(String) id: string;
  @Out(String, { required: false }) department?: string;
}

export class JournalRowDto {
  @Out('integer') seq: number;
  @Out(String, { example: 'case.escalated' }) type: string;
  @Out(String, NULLABLE) fromState: string | null;
  @Out(String) toState: string;
  @Out('integer') level: number;
  @Out(() => ActorDto) actor: Actor;
  @OutInstant() occurredAt: string;
  @OutInstant() recordedAt: string;
  @Out('object', { additionalProperties: true }) data: object;
  @Out(Boolean) customerVisible: boolean;
}

export class NoticeDto {
  @Out(String, { example: 'page' }) channel: string;
  @OutChoice(['pending', 'delivered', 'suppressed', 'failed', 'covered']) status: string;
  @OutInstant() at: string;
  @Out(String, { required: false }) reason?: string;
  @Out(String, { required: false, description: 'Key of the text that the customer reads.' }) message?: string;
  @Out('integer', { required: false, description: 'The later notice that says this too.' })
  coveredBy?: number;
  @Out('integer', { description: 'Tries so far; the status page needs none.' }) attempts: number;
  @Out(String, { required: false, description: 'What the channel calls the message that was sent.' })
  messageId?: string;
}

export class LedgerRowDto {
  @Out('integer') seq: number;
  @Out(String) type: string;
  @Out(String, { ...NULLABLE, description: 'Why the customer is not told of this.' }) silence: string | null;
  @Out(() => [NoticeDto]) covered: NoticeDto[];
}

export class MessageRowDto {
  @Out('integer') seq: number;
  @Out(String) type: string;
  @OutChoice(['in', 'out'], { description: '`in`: from the customer.' }) direction: string;
  @Out(String) text: string;
  @Out(String, NULLABLE) channel: string | null;
  @Out(() => ActorDto) actor: Actor;
  @OutInstant() at: string;
}

export function journalRow(line: JournalLine): JournalRowDto {
  return {
    ...line,
    occurredAt: toInstantText(line.occurredAt),
    recordedAt: toInstantText(line.recordedAt),
    data: withInstantTexts(line.data) as object,
  };
}

export function ledgerRow({ seq, type, silence, covered }: LedgerLine): LedgerRowDto {
  return {
    seq,
    type,
    silence,
    covered: covered.map(({ channel, status, at, reason, coveredBy, attempts, messageId, key }) => ({
      channel,
      status,
      at: toInstantText(at),
      ...(reason === null ? {} : { reason }),
      ...(coveredBy === null ? {} : { coveredBy }),
      attempts,
      ...(messageId === null ? {} : { messageId }),
      message: key,
    })),
  };
}

export function messageRow(line: ConversationLine): MessageRowDto {
  return { ...line, at: toInstantText(line.at) };
}

/** Inside, fields that end in `At` are epoch milliseconds; outside, instants are texts. */
function withInstantTexts(value: unknown, name = ''): unknown {
  if (typeof value === 'number') return name.endsWith('At') ? toInstantText(value) : value;
  if (Array.isArray(value)) return value.map((item) => withInstantTexts(item, name));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withInstantTexts(item, key)]));
}
