/** Whether this node lives, whether it can serve, and how it fares. Open to everybody; says nothing of any case. */
import { Controller, Get, Header, HttpCode, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Registry } from 'prom-client';
import { Public } from '../auth/access.decorator.js';
import { Out } from '../documents/out.decorator.js';
import { NodeHealth } from '../http-options.js';
import { Problem } from '../problems/problem.js';
import { retryLater } from '../problems/to-problem.js';

export class HealthDto {
  @Out(String, { example: 'ok' }) status: string;
}

const ALL_TYPES = ['text/plain', 'application/json', 'application/openmetrics-text'];

@Public()
@ApiTags('Operations')
@Controller()
export class HealthController {
  constructor(
    private readonly health: NodeHealth,
    private readonly registry: Registry,
  ) {}

  @Get('health/live')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Whether the process lives; asks no database', operationId: 'live' })
  @ApiResponse({ status: 200, type: HealthDto, description: 'It does.' })
  live(): HealthDto {
    return { status: 'ok' };
  }

  @Get('health/ready')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Whether this node can take a command: tries a write', operationId: 'ready' })
  @ApiResponse({ status: 200, type: HealthDto, description: 'It can.' })
  async ready(): Promise<HealthDto> {
    if (this.health.isDraining) {
      throw new Problem('unavailable', { detail: 'This node is stopping.', ...retryLater() });
    }
    try {
      await this.health.probeWrite();
    } catch {
      // Whatever the reason, the answer is the same; the log of the probe itself has it.
      throw new Problem('unavailable', { detail: 'The database takes no writes.', ...retryLater() });
    }
    return { status: 'ok' };
  }

  @Get('metrics')
  @RouteConfig({ produces: ALL_TYPES })
  @ApiOperation({ summary: 'Figures for Prometheus', operationId: 'metrics' })
  @ApiProduces('text/plain')
  @ApiResponse({ status: 200, description: 'Prometheus text format.', schema: { type: 'string' } })
  async metrics(@Res() reply: FastifyReply): Promise<void> {
    void reply.type(this.registry.contentType).send(await this.registry.metrics());
  }
}
