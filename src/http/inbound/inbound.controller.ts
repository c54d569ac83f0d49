/**
 * Messages that other systems hand over: raw mails by a trusted service, and messages of other channels by whoever holds
 * the secret for signing them. An answer says what became of the message; the same message gets the same answer.
 */
import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Needs, Public } from '../auth/access.decorator.js';
import { parseInstant } from '../input/instant.js';
import { validateBody } from '../input/validate-input.js';
import { Problem } from '../problems/problem.js';
import { type ChannelMessage, InboundDesk, type InboundReceipt } from './inbound-desk.js';
import { ChannelMessageDto, InboundReceiptDto, type SenderDto } from './inbound.dto.js';
import { rawBodyOf } from './raw-body.js';

const MAIL_BYTES_MAX = 25 * 1024 * 1024;
const MAIL_LIMIT = 'A mail has at most 25 MiB.';

const UNREADABLE = {
  detail: 'This is no mail that can be read within our bounds.',
  errors: [{ pointer: '', code: 'unreadable', message: 'This is no mail that can be read.' }],
} as const;

@ApiTags('Inbound')
@Controller('api/v1/inbound')
export class InboundController {
  constructor(private readonly desk: InboundDesk) {}

  @Post('email')
  @Needs('inbound.submit')
  @HttpCode(200)
  @ApiOperation({ summary: 'Hand over a mail as it was received', operationId: 'takeMail' })
  @ApiConsumes('message/rfc822')
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @ApiResponse({ status: 200, type: InboundReceiptDto, description: 'What became of it.' })
  async email(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const receipt = await this.desk.takeMail(await rawBodyOf(request, MAIL_BYTES_MAX, MAIL_LIMIT));
    if (!receipt) throw new Problem('invalid-fields', UNREADABLE);
    answer(reply, receipt);
  }

  @Post('messages')
  @Public()
  @HttpCode(200)
  @ApiOperation({ summary: 'Hand over a message of another channel, signed', operationId: 'takeMessage' })
  @ApiHeader({
    name: 'webhook-id',
    required: true,
    description: 'The sender’s id of the message: the same one is taken once.',
  })
  @ApiHeader({
    name: 'webhook-timestamp',
    required: true,
    description: 'Unix seconds, at most 5 minutes off.',
  })
  @ApiHeader({ name: 'webhook-signature', required: true, description: 'Standard Webhooks, `v1,…`.' })
  @ApiBody({ type: ChannelMessageDto })
  @ApiResponse({ status: 200, type: InboundReceiptDto, description: 'What became of it.' })
  @ApiResponse({ status: 401, description: 'The signature is missing, wrong or too old.' })
  async message(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const message = channelMessage(validateBody(ChannelMessageDto, request.body));
    answer(reply, await this.desk.takeMessage(message));
  }
}

function answer(reply: FastifyReply, { duplicate, ...receipt }: InboundReceipt): void {
  void reply.headers(duplicate ? { 'idempotent-replayed': 'true' } : {}).send(receipt);
}

function channelMessage(body: ChannelMessageDto): ChannelMessage {
  const { channel, messageId, from, caseNumber, subject, text, sentAt, automatic, attachments } = body;
  if (!text && !(attachments && attachments.length > 0)) {
    throw invalid('/text', 'Give `text`, or `attachments`.');
  }
  if (channel === 'email') throw invalid('/channel', 'Mails are handed over as they are.');
  return {
    channel,
    messageId,
    from: senderOf(from),
    caseNumber: caseNumber ?? null,
    subject: subject ?? '',
    text: text ?? '',
    sentAt: sentAt ? parseInstant(sentAt) : null,
    automatic: automatic ?? false,
    files: (attachments ?? []).map(({ name, contentBase64 }) => ({
      name,
      bytes: Buffer.from(contentBase64, 'base64'),
    })),
  };
}

/** The id of the sender's own system says most; an address may be shared. */
function senderOf({ externalId, name, email, phone }: SenderDto): ChannelMessage['from'] {
  const known = externalId
    ? ({ by: 'externalId', address: externalId } as const)
    : email
      ? ({ by: 'email', address: email.toLowerCase() } as const)
      : phone
        ? ({ by: 'phone', address: phone } as const)
        : null;
  if (!known) throw invalid('/from', 'Give `externalId`, `email` or `phone`.');
  return { ...known, name: name ?? known.address, email: email ?? null, phone: phone ?? null };
}

function invalid(pointer: string, message: string): Problem {
  return new Problem('invalid-fields', { errors: [{ pointer, code: 'required', message }] });
}
