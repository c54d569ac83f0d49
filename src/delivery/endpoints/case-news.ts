/**
 * What an endpoint is told of one journal entry: facts that say what happened and where to look, and no word that a
 * person wrote, no name and no address. Whoever needs more asks the API, which knows who may read what.
 */
import type { ActorKind, Instant } from '../../domain/actor.js';
import type { Level, Priority, StatePath } from '../../domain/case.js';
import type { JournalType } from '../../domain/events.js';

export interface CaseNews {
  readonly caseId: string;
  readonly number: string;
  readonly seq: number;
  readonly type: JournalType;
  /** Of the consult, promise, compensation, … of this case that the entry is about; null for most. */
  readonly n: number | null;
  /** As the entry left them. */
  readonly fromState: StatePath | null;
  readonly state: StatePath;
  readonly level: Level;
  readonly customerVisible: boolean;
  readonly occurredAt: Instant;
  readonly actorKind: ActorKind;
  /** Of the case when the message is sent: newer than the entry where the case has moved on. */
  readonly revision: number;
  readonly department: string | null;
  readonly priority: Priority;
}

/** What a try-out sends instead. */
export const PING = 'test.ping';

/** Body of a Standard Webhook. */
export function webhookBody(news: CaseNews): string {
  const { type, occurredAt, ...data } = news;
  const at = new Date(occurredAt).toISOString();
  return JSON.stringify({ type, timestamp: at, data: { ...data, occurredAt: at } });
}

/** @param at the present. */
export function pingBody(endpointId: string, at: Instant): string {
  return JSON.stringify({ type: PING, timestamp: new Date(at).toISOString(), data: { endpointId } });
}
