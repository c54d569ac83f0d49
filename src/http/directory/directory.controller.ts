/** Who is asking, and whom one can turn to. */
import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Staff } from '../../directory/staff.js';
import type { Actor } from '../../domain/actor.js';
import { Needs } from '../auth/access.decorator.js';
import { Asking } from '../auth/auth.guard.js';
import { Out } from '../documents/out.decorator.js';

export class MeDto {
  @Out(String) id: string;
  @Out(String, { nullable: true }) name: string | null;
  @Out(String, { example: 'agent' }) role: string;
  @Out(String, { nullable: true, description: 'For members and leads.' }) department: string | null;
}

@ApiTags('Directory')
@Controller('api/v1')
export class DirectoryController {
  constructor(private readonly staff: Staff) {}

  @Get('me')
  @Needs('self.read')
  @ApiOperation({ summary: 'Who your token says you are', operationId: 'readMe' })
  @ApiResponse({ status: 200, type: MeDto, description: 'The principal of this request.' })
  me(@Asking() actor: Actor): MeDto {
    return {
      id: actor.id,
      name: this.staff.nameOf(actor.id),
      role: actor.kind,
      department: actor.department ?? null,
    };
  }
}
