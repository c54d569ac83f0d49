/**
 * The two cookies of a browser: the session, and a sign-in that is under way. Over TLS both have the prefix that no
 * neighbouring site can set (`__Host-`); plain HTTP is for development, where browsers would refuse it. Reads and
 * writes; judges nothing.
 */
import { fastifyCookie } from '@fastify/cookie';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ATTEMPT_SECONDS } from '../../identity/sign-in.js';

const SESSION = 'session';
const ATTEMPT = 'sign-in';
/** More than both cookies; a longer header is none of ours, and is not worth reading. */
const HEADER_LENGTH_MAX = 8_192;

/** Teaches the server cookies. Read where somebody asks, not with every request: most bring a token. */
export async function installCookies(fastify: FastifyInstance): Promise<void> {
  await fastify.register(fastifyCookie, { hook: false });
}

export const sessionOf = (request: FastifyRequest, publicUrl: string): string | null =>
  read(request, SESSION, publicUrl);

export const attemptOf = (request: FastifyRequest, publicUrl: string): string | null =>
  read(request, ATTEMPT, publicUrl);

/** Until the browser is closed; how long it is worth anything is the server's to say. */
export function setSession(reply: FastifyReply, token: string, publicUrl: string): void {
  write(reply, SESSION, token, null, publicUrl);
}

export function setAttempt(reply: FastifyReply, sealed: string, publicUrl: string): void {
  write(reply, ATTEMPT, sealed, ATTEMPT_SECONDS, publicUrl);
}

export function dropSession(reply: FastifyReply, publicUrl: string): void {
  write(reply, SESSION, '', 0, publicUrl);
}

export function dropAttempt(reply: FastifyReply, publicUrl: string): void {
  write(reply, ATTEMPT, '', 0, publicUrl);
}

function read({ headers, server }: FastifyRequest, name: string, publicUrl: string): string | null {
  const { cookie } = headers;
  if (cookie === undefined || cookie.length > HEADER_LENGTH_MAX) return null;
  return server.parseCookie(cookie)[nameOf(name, publicUrl)] || null;
}

function write(
  reply: FastifyReply,
  name: string,
  value: string,
  maxAge: number | null,
  publicUrl: string,
): void {
  void reply.setCookie(nameOf(name, publicUrl), value, {
    path: '/',
    httpOnly: true,
    // Not `strict`: a link in a mail must find its reader signed in, and the issuer's answer its attempt.
    sameSite: 'lax',
    secure: isSecure(publicUrl),
    ...(maxAge === null ? {} : { maxAge }),
  });
}

const isSecure = (publicUrl: string): boolean => publicUrl.startsWith('https:');

const nameOf = (name: string, publicUrl: string): string => (isSecure(publicUrl) ? `__Host-${name}` : name);
