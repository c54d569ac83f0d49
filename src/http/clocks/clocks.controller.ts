/** Clocks of one case: all records, the arithmetic behind each, and who held the case. Reads only. */
import { Controller, Get, Param } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { DirectoryPolicySource } from '../../directory/policy-source.js';
import type { Actor } from '../../domain/actor.js';
import { type Case, type Clock, METRICS } from '../../domain/case.js';
import { attributeTime } from '../../domain/clocks/attribute-time.js';
import { explainClock } from '../../domain/clocks/explain-clock.js';
import { ClockRecords } from '../../reports/clock-records.js';
import { DatabaseClock } from '../../reports/database-clock.js';
import { Needs } from '../auth/access.decorator.js';
import { Asking } from '../auth/auth.guard.js';
import { CaseAccess } from '../cases/case-access.service.js';
import { CaseIdParam } from '../documents/api.decorator.js';
import { CaseId } from '../input/checked.pipe.js';
import { Problem } from '../problems/problem.js';
import {
  ClockExplanationDto,
  ClockListDto,
  explanationResource,
  HolderListDto,
  measuredClock,
} from './clocks.dto.js';

@ApiTags('Clocks')
@Controller('api/v1/cases/:id')
export class ClocksController {
  constructor(
    private readonly access: CaseAccess,
    private readonly records: ClockRecords,
    private readonly clock: DatabaseClock,
    private readonly policies: DirectoryPolicySource,
  ) {}

  @Get('clocks')
  @Needs('case.read')
  @ApiOperation({ summary: 'Read every clock of a case, ended and running', operationId: 'readClocks' })
  @CaseIdParam()
  @ApiResponse({ status: 200, type: ClockListDto, description: 'Clocks, oldest first.' })
  async clocks(@Param('id', CaseId) id: string, @Asking() actor: Actor): Promise<ClockListDto> {
    const current = await this.access.read(id, actor);
    const [clocks, now] = await Promise.all([this.allOf(current), this.clock.now()]);
    const { book } = this.policies.policiesFor(current.intake.category);
    return { data: clocks.map((clock) => measuredClock(clock, now, book)) };
  }

  @Get('clocks/:metric/explanation')
  @Needs('case.read')
  @ApiOperation({
    summary: 'Explain a clock: windows, spans, pauses and the arithmetic of its due time',
    operationId: 'explainClock',
  })
  @CaseIdParam()
  @ApiParam({ name: 'metric', description: 'Which of the case’s clocks.', enum: METRICS })
  @ApiResponse({ status: 200, type: ClockExplanationDto, description: 'The newest record of the metric.' })
  async explanation(
    @Param('id', CaseId) id: string,
    @Param('metric') metric: string,
    @Asking() actor: Actor,
  ): Promise<ClockExplanationDto> {
    const current = await this.access.read(id, actor);
    const all = (await this.allOf(current)).filter((clock) => clock.metric === metric);
    const newest = all.at(-1);
    if (!newest) throw new Problem('not-found');
    const now = await this.clock.now();
    const { book } = this.policies.policiesFor(current.intake.category);
    const explain = (clock: Clock) => explanationResource(clock, explainClock(clock, now, book));
    return Object.assign(explain(newest), { earlier: all.slice(0, -1).map(explain) });
  }

  @Get('holders')
  @Needs('case.read')
  @ApiOperation({ summary: 'Read who held the case, second by second', operationId: 'readHolders' })
  @CaseIdParam()
  @ApiResponse({ status: 200, type: HolderListDto, description: 'Holders, longest first.' })
  async holders(@Param('id', CaseId) id: string, @Asking() actor: Actor): Promise<HolderListDto> {
    const current = await this.access.read(id, actor);
    const [happened, now] = await Promise.all([this.records.happened(id), this.clock.now()]);
    const { category, channel } = current.intake;
    const { book } = this.policies.policiesFor(category);
    const { key, calendar } = book.calendar(
      book.slaPolicyFor({ category, channel, grade: current.context.grade }).calendar,
    );
    return { calendarKey: key, data: attributeTime(happened, current.context, calendar, now) };
  }

  /** What ended is in its own table; the case keeps the newest of each metric, ended or not. */
  private async allOf(current: Case): Promise<Clock[]> {
    const ended = await this.records.finished(current.id);
    const running = current.context.clocks.filter(({ stoppedAt }) => stoppedAt === null);
    return [...ended, ...running].sort((a, b) => a.startedAt - b.startedAt || a.attempt - b.attempt);
  }
}
