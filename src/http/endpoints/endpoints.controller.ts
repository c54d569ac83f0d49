/** Which systems and chat rooms are told of case events. For administrators. */
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { TryOuts } from '../../delivery/endpoints/try-out.js';
import { decodeCursor, encodeCursor } from '../../reports/cursor.js';
import { Needs } from '../auth/access.decorator.js';
import { AlsoAnswers, AnswersWithPage } from '../documents/api.decorator.js';
import { Checked } from '../input/checked.pipe.js';
import type { PageAnswer } from '../input/page-answer.js';
import { pageOf, PageQuery } from '../input/query-fields.decorator.js';
import { validateBody } from '../input/validate-input.js';
import { Problem } from '../problems/problem.js';
import { EndpointDesk } from './endpoint-desk.service.js';
import {
  ChangedEndpointDto,
  EndpointDto,
  endpointResource,
  EndpointSecretDto,
  endpointSecretResource,
  NewEndpointDto,
  RotationDto,
  TryOutDto,
} from './endpoint.dto.js';

export const EndpointIdParam = () =>
  ApiParam({ name: 'id', description: 'Id of the endpoint.', schema: { type: 'string', format: 'uuid' } });

/** Name of the list in its cursors. */
const LIST = 'webhook-endpoints';

@ApiTags('Webhook endpoints')
@Controller('api/v1/webhook-endpoints')
@Needs('endpoint.manage')
export class EndpointsController {
  constructor(
    private readonly desk: EndpointDesk,
    private readonly tryOuts: TryOuts,
  ) {}

  @Post()
  @ApiOperation({
    summary: 'Add an endpoint',
    description:
      'It hears of what happens within seconds from then on. Its secret is shown in this answer alone.',
    operationId: 'createWebhookEndpoint',
  })
  @ApiBody({ type: NewEndpointDto })
  @ApiResponse({ status: 201, type: EndpointSecretDto, description: 'The endpoint, with its secret.' })
  async create(@Body() body: unknown): Promise<EndpointSecretDto> {
    return endpointSecretResource(await this.desk.create(validateBody(NewEndpointDto, body)));
  }

  @Get()
  @ApiOperation({ summary: 'List the endpoints', operationId: 'listWebhookEndpoints' })
  @AnswersWithPage(EndpointDto, 'A page of endpoints, oldest first.')
  async list(@Query(Checked(PageQuery)) query: PageQuery): Promise<PageAnswer<EndpointDto>> {
    const { limit, cursor } = pageOf(query);
    const after = cursor === null ? '' : (decodeCursor(cursor, LIST, ['uuid'])[0] ?? '');
    const rest = (await this.desk.list()).filter(({ id }) => id > after);
    const shown = rest.slice(0, limit);
    const hasMore = rest.length > limit;
    const nextCursor = hasMore ? encodeCursor(LIST, [shown.at(-1)?.id ?? '']) : null;
    return { data: shown.map(endpointResource), meta: { hasMore, nextCursor } };
  }

  @Get(':id')
  @ApiOperation({ summary: 'Read an endpoint', operationId: 'readWebhookEndpoint' })
  @EndpointIdParam()
  @ApiResponse({ status: 200, type: EndpointDto, description: 'The endpoint, without its secret.' })
  async read(@Param('id') id: string): Promise<EndpointDto> {
    return endpointResource(await this.desk.find(id));
  }

  @Put(':id')
  @ApiOperation({
    summary: 'Change an endpoint',
    description:
      'Switched on, it hears of what happens from then on; what it missed is sent by `resend-failed`.',
    operationId: 'changeWebhookEndpoint',
  })
  @EndpointIdParam()
  @ApiBody({ type: ChangedEndpointDto })
  @ApiResponse({ status: 200, type: EndpointDto, description: 'The endpoint after the change.' })
  async change(@Param('id') id: string, @Body() body: unknown): Promise<EndpointDto> {
    return endpointResource(await this.desk.change(id, validateBody(ChangedEndpointDto, body)));
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Delete an endpoint; what is pending for it is cancelled',
    operationId: 'deleteWebhookEndpoint',
  })
  @EndpointIdParam()
  @ApiResponse({ status: 204, description: 'It is gone.' })
  async remove(@Param('id') id: string): Promise<void> {
    await this.desk.remove(id);
  }

  @Post(':id/rotation')
  @ApiOperation({
    summary: 'Give an endpoint a new secret',
    description: 'Until the old one ends, every message is signed by both.',
    operationId: 'rotateWebhookSecret',
  })
  @EndpointIdParam()
  @ApiBody({ type: RotationDto, required: false })
  @AlsoAnswers('endpoint-without-secret')
  @ApiResponse({ status: 201, type: EndpointSecretDto, description: 'The endpoint, with its new secret.' })
  async rotate(@Param('id') id: string, @Body() body: unknown): Promise<EndpointSecretDto> {
    return endpointSecretResource(await this.desk.rotate(id, validateBody(RotationDto, body)));
  }

  @Post(':id/test')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Send a test message now',
    description: 'One try of at most ten seconds, of type `test.ping`; it is not in the log.',
    operationId: 'testWebhookEndpoint',
  })
  @EndpointIdParam()
  @ApiResponse({ status: 200, type: TryOutDto, description: 'What the endpoint answered.' })
  async test(@Param('id') id: string): Promise<TryOutDto> {
    const { id: found } = await this.desk.find(id);
    const tried = await this.tryOuts.ping(found);
    if (tried === null) throw new Problem('not-found');
    return tried;
  }
}
