/**
 * What an administrator asks of an endpoint, checked field by field before the directory keeps it: the address by the
 * guard of delivery, the types of events, and who may have a secret. Sends nothing.
 */
import { Injectable } from '@nestjs/common';
import { EndpointGuard } from '../../delivery/endpoints/endpoint-guard.js';
import {
  Endpoints,
  newWebhookSecret,
  type Endpoint,
  type EndpointSecret,
} from '../../directory/endpoints.js';
import type { JournalType } from '../../domain/events.js';
import type { Locale } from '../../domain/policies.js';
import type { EndpointKind } from '../../store/endpoint-rows.js';
import { isUuid } from '../input/uuid.js';
import { Problem, type FieldError } from '../problems/problem.js';
import {
  EVENT_TYPES_KNOWN,
  KEEP_SECONDS_DEFAULT,
  type ChangedEndpointDto,
  type NewEndpointDto,
  type RotationDto,
} from './endpoint.dto.js';

/** Where secrets come from: made here, brought from the chat system if its robot checks any, or none. */
const SECRETS: Readonly<Record<EndpointKind, 'made' | 'brought' | 'none'>> = {
  webhook: 'made',
  slack: 'none',
  feishu: 'brought',
  dingtalk: 'brought',
  wecom: 'none',
};

const LOCALE_DEFAULTS: Readonly<Record<EndpointKind, Locale>> = {
  webhook: 'en',
  slack: 'en',
  feishu: 'zh-CN',
  dingtalk: 'zh-CN',
  wecom: 'zh-CN',
};

@Injectable()
export class EndpointDesk {
  constructor(
    private readonly endpoints: Endpoints,
    private readonly guard: EndpointGuard,
  ) {}

  /** By id. Asked afresh: another node may have changed them a moment ago. */
  async list(): Promise<readonly Endpoint[]> {
    await this.endpoints.refresh();
    return this.endpoints.list();
  }

  /** @throws Problem 404 */
  async find(id: string): Promise<Endpoint> {
    if (!isUuid(id)) throw new Problem('not-found');
    await this.endpoints.refresh();
    return present(this.endpoints.find(id));
  }

  /** @throws Problem 422 */
  async create(asked: NewEndpointDto): Promise<EndpointSecret> {
    const { name, kind, url, robotSecret } = asked;
    const events = this.checked(asked, robotSecretErrors(SECRETS[kind], robotSecret));
    const secret = SECRETS[kind] === 'made' ? newWebhookSecret() : (robotSecret ?? null);
    const locale = asked.locale ?? LOCALE_DEFAULTS[kind];
    return this.endpoints.create({ name, kind, url, events, locale, secret });
  }

  /** @throws Problem 404, 422 */
  async change(id: string, asked: ChangedEndpointDto): Promise<Endpoint> {
    const { kind } = await this.find(id);
    const { name, url, active } = asked;
    const events = this.checked(asked, []);
    const locale = asked.locale ?? LOCALE_DEFAULTS[kind];
    return present(await this.endpoints.change(id, { name, url, events, locale, active }));
  }

  /** @throws Problem 404 */
  async remove(id: string): Promise<void> {
    if (!isUuid(id) || !(await this.endpoints.remove(id))) throw new Problem('not-found');
  }

  /** @throws Problem 404, 409 for a kind that signs nothing, 422 */
  async rotate(id: string, { keepPreviousSeconds, robotSecret }: RotationDto): Promise<EndpointSecret> {
    const { kind } = await this.find(id);
    const source = SECRETS[kind];
    if (source === 'none') throw new Problem('endpoint-without-secret');
    const errors = robotSecretErrors(source, robotSecret, true);
    if (errors.length > 0) throw new Problem('invalid-fields', { errors });
    // A chat system takes one signature, and its old secret ended when it showed the new one.
    const keepSeconds = source === 'made' ? (keepPreviousSeconds ?? KEEP_SECONDS_DEFAULT) : 0;
    const secret = source === 'made' ? newWebhookSecret() : String(robotSecret);
    return present(await this.endpoints.rotate(id, secret, keepSeconds * 1_000));
  }

  private checked({ url, events }: ChangedEndpointDto | NewEndpointDto, errors: FieldError[]): JournalType[] {
    const all = [...new Set(events ?? [])];
    const fault = this.guard.faultOf(url);
    if (fault !== null) {
      errors.push({ pointer: '/url', code: 'invalid-url', message: `The URL must ${fault}.` });
    }
    for (const [index, type] of (events ?? []).entries()) {
      if (EVENT_TYPES_KNOWN.includes(type)) continue;
      const message = 'There is no such type of event.';
      errors.push({ pointer: `/events/${index}`, code: 'invalid-choice', message });
    }
    if (errors.length > 0) throw new Problem('invalid-fields', { errors });
    return all as JournalType[];
  }
}

function present<T>(found: T | null): T {
  if (found === null) throw new Problem('not-found');
  return found;
}

function robotSecretErrors(
  source: 'made' | 'brought' | 'none',
  robotSecret: string | null | undefined,
  needed = false,
): FieldError[] {
  const pointer = '/robotSecret';
  const given = robotSecret !== undefined && robotSecret !== null;
  if (given && source !== 'brought') {
    return [{ pointer, code: 'unknown-field', message: 'This kind of endpoint takes none.' }];
  }
  if (!given && source === 'brought' && needed) {
    return [{ pointer, code: 'required', message: 'The chat system shows it.' }];
  }
  return [];
}
