/** Finds the right contact for whoever has a case in hand (A9): which department answers for it, and who is there. */
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Needs } from '../auth/access.decorator.js';
import { AnswersWithPage } from '../documents/api.decorator.js';
import { Checked } from '../input/checked.pipe.js';
import type { PageAnswer } from '../input/page-answer.js';
import { Contacts } from './contacts.service.js';
import { ContactDto, ContactQueryDto } from './people.dto.js';

@ApiTags('Directory')
@Controller('api/v1/directory')
export class ContactsController {
  constructor(private readonly contacts: Contacts) {}

  @Get('contacts')
  @Needs('contact.find')
  @ApiOperation({
    summary: 'Find who answers for something, and who is there now',
    operationId: 'findContacts',
  })
  @AnswersWithPage(ContactDto, 'Departments, the best match first; without a question all of them, by key.')
  async find(@Query(Checked(ContactQueryDto)) query: ContactQueryDto): Promise<PageAnswer<ContactDto>> {
    const data = await this.contacts.find(query.category ?? null, query.q ?? null);
    return { data, meta: { hasMore: false, nextCursor: null } };
  }
}
