/**
 * The request that tells one endpoint of something, in the form of its kind, with proof of who sends it. Pure but for
 * the time of day, which is handed in. Sends nothing.
 */
import type { EndpointRow } from '../../store/endpoint-rows.js';
import { pingBody, webhookBody, type CaseNews } from './case-news.js';
import type { Post } from './poster.js';
import { robotPost, type RobotMessage } from './robot-forms.js';
import { newsMessage, pingMessage, type RobotNames } from './robot-message.js';
import { webhookHeaders, webhookId } from './standard-webhook.js';

export interface EndpointTarget extends Pick<EndpointRow, 'id' | 'name' | 'kind' | 'url' | 'locale'> {
  /** Those that are valid now, newest first. */
  readonly secrets: readonly string[];
}

/** @param wallMs time of day in epoch ms: receivers refuse what is signed for another hour */
export function newsPost(target: EndpointTarget, news: CaseNews, names: RobotNames, wallMs: number): Post {
  const { id, locale } = target;
  return target.kind === 'webhook'
    ? webhookPost(target, webhookId(news.caseId, news.seq, id), webhookBody(news), wallMs)
    : ofRobot(target, target.kind, newsMessage(news, locale, names), wallMs);
}

/** @param pingId tells this try-out from others. */
export function pingPost(target: EndpointTarget, pingId: string, wallMs: number): Post {
  const { id, name, locale } = target;
  return target.kind === 'webhook'
    ? webhookPost(target, `msg_${pingId}`, pingBody(id, wallMs), wallMs)
    : ofRobot(target, target.kind, pingMessage(name, locale), wallMs);
}

function webhookPost(
  { url, secrets }: EndpointTarget,
  messageId: string,
  body: string,
  wallMs: number,
): Post {
  return { url, headers: webhookHeaders(messageId, body, secrets, wallMs), body };
}

function ofRobot(
  { url, secrets }: EndpointTarget,
  kind: Parameters<typeof robotPost>[0],
  message: RobotMessage,
  wallMs: number,
): Post {
  return robotPost(kind, message, { url, secret: secrets[0] ?? null, wallMs });
}
