/**
 * What recurs in the OpenAPI document: headers of commands, parameters, and answers. Documentation only; checks are
 * made where the values are read.
 */
import { applyDecorators, type Type } from '@nestjs/common';
import {
  ApiHeader,
  ApiParam,
  ApiResponse,
  getSchemaPath,
  ApiExtraModels,
  type ApiResponseOptions,
} from '@nestjs/swagger';
import { CaseDto } from '../cases/case.dto.js';
import { PROBLEM_TYPES, type ProblemCode } from '../problems/problem-types.js';

export const CaseIdParam = () =>
  ApiParam({ name: 'id', description: 'Id of the case.', schema: { type: 'string', format: 'uuid' } });

export const IfMatch = () =>
  ApiHeader({
    name: 'If-Match',
    required: false,
    description: 'The ETag as you saw it; 412 when it has changed since.',
    schema: { type: 'string', example: '"3"' },
  });

export const IdempotencyKey = () =>
  ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description:
      '1 to 255 visible ASCII characters. The same key and body get the same answer and one effect, for at least 24 hours.',
    schema: { type: 'string', maxLength: 257 },
  });

export const CommandHeaders = () => applyDecorators(IdempotencyKey(), IfMatch());

/** What a read answers beside its body. */
export const ETAG: ApiResponseOptions['headers'] = {
  ETag: { description: 'The revision, quoted.', schema: { type: 'string', example: '"4"' } },
};

const CASE_HEADERS: ApiResponseOptions['headers'] = {
  ...ETAG,
  Location: { description: 'The address of the case.', schema: { type: 'string' } },
  'Idempotent-Replayed': {
    description: 'Present when this is the kept answer of an earlier request.',
    schema: { type: 'string', enum: ['true'] },
  },
};

export const AnswersWithCase = (status: number) =>
  ApiResponse({ status, description: 'The case after the command.', type: CaseDto, headers: CASE_HEADERS });

/** Problems that this route has of its own, beside those that the rules know (`problem-answers.ts`). */
export const AlsoAnswers = (...codes: ProblemCode[]) => {
  const statuses = [...new Set(codes.map((code) => PROBLEM_TYPES[code].status))];
  const named = (status: number) =>
    codes.filter((code) => PROBLEM_TYPES[code].status === status).map((code) => `\`${code}\``);
  return applyDecorators(
    ...statuses.map((status) => ApiResponse({ status, description: named(status).join(', ') })),
  );
};

/** A page: `{data, meta}`. */
export const AnswersWithPage = (item: Type, description: string) =>
  applyDecorators(
    ApiExtraModels(item),
    ApiResponse({
      status: 200,
      description,
      schema: {
        type: 'object',
        required: ['data', 'meta'],
        properties: {
          data: { type: 'array', items: { $ref: getSchemaPath(item) } },
          meta: {
            type: 'object',
            required: ['hasMore', 'nextCursor'],
            properties: {
              hasMore: { type: 'boolean' },
              nextCursor: { type: ['string', 'null'] } as never,
            },
          },
        },
      },
    }),
  );
