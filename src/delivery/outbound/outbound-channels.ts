/** The channels of this node, made once: what the engine writes for, what the queue sends by, what is closed last. */
import type { ChannelName } from '../../engine/intents.js';
import type { Channel } from './channel.js';

export class OutboundChannels {
  readonly names: readonly ChannelName[];

  /** @param all in the order in which a critical message to somebody who opted out of all would try them */
  constructor(readonly all: readonly Channel[]) {
    this.names = all.map(({ name }) => name);
  }

  /** Nothing to begin: a channel connects when it sends. */
  start(): void {}

  async stop(): Promise<void> {
    await Promise.all(this.all.map((channel) => channel.close()));
  }
}
