/** All that one needs to answer a customer (D4), in the OpenAPI document. Built by `case-context.service.ts`. */
import { LOCALES } from '../../domain/policies.js';
import { CustomerCaseDto, CustomerDto, CustomerPromiseDto } from '../customers/customer-view.dto.js';
import { Out, OutChoice, OutUuid } from '../documents/out.decorator.js';

const NULLABLE = { nullable: true } as const;

export class RepeatContactDto {
  @Out('integer', { description: 'Other cases that the customer opened within the 90 days before this one.' })
  count90Days: number;
  @OutUuid({ ...NULLABLE, description: 'The last of them; null: not yours to see.' })
  lastCaseId: string | null;
}

export class PossibleDuplicateDto {
  @OutUuid() id: string;
  @Out(String) number: string;
  @OutChoice(['sameOrder', 'sameCategory']) why: string;
}

export class ReadyTextDto {
  @Out(String) name: string;
  @Out(String) text: string;
}

export class RouteDto {
  @Out(String, NULLABLE) level1: string | null;
  @Out(String, NULLABLE) level2: string | null;
}

export class PlaybookStepsDto {
  @Out(String, { description: '`*`: the one for categories without a playbook of their own.' })
  category: string;
  @Out(() => RouteDto) route: RouteDto;
  @Out('object', {
    description: 'What must have been done before the hand-off to each department; `*` holds for all.',
    additionalProperties: { type: 'array', items: { type: 'string' } },
  })
  checklist: Readonly<Record<string, readonly string[]>>;
  @Out('object', {
    description: 'Fields that the hand-off to each department needs; `*` holds for all.',
    additionalProperties: { type: 'array', items: { type: 'string' } },
  })
  requiredFields: Readonly<Record<string, readonly string[]>>;
  @Out(Boolean) evidenceRequired: boolean;
}

export class CaseContextDto {
  @Out(() => CustomerDto, NULLABLE) customer: CustomerDto | null;
  @OutChoice(LOCALES, { description: 'In which to answer.' }) language: string;
  @Out(() => RepeatContactDto, { ...NULLABLE, description: 'Null: the first contact in 90 days.' })
  repeatContact: RepeatContactDto | null;
  @Out(() => [PossibleDuplicateDto], { description: 'Other open cases that may be about the same.' })
  possibleDuplicates: PossibleDuplicateDto[];
  @Out(() => [CustomerCaseDto], {
    description: 'At most 25, the last changed first; those that you may see.',
  })
  otherCases: CustomerCaseDto[];
  @Out(() => [CustomerPromiseDto], {
    description:
      'What the customer was promised and waits for, in this case or another, whoever promised it.',
  })
  openPromises: CustomerPromiseDto[];
  @Out(() => [ReadyTextDto], { description: 'Ready texts of the playbook, in the customer’s language.' })
  texts: ReadyTextDto[];
  @Out(() => PlaybookStepsDto) playbook: PlaybookStepsDto;
}
