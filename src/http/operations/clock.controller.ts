/** Time, where it is moved by hand: for tests and replays only (`CLOCK=manual`). Under both addresses of api.md. */
import { Body, Controller, Get, Put } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ClockCannotGoBack, DueLoop } from '../../engine/due-loop.js';
import { DatabaseClock } from '../../reports/database-clock.js';
import { Needs } from '../auth/access.decorator.js';
import { AlsoAnswers } from '../documents/api.decorator.js';
import { Out, OutInstant } from '../documents/out.decorator.js';
import { HttpOptions } from '../http-options.js';
import { InstantText } from '../input/fields.decorator.js';
import { parseInstant, toInstantText } from '../input/instant.js';
import { validateBody } from '../input/validate-input.js';
import { Problem } from '../problems/problem.js';

export class MoveTimeDto {
  @InstantText({ about: 'Not before the present instant.', example: '2026-05-12T09:30:00Z' }) now: string;
}

export class TimeDto {
  @OutInstant() now: string;
  @Out(Boolean, { description: 'Whether time is moved by hand.' }) manual: boolean;
}

export class TimeMovedDto extends TimeDto {
  @Out('integer', { description: 'Events that became due on the way.' }) fired: number;
}

@Needs('clock.move')
@ApiTags('Operations')
@Controller(['clock', 'api/v1/clock'])
export class ClockController {
  constructor(
    private readonly clock: DatabaseClock,
    private readonly loop: DueLoop,
    private readonly options: HttpOptions,
  ) {}

  @Get()
  @ApiOperation({ summary: 'What time it is here' })
  @ApiResponse({ status: 200, type: TimeDto, description: 'The database’s clock, or the manual one.' })
  async read(): Promise<TimeDto> {
    return { now: toInstantText(await this.clock.now()), manual: this.options.hasManualClock };
  }

  @Put()
  @ApiOperation({ summary: 'Move time forward and let everything happen that is due on the way' })
  @ApiBody({ type: MoveTimeDto })
  @ApiResponse({ status: 200, type: TimeMovedDto, description: 'Everything due by then is done.' })
  @AlsoAnswers('clock-not-manual', 'clock-goes-back')
  async put(@Body() body: unknown): Promise<TimeMovedDto> {
    const at = parseInstant(validateBody(MoveTimeDto, body).now) as number;
    if (!this.options.hasManualClock) throw new Problem('clock-not-manual');
    try {
      const { fired } = await this.loop.advanceTo(at);
      return { now: toInstantText(await this.clock.now()), manual: true, fired };
    } catch (error) {
      if (error instanceof ClockCannotGoBack) throw new Problem('clock-goes-back');
      throw error;
    }
  }
}
