/** Endpoints as clients send and see them. Which addresses may be named is for the guard of delivery to say. */
import type { Endpoint, EndpointSecret } from '../../directory/endpoints.js';
import { CASE_ERASED, JOURNAL_TYPES } from '../../domain/events.js';
import { LOCALES, type Locale } from '../../domain/policies.js';
import { ENDPOINT_KINDS, type EndpointKind } from '../../store/endpoint-rows.js';
import { Out, OutChoice, OutChoices, OutInstant, OutUuid } from '../documents/out.decorator.js';
import { Choice, Flag, KEY_MAX, Line, LINE_MAX, Texts, Whole } from '../input/fields.decorator.js';
import { toInstantText } from '../input/instant.js';

/** Every type that a journal entry may have, and so an endpoint may ask for. */
export const EVENT_TYPES_KNOWN: readonly string[] = [
  ...new Set<string>([...Object.values(JOURNAL_TYPES), CASE_ERASED]),
].sort();

const URL_ABOUT =
  'Where messages go: https, port 443 or 8443, a public host, no credentials, no fragment. For a chat robot, the address that its chat system shows.';
const URL_EXAMPLE = 'https://hooks.example.com/cases';
const EVENTS_ABOUT = 'Types of journal entries; empty or absent: all.';
const LOCALE_ABOUT =
  'Language of a chat robot. Default: `en` for webhooks and Slack, `zh-CN` for the other chat systems.';

/** No shorter bound than the longest address that is taken. */
const URL_MAX = 2_048;
/** DingTalk's begins with `SEC` and has 67 characters. */
const ROBOT_SECRET_MAX = 200;

/** How long the old secret may go on signing after a rotation: a week, in seconds. */
export const KEEP_SECONDS_MAX = 604_800;
export const KEEP_SECONDS_DEFAULT = 86_400;

export class NewEndpointDto {
  @Line(LINE_MAX, { example: 'Warehouse system' }) name: string;
  @Choice(ENDPOINT_KINDS, { about: '`webhook`: Standard Webhooks. The others: a group robot of that chat.' })
  kind: EndpointKind;
  @Line(URL_MAX, { about: URL_ABOUT, example: URL_EXAMPLE }) url: string;
  @Texts(KEY_MAX, { optional: true, about: EVENTS_ABOUT, example: ['case.escalated', 'case.breached'] })
  events?: string[] | null;
  @Choice(LOCALES, { optional: true, about: LOCALE_ABOUT }) locale?: Locale | null;
  @Line(ROBOT_SECRET_MAX, { optional: true, about: 'Of a Feishu or DingTalk robot that checks signatures.' })
  robotSecret?: string | null;
}

export class ChangedEndpointDto {
  @Line(LINE_MAX, { example: 'Warehouse system' }) name: string;
  @Line(URL_MAX, { about: URL_ABOUT, example: URL_EXAMPLE }) url: string;
  @Texts(KEY_MAX, { optional: true, about: EVENTS_ABOUT }) events?: string[] | null;
  @Choice(LOCALES, { optional: true, about: LOCALE_ABOUT }) locale?: Locale | null;
  @Flag({ about: 'Off: nothing more is sent, and what was pending is cancelled.' }) active: boolean;
}

export class RotationDto {
  @Whole(0, KEEP_SECONDS_MAX, {
    optional: true,
    about: `For how long the present secret goes on signing beside the new one; default ${KEEP_SECONDS_DEFAULT}. 0: not at all, for a secret that has leaked.`,
  })
  keepPreviousSeconds?: number | null;
  @Line(ROBOT_SECRET_MAX, {
    optional: true,
    about: 'The new one of a Feishu or DingTalk robot; needed there.',
  })
  robotSecret?: string | null;
}

export class EndpointDto {
  @OutUuid() id: string;
  @Out(String) name: string;
  @OutChoice(ENDPOINT_KINDS) kind: string;
  @Out(String) url: string;
  @OutChoices(EVENT_TYPES_KNOWN, { description: 'Empty: all.' }) events: readonly string[];
  @OutChoice(LOCALES) locale: string;
  @Out(Boolean) active: boolean;
  @Out(String, { nullable: true, description: '`gone`: it answered 410.' }) disabledReason: string | null;
  @Out(Boolean) hasSecret: boolean;
  @OutInstant({ nullable: true, description: 'Until when the secret before the last rotation signs too.' })
  previousSecretUntilAt: string | null;
  @OutInstant() createdAt: string;
  @OutInstant() updatedAt: string;
}

export class EndpointSecretDto extends EndpointDto {
  @Out(String, { nullable: true, description: 'Shown this once. Null for chat robots.', example: 'whsec_…' })
  secret: string | null;
}

export class TryOutDto {
  @Out(Boolean) delivered: boolean;
  @Out(String, { description: 'As in the log: the status, a robot’s own code, or why there was no answer.' })
  code: string;
  @Out('integer', { nullable: true, description: 'HTTP status; null: there was no answer.' })
  status: number | null;
  @Out('integer') latencyMs: number;
  @Out(String, { description: 'What came back, at most 64 KiB, or what went wrong.' }) answer: string;
}

export function endpointResource(endpoint: Endpoint): EndpointDto {
  const { previousSecretUntilAt, createdAt, updatedAt, ...rest } = endpoint;
  return {
    ...rest,
    previousSecretUntilAt: toInstantText(previousSecretUntilAt),
    createdAt: toInstantText(createdAt),
    updatedAt: toInstantText(updatedAt),
  };
}

/** What a person brought from elsewhere is not shown again. */
export function endpointSecretResource({ endpoint, secret }: EndpointSecret): EndpointSecretDto {
  return Object.assign(endpointResource(endpoint), { secret: endpoint.kind === 'webhook' ? secret : null });
}
