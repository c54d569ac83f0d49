/**
 * What must happen before a route of this folder is reached: which bodies are read there, how large they may be, and
 * that a signed webhook is checked over the very bytes that came, before anything is made of them.
 */
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '../problems/problem.js';
import type { InboundSignature } from './inbound-desk.js';
import { bytesOf, installRawBodies } from './raw-body.js';

const MESSAGES_URL = '/api/v1/inbound/messages';
const EMAIL_URL = '/api/v1/inbound/email';
const CASE_FILES_URL = '/api/v1/cases/:id/attachments';
const LINK_FILES_URL = '/api/v1/status/:token/attachments';

/** A message with a few pictures. Larger files come by mail, or are put into the case. */
const MESSAGE_BYTES_MAX = 4 * 1024 * 1024;
const MESSAGE_LIMIT = 'A message has at most 4 MiB.';
export const FILE_TYPES: readonly string[] = [
  'application/octet-stream',
  'application/pdf',
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/heic',
  'text/plain',
  'text/csv',
];

/** Call on the bare Fastify instance, after the parsers of the API were installed and before routes are. */
export function installInbound(fastify: FastifyInstance, signature: InboundSignature): void {
  installRawBodies(fastify, {
    [EMAIL_URL]: ['message/rfc822'],
    [CASE_FILES_URL]: FILE_TYPES,
    [LINK_FILES_URL]: FILE_TYPES,
  });
  fastify.addHook('onRoute', (route) => {
    if (route.url === MESSAGES_URL) route.bodyLimit = MESSAGE_BYTES_MAX;
  });
  fastify.addHook('preParsing', async (request: FastifyRequest, _reply, payload) => {
    if (request.routeOptions.url !== MESSAGES_URL) return payload;
    const body = await bytesOf(payload as Readable, request, MESSAGE_BYTES_MAX, MESSAGE_LIMIT);
    if (!signature.holds(request.headers, body, Date.now())) throw new Problem('unauthenticated', UNSIGNED);
    return Readable.from([body], { objectMode: false });
  });
}

const UNSIGNED = {
  detail: 'The message must be signed as Standard Webhooks are, with the secret that we share.',
} as const;
