/** The list of cases for spreadsheets. Its reader may be slow or leave: the cursor behind it ends either way. */
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { Controller, Get, Query, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiOperation, ApiProduces, ApiResponse, ApiTags, OmitType } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Actor } from '../../domain/actor.js';
import { CaseCsv, CSV_ROWS_MAX, csvOf } from '../../reports/case-csv.js';
import { Needs } from '../auth/access.decorator.js';
import { Asking } from '../auth/auth.guard.js';
import { CaseQueryDto, toCaseListing } from '../cases/case-query.dto.js';
import { Checked } from '../input/checked.pipe.js';
import { QueryChoice } from '../input/query-fields.decorator.js';
import { Problem } from '../problems/problem.js';
import { retryLater } from '../problems/to-problem.js';

const CSV = 'text/csv';
/** Each holds a database connection while it lasts, */
const AT_ONCE_MAX = 2;
/** and none may hold it for longer: a hundred thousand rows take seconds. */
const LASTS_MAX_MS = 120_000;

class CaseCsvQueryDto extends OmitType(CaseQueryDto, ['limit', 'cursor'] as const) {
  @QueryChoice(['true', 'false'], 'Begins with a byte order mark, by which Excel knows UTF-8.')
  bom?: 'true' | 'false';
}

@ApiTags('Cases')
@Controller('api/v1/cases/export.csv')
export class CaseCsvController {
  private underWay = 0;

  constructor(private readonly csv: CaseCsv) {}

  @Get()
  @Needs('case.list')
  @RouteConfig({ produces: [CSV, 'application/problem+json'] })
  @ApiOperation({
    summary: 'Export the cases that you may see as CSV',
    description: `Filters and order as in the list. At most ${CSV_ROWS_MAX} rows; where there are more, the last row says so. Texts that a spreadsheet would take for a formula begin with an apostrophe.`,
    operationId: 'exportCases',
  })
  @ApiProduces(CSV)
  @ApiResponse({
    status: 200,
    description: 'RFC 4180, with a header.',
    content: { [CSV]: { schema: { type: 'string' } } },
  })
  async export(
    @Query(Checked(CaseCsvQueryDto)) query: CaseCsvQueryDto,
    @Asking() actor: Actor,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (this.underWay >= AT_ONCE_MAX) throw new Problem('unavailable', retryLater(10));
    this.underWay += 1;
    const { bom, ...filters } = query;
    const text = csvOf({ bom: bom === 'true' });
    const rows = Readable.from(this.csv.rows(toCaseListing(filters, actor)), { highWaterMark: 64 });
    const piped = pipeline(rows, text, { signal: AbortSignal.timeout(LASTS_MAX_MS) });
    // Whoever reads it learns of a fault by an answer that breaks off.
    void piped.catch(() => text.destroy()).finally(() => (this.underWay -= 1));
    reply.raw.once('close', () => rows.destroy());
    await reply
      .type(`${CSV}; charset=utf-8; header=present`)
      .header('content-disposition', 'attachment; filename="cases.csv"')
      .send(text);
  }
}
