/**
 * An endpoint as its table holds it, for the rooms that read it: the directory, which keeps it, and delivery, which
 * sends to it. Knows no statement and no rule.
 */
import type { Locale } from '../domain/policies.js';

/** `webhook`: Standard Webhooks. The others: group robots of chat systems, each with a form of its own. */
export const ENDPOINT_KINDS = ['webhook', 'slack', 'feishu', 'dingtalk', 'wecom'] as const;
export type EndpointKind = (typeof ENDPOINT_KINDS)[number];

/** As a pool of ours reads it: instants in epoch ms. */
export interface EndpointRow {
  id: string;
  name: string;
  kind: EndpointKind;
  url: string;
  /** Journal types; empty: all. */
  events: string[];
  /** Of the lines that a chat robot says. */
  locale: Locale;
  active: boolean;
  disabled_reason: string | null;
  /** null: a chat robot that checks none. */
  secret: string | null;
  previous_secret: string | null;
  previous_secret_until_at: number | null;
  created_at: number;
  updated_at: number;
}

/** Secrets that sign at `now`, newest first: after a rotation both the new and the old one. */
export function secretsAt(row: EndpointSecrets, now: number): string[] {
  const { secret, previous_secret: previous, previous_secret_until_at: untilAt } = row;
  const old = previous !== null && untilAt !== null && now < untilAt ? [previous] : [];
  return [...(secret === null ? [] : [secret]), ...old];
}

export type EndpointSecrets = Pick<EndpointRow, 'secret' | 'previous_secret' | 'previous_secret_until_at'>;
