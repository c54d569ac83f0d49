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
  // No script, no frame, no foreign host: a page needs its style sheet, its icon and its own forms.
  'content-security-policy': policyWith(),
};

/** Of the one page that brings a script: from our own origin, and it asks nobody else. */
export const LIVE_PAGE_POLICY = policyWith("script-src 'self'", "connect-src 'self'");

/** Call on the bare Fastify instance, after the parsers of the API were installed and before routes are. */
export function installStatus(fastify: FastifyInstance): void {
  installFormParser(fastify);
  // Last of all hooks before the bytes: nothing that sets a laxer default comes after it.
  fastify.addHook('onSend', async (request: FastifyRequest, reply: FastifyReply, payload) => {
    if (!isByLink(request.url)) return payload;
    const isLive = reply.getHeader('content-security-policy') === LIVE_PAGE_POLICY;
    reply.headers(HEADERS);
    if (isLive) reply.header('content-security-policy', LIVE_PAGE_POLICY);
    return payload;
  });
}

function policyWith(...more: readonly string[]): string {
  return [
    "default-src 'none'",
    ...more,
    "style-src 'self'",
    "img-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function isByLink(url: string): boolean {
  return url.startsWith('/s/') || url.startsWith('/api/v1/status/');
}
