/** Which persons at issuers a member of staff is. */
import { Out } from '../documents/out.decorator.js';
import { Line } from '../input/fields.decorator.js';
import { NestedList } from '../input/nested-list.decorator.js';

const ISSUER_MAX = 500;
const SUBJECT_MAX = 255;

export class IdentityDto {
  @Line(ISSUER_MAX, { about: 'As in `iss`, letter by letter.', example: 'https://login.example.com' })
  issuer: string;
  @Line(SUBJECT_MAX, { about: 'As in `sub`.', example: '00u1a2b3c4' }) subject: string;
}

export class IdentitiesEntryDto {
  @NestedList(() => IdentityDto, 'All of them: what is not in the list is unlinked.')
  identities?: IdentityDto[] | null;
}

export class IdentitiesDto {
  @Out(() => [IdentityDto]) identities: IdentityDto[];
}
