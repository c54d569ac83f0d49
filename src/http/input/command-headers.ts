/**
 * The headers that make a command safe to repeat and safe against a lost update, and the fingerprint that tells
 * whether two requests ask for the same. Pure; the engine keeps the promises.
 */
import { hash } from 'node:crypto';
import { Problem } from '../problems/problem.js';

type Header = string | string[] | undefined;

/** A revision that no case has: an entity tag that is well-formed, yet none of ours. */
export const NO_REVISION = -1;

/**
 * @param header `Idempotency-Key`, bare or quoted.
 * @returns null when there is none.
 * @throws Problem 400
 */
export function idempotencyKeyOf(header: Header): string | null {
  if (header === undefined) return null;
  const text = String(header);
  const key = /^"(.*)"$/.exec(text)?.[1] ?? text;
  if (!/^[\x21-\x7e]{1,255}$/.test(key) || key.includes('"')) throw new Problem('invalid-idempotency-key');
  return key;
}

/**
 * @param header `If-Match`: one entity tag, or `*` for "whatever it is". A `W/` that a proxy put before our tag is
 *   ignored: the number alone identifies the revision.
 * @returns the revision that the client has seen; null when it does not care.
 * @throws Problem 400
 */
export function ifMatchOf(header: Header): number | null {
  if (header === undefined || header === '*') return null;
  const tag = /^(?:W\/)?"([\x21\x23-\x7e]*)"$/.exec(String(header))?.[1];
  if (tag === undefined) throw new Problem('invalid-if-match');
  return /^[1-9]\d{0,8}$/.test(tag) ? Number(tag) : NO_REVISION;
}

/** The entity tag of a case's revision. */
export function etagOf(revision: number): string {
  return `"${revision}"`;
}

/** @returns SHA-256 over method, path and body; the same for bodies that differ in order and spacing only. */
export function requestHash(method: string, path: string, body: unknown): string {
  return hash('sha256', `${method} ${path}\n${canonicalJson(body ?? {})}`, 'hex');
}

function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`;
}
