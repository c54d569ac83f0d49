/**
 * What an endpoint's answer means: it has the message, it wants none any more, or try again. Chat robots say "200" to
 * everything and put the truth into the body. Pure; when to try again is the schedule's to say.
 */
import type { EndpointKind } from '../../store/endpoint-rows.js';
import { parseRetryAfter } from '../outbound/retry-schedule.js';
import type { Posted } from './poster.js';

export type Verdict =
  | { readonly kind: 'delivered'; readonly code: string }
  /** 410: switch the endpoint off. */
  | { readonly kind: 'gone'; readonly code: string }
  /** `code`: the status, the robot's own code, or why there was no answer. */
  | { readonly kind: 'failed'; readonly code: string; readonly retryAfterMs: number | undefined };

const GONE = 410;

/** Where each robot puts its own code; 0 is success. Slack answers with the status alone. */
const ROBOT_CODES: Readonly<Partial<Record<EndpointKind, readonly string[]>>> = {
  // An older form of Feishu's answer has the second.
  feishu: ['code', 'StatusCode'],
  dingtalk: ['errcode'],
  wecom: ['errcode'],
};

/** @param wallMs the time of day: a date in `Retry-After` is one of the other side's clock */
export function verdictOn(kind: EndpointKind, posted: Posted, wallMs: number): Verdict {
  if (posted.kind === 'unanswered') return { kind: 'failed', code: posted.code, retryAfterMs: undefined };
  const { status, retryAfter, text } = posted;
  const retryAfterMs = parseRetryAfter(retryAfter, wallMs);
  if (status === GONE) return { kind: 'gone', code: String(status) };
  // A redirect is a failure too: who moved, says so to an administrator.
  if (status < 200 || status > 299) return { kind: 'failed', code: String(status), retryAfterMs };
  const names = ROBOT_CODES[kind];
  if (names === undefined) return { kind: 'delivered', code: String(status) };
  const code = robotCode(text, names);
  if (code === 0) return { kind: 'delivered', code: String(status) };
  return { kind: 'failed', code: code === null ? 'answer-not-understood' : `errcode:${code}`, retryAfterMs };
}

/** @returns null when the answer holds none. */
function robotCode(text: string, names: readonly string[]): number | null {
  try {
    const answer = JSON.parse(text) as Record<string, unknown> | null;
    const found = names.map((name) => answer?.[name]).find((value) => typeof value === 'number');
    return found ?? null;
  } catch {
    return null;
  }
}
