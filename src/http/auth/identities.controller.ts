/**
 * By whom at an issuer a member of staff can be recognised. Administrators say so, and nobody else: there is no linking
 * by e-mail address, which at many issuers a person may choose.
 */
import { Body, Controller, Get, Param, Put } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Staff } from '../../directory/staff.js';
import { isSubject } from '../../identity/access-tokens.js';
import { Identities, IDENTITIES_MAX, type Identity } from '../../identity/identities.js';
import { Issuers } from '../../identity/issuers.js';
import { Principals } from '../../identity/principals.js';
import { validateBody } from '../input/validate-input.js';
import { Problem, type FieldError } from '../problems/problem.js';
import { Needs } from './access.decorator.js';
import { IdentitiesDto, IdentitiesEntryDto } from './identities.dto.js';

const StaffIdParam = () =>
  ApiParam({ name: 'id', description: 'Id of the person.', schema: { type: 'string' } });

@ApiTags('Directory')
@Controller('api/v1/staff/:id/identities')
@Needs('staff.manage')
export class IdentitiesController {
  constructor(
    private readonly identities: Identities,
    private readonly issuers: Issuers,
    private readonly staff: Staff,
    private readonly principals: Principals,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Read by whom a person is recognised at issuers', operationId: 'readIdentities' })
  @StaffIdParam()
  @ApiResponse({ status: 200, type: IdentitiesDto, description: 'In the order of issuer and subject.' })
  async read(@Param('id') id: string): Promise<IdentitiesDto> {
    if (this.staff.find(id) === null) throw new Problem('not-found');
    return { identities: await this.identities.of(id) };
  }

  @Put()
  @ApiOperation({
    summary: 'Say by whom a person is recognised at issuers',
    description:
      'In force on this node at once, on the others within 5 seconds. Sessions that began by an identity that is unlinked end with it.',
    operationId: 'putIdentities',
  })
  @StaffIdParam()
  @ApiBody({ type: IdentitiesEntryDto })
  @ApiResponse({ status: 200, type: IdentitiesDto, description: 'The identities as entered.' })
  async put(@Param('id') id: string, @Body() body: unknown): Promise<IdentitiesDto> {
    const wanted = validateBody(IdentitiesEntryDto, body).identities ?? [];
    if (this.staff.find(id) === null) throw new Problem('not-found');
    const errors = this.faults(wanted);
    if (errors.length > 0) throw new Problem('invalid-fields', { errors });
    const taken = await this.identities.put(id, wanted);
    this.principals.forget();
    if (taken !== null) throw new Problem('invalid-fields', { errors: [takenAmong(wanted, taken)] });
    return this.read(id);
  }

  private faults(wanted: readonly Identity[]): FieldError[] {
    const errors: FieldError[] = wanted.flatMap(({ issuer, subject }, index) => [
      ...(this.issuers.find(issuer) === null
        ? [fault(`/identities/${index}/issuer`, 'inconsistent', 'No such issuer is configured.')]
        : []),
      ...(isSubject(subject) ? [] : [fault(`/identities/${index}/subject`, 'malformed', 'Is no `sub`.')]),
    ]);
    if (wanted.length <= IDENTITIES_MAX) return errors;
    return [fault('/identities', 'too-many', `At most ${IDENTITIES_MAX}.`), ...errors];
  }
}

function takenAmong(wanted: readonly Identity[], taken: Identity): FieldError {
  const index = wanted.findIndex(
    ({ issuer, subject }) => issuer === taken.issuer && subject === taken.subject,
  );
  return fault(`/identities/${index}/subject`, 'taken', 'Is linked to somebody else.');
}

function fault(pointer: string, code: string, message: string): FieldError {
  return { pointer, code, message };
}
