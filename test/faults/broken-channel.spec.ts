// A channel whose code breaks its promise not to throw (reliability.md A12): the process lives, the message is tried
// again and arrives, and its neighbours never notice. An error that nobody awaits ends the process, on purpose (run.ts).
import { afterEach, describe, expect, it } from '@jest/globals';
import { EventEmitter, once } from 'node:events';
import type { Outgoing, SendResult } from '../../src/delivery/outbound/channel.js';
import {
  DELIVERED,
  fates,
  ScriptedChannel,
  startSendingHouse,
  type SendingHouse,
} from '../delivery/outbound/sending-house.js';
import { HOUR } from '../support/engine.js';

/** Breaks as it is told, for one address, once. */
class BreakingChannel extends ScriptedChannel {
  broken = 0;

  constructor(private readonly breaks: () => Promise<SendResult>) {
    super('email');
  }

  override send(message: Outgoing, address: string, signal: AbortSignal): Promise<SendResult> {
    if (!address.startsWith('poison') || this.broken > 0) return super.send(message, address, signal);
    this.broken += 1;
    return this.breaks();
  }
}

async function heard(emitting: (emitter: EventEmitter) => void): Promise<SendResult> {
  const emitter = new EventEmitter();
  queueMicrotask(() => emitting(emitter));
  await once(emitter, 'sent');
  return DELIVERED;
}

let house: SendingHouse;
afterEach(() => house?.close());

describe('a channel that breaks', () => {
  it.each<[string, () => Promise<SendResult>]>([
    [
      'by throwing before it begins',
      () => {
        throw new TypeError('no such field');
      },
    ],
    ['by a promise that is rejected', () => Promise.reject(new Error('socket hang up'))],
    ['by a rejection without a reason', () => Promise.reject(undefined)],
    ['by a rejection that is no error', () => Promise.reject('EPIPE')],
    ['by an event that it waits for', () => heard((it) => it.emit('error', new Error('ECONNRESET')))],
    [
      'by an event that nobody hears',
      async () => {
        new EventEmitter().emit('error', new Error('ETIMEDOUT'));
        return DELIVERED;
      },
    ],
    ['by an answer that is none', async () => ({ kind: 'whatever' }) as unknown as SendResult],
    ['by no answer at all', async () => undefined as unknown as SendResult],
  ])('%s sends again later, and harms no other message', async (_how, breaks) => {
    const channel = new BreakingChannel(breaks);
    house = await startSendingHouse({ channels: [channel] });
    const poison = await house.open(await house.customer({ email: 'poison@example.test' }));
    const good = await house.open(await house.customer());
    await house.after(HOUR);
    expect(channel.broken).toBe(1);
    expect(fates(await house.notices(good.id))).toEqual(['1 delivered']);
    expect(await house.attempts(good.id)).toHaveLength(1);
    expect(fates(await house.notices(poison.id))).toEqual(['1 delivered']);
    expect((await house.attempts(poison.id)).map(({ result }) => result)).toEqual(['broken', 'delivered']);
  });
});
