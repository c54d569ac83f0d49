/** Customers: one record over all channels, cases and promises (B2). Each method is one call. */
import { Controller, Get, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Customers, type CustomerChange } from '../../directory/customers.js';
import type { Actor } from '../../domain/actor.js';
import { decodeCursor, encodeCursor } from '../../reports/cursor.js';
import { Needs } from '../auth/access.decorator.js';
import { Asking } from '../auth/auth.guard.js';
import { AlsoAnswers, AnswersWithPage } from '../documents/api.decorator.js';
import { askedBy } from '../input/asked.js';
import { CaseId, Checked } from '../input/checked.pipe.js';
import type { PageAnswer } from '../input/page-answer.js';
import { pageOf } from '../input/query-fields.decorator.js';
import { validateBody } from '../input/validate-input.js';
import { CustomerDesk } from './customer-desk.service.js';
import { customerResource } from './customer-resource.js';
import { ChangedCustomerDto, CustomerDto, CustomerViewDto, DuplicateDto } from './customer-view.dto.js';
import {
  CustomerChangeDto,
  CustomerMergeDto,
  CustomerQueryDto,
  CustomerUpsertDto,
  toPreferences,
} from './customers.dto.js';

const LIST = 'customers:-id';

const CustomerIdParam = () =>
  ApiParam({ name: 'id', description: 'Id of the customer.', schema: { type: 'string', format: 'uuid' } });

@ApiTags('Customers')
@Controller('api/v1/customers')
export class CustomersController {
  constructor(
    private readonly desk: CustomerDesk,
    private readonly customers: Customers,
  ) {}

  @Get()
  @Needs('customer.list')
  @ApiOperation({ summary: 'List customers', operationId: 'listCustomers' })
  @AnswersWithPage(CustomerDto, 'A page of customers, the newest first; merged ones are left out.')
  async list(@Query(Checked(CustomerQueryDto)) query: CustomerQueryDto): Promise<PageAnswer<CustomerDto>> {
    const { limit, cursor } = pageOf(query);
    const after = cursor === null ? undefined : decodeCursor(cursor, LIST, ['uuid'])[0];
    const { q, account, grade } = query;
    const { customers, hasMore } = await this.customers.list({ q, account, grade, after, limit });
    const last = customers.at(-1);
    const nextCursor = hasMore && last ? encodeCursor(LIST, [last.id]) : null;
    return { data: customers.map(customerResource), meta: { hasMore, nextCursor } };
  }

  @Post()
  @Needs('customer.keep')
  @ApiOperation({
    summary: 'Enter a customer, or bring the one with this external id up to date',
    description: 'Safe to repeat. A new grade goes to the open cases too.',
    operationId: 'upsertCustomer',
  })
  @ApiBody({ type: CustomerUpsertDto })
  @ApiResponse({ status: 201, type: ChangedCustomerDto, description: 'The customer, who is new.' })
  @ApiResponse({ status: 200, type: ChangedCustomerDto, description: 'The customer, who was known.' })
  async upsert(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ChangedCustomerDto> {
    const { actor } = askedBy(request);
    const { externalId, name, ...rest } = validateBody(CustomerUpsertDto, request.body);
    const { created, answer } = await this.desk.upsert({ externalId, name, ...toChange(rest) }, actor);
    reply.status(created ? 201 : 200).header('location', `/api/v1/customers/${answer.id}`);
    return answer;
  }

  @Get(':id')
  @Needs('customer.read')
  @ApiOperation({
    summary: 'Read a customer as a whole: record, cases, promises, compensations, ratings',
    description: 'Departments see a customer of whom they have or had a case, and of the cases those.',
    operationId: 'readCustomer',
  })
  @CustomerIdParam()
  @ApiResponse({ status: 200, type: CustomerViewDto, description: 'The 360° view.' })
  read(@Param('id', CaseId) id: string, @Asking() actor: Actor): Promise<CustomerViewDto> {
    return this.desk.read(id, actor);
  }

  @Put(':id')
  @Needs('customer.keep')
  @ApiOperation({ summary: 'Change a customer', operationId: 'putCustomer' })
  @CustomerIdParam()
  @ApiBody({ type: CustomerChangeDto })
  @ApiResponse({ status: 200, type: ChangedCustomerDto, description: 'The customer after the change.' })
  @AlsoAnswers('customer-erased')
  async put(@Param('id', CaseId) id: string, @Req() request: FastifyRequest): Promise<ChangedCustomerDto> {
    const { actor } = askedBy(request);
    const { reason, name, ...rest } = validateBody(CustomerChangeDto, request.body);
    const change = { ...(name == null ? {} : { name }), ...toChange(rest) };
    return this.desk.change(id, change, reason ?? null, actor);
  }

  @Post(':id/merges')
  @Needs('customer.merge')
  @ApiOperation({
    summary: 'Merge another record of the same person into this one',
    description: 'Safe to repeat. Of two merges in opposite directions, one wins.',
    operationId: 'mergeCustomers',
  })
  @CustomerIdParam()
  @ApiBody({ type: CustomerMergeDto })
  @ApiResponse({ status: 201, type: CustomerViewDto, description: 'The customer who goes on.' })
  @AlsoAnswers('customer-merged')
  merge(@Param('id', CaseId) id: string, @Req() request: FastifyRequest): Promise<CustomerViewDto> {
    const { actor } = askedBy(request);
    const { otherId, reason } = validateBody(CustomerMergeDto, request.body);
    return this.desk.merge(id, otherId, reason, actor);
  }

  @Get(':id/duplicates')
  @Needs('customer.list')
  @ApiOperation({ summary: 'List records that may be the same person', operationId: 'listDuplicates' })
  @CustomerIdParam()
  @AnswersWithPage(DuplicateDto, 'At most 20, the most alike first.')
  async duplicates(@Param('id', CaseId) id: string): Promise<PageAnswer<DuplicateDto>> {
    const found = await this.desk.duplicates(id);
    const data = found.map(({ customer, why }) => ({ customer: customerResource(customer), why: [...why] }));
    return { data, meta: { hasMore: false, nextCursor: null } };
  }
}

/** Absent keeps, null forgets; a grade cannot be forgotten, and no preferences are empty ones. */
function toChange({
  grade,
  preferences,
  ...contact
}: Omit<CustomerUpsertDto, 'externalId' | 'name'>): Omit<CustomerChange, 'name'> {
  return {
    ...contact,
    ...(grade == null ? {} : { grade }),
    ...(preferences === undefined
      ? {}
      : { preferences: preferences === null ? {} : toPreferences(preferences) }),
  };
}
