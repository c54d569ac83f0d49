/**
 * Reads a file off a request and has it checked; says no in HTTP's words. Shared by those who come with a token and
 * those who come by a link.
 */
import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { rawBodyOf } from '../inbound/raw-body.js';
import { validateQuery } from '../input/validate-input.js';
import { Problem } from '../problems/problem.js';
import { AttachmentQueryDto } from './attachments.dto.js';
import type { AcceptedFile, CaseFiles, FileRefused } from './case-files.js';

export const FILE_BYTES_MAX = 10 * 1024 * 1024;
const FILE_LIMIT = 'An attachment has at most 10 MiB.';

/** @throws Problem 400, 413, 415 or 422 for what is not taken. */
export async function acceptedFile(
  request: FastifyRequest,
  caseId: string,
  files: CaseFiles,
  query = AttachmentQueryDto,
): Promise<AcceptedFile> {
  const { name = null } = validateQuery(query, request.query);
  const bytes = await rawBodyOf(request, FILE_BYTES_MAX, FILE_LIMIT);
  const mediaType = (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() || null;
  const found = await files.inspect(caseId, { name, bytes, mediaType });
  if ('reason' in found) throw refused(found);
  // From here on the body stands for what was sent: an idempotency key is bound to it.
  request.body = { name: found.name, sha256: createHash('sha256').update(found.bytes).digest('hex') };
  return found;
}

function refused({ reason, text }: FileRefused): Problem {
  const detail = `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
  if (reason === 'too-large') return new Problem('body-too-large', { detail: FILE_LIMIT });
  if (reason.startsWith('type-')) return new Problem('unsupported-media-type', { detail });
  return new Problem('invalid-fields', { detail, errors: [{ pointer: '', code: reason, message: detail }] });
}
