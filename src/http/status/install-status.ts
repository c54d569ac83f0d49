/**
 * What holds for every address under which a customer's link stands, whatever answers there, errors of the parser and
 * the router included: the link leaves no trace in referrers, caches, search engines or frames (reliability.md §4).
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { installFormParser } from './form-body.js';

const HEADERS: Readonly<Record<string, string>> = {
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'x-robots-tag': 'noindex, nofollow',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  // No script, no frame, no foreign host: the page needs its style sheet, its icon and its own forms.
  'content-security-policy':
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
};

/** Call on the bare Fastify instance, after the parsers of the API were installed and before routes are. */
export function installStatus(fastify: FastifyInstance): void {
  installFormParser(fastify);
  // Last of all hooks before the bytes: nothing that sets a laxer default comes after it.
  fastify.addHook('onSend', async (request: FastifyRequest, reply: FastifyReply, payload) => {
    if (isByLink(request.url)) reply.headers(HEADERS);
    return payload;
  });
}

function isByLink(url: string): boolean {
  return url.startsWith('/s/') || url.startsWith('/api/v1/status/');
}
