/**
 * What a node does besides answering: which parts run where, in which order they start, and that they stop in the
 * reverse order. One line per part; knows nothing of what they do.
 */
import type { INestApplicationContext, Type } from '@nestjs/common';
import { CaseChanges } from '../delivery/live/case-changes.js';
import { EndpointQueue } from '../delivery/endpoints/endpoint-queue.js';
import { DeliveryLoop } from '../delivery/outbound/delivery-loop.js';
import { OutboundChannels } from '../delivery/outbound/outbound-channels.js';
import { DirectoryRefresh } from '../directory/directory-refresh.js';
import { RetentionSweep } from '../directory/retention-sweep.js';
import { Principals } from '../identity/principals.js';
import { AnswerSweep } from '../engine/answer-sweep.js';
import { DueAnnouncer } from '../engine/due-announcer.js';
import { DueLoop } from '../engine/due-loop.js';
import { WakeChannel } from '../engine/wake-channel.js';
import { ImapInbox } from '../inbound/mail/imap-inbox.js';
import { SmtpInbox } from '../inbound/mail/smtp-inbox.js';
import type { Settings } from './settings.js';

/** Harmless to start twice; ends after the work under way. */
export interface BackgroundPart {
  start(): void | Promise<void>;
  stop(): void | Promise<void>;
}

interface Line {
  readonly part: Type<BackgroundPart>;
  /** Not on nodes that answer HTTP only. */
  readonly onWorkersOnly: boolean;
  /** A clock that is moved by hand fires as it moves: there is nothing to be in time for. */
  readonly whenTimeRuns: boolean;
}

const line = (part: Type<BackgroundPart>, rest: Partial<Omit<Line, 'part'>> = {}): Line => ({
  part,
  onWorkersOnly: false,
  whenTimeRuns: false,
  ...rest,
});

const PARTS: readonly Line[] = [
  line(DirectoryRefresh),
  line(CaseChanges),
  line(DueAnnouncer, { whenTimeRuns: true }),
  line(WakeChannel, { onWorkersOnly: true, whenTimeRuns: true }),
  line(AnswerSweep, { onWorkersOnly: true }),
  line(RetentionSweep, { onWorkersOnly: true }),
  line(OutboundChannels),
  line(EndpointQueue, { onWorkersOnly: true }),
  line(DeliveryLoop, { onWorkersOnly: true }),
  line(DueLoop, { onWorkersOnly: true }),
  line(SmtpInbox, { onWorkersOnly: true }),
  line(ImapInbox, { onWorkersOnly: true }),
];

function partsOf({ role, clock }: Settings): Line[] {
  return PARTS.filter(
    ({ onWorkersOnly, whenTimeRuns }) =>
      !(onWorkersOnly && role === 'api') && !(whenTimeRuns && clock === 'manual'),
  );
}

export async function startBackground(app: INestApplicationContext, settings: Settings): Promise<void> {
  for (const { part } of partsOf(settings)) await app.get(part).start();
}

export async function stopBackground(app: INestApplicationContext, settings: Settings): Promise<void> {
  for (const { part } of partsOf(settings).reverse()) await app.get(part).stop();
  await app.get(Principals).settle();
}
