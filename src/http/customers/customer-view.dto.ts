/** Customers as clients see them, in the OpenAPI document. Built by `customer-resource.ts`. */
import { GRADES, PRIORITIES, STATE_PATHS } from '../../domain/case.js';
import { COMPENSATION_KINDS } from '../../domain/cooperation.js';
import type { Likeness } from '../../directory/customer-merges.js';
import type { Preferences } from '../../directory/customer-record.js';
import { LOCALES } from '../../domain/policies.js';
import { CASES_READ_MAX } from '../../reports/customer-view.js';
import { Out, OutChoice, OutChoices, OutInstant, OutUuid } from '../documents/out.decorator.js';

const NULLABLE = { nullable: true } as const;

export class CustomerDto {
  @OutUuid() id: string;
  @Out(String, NULLABLE) externalId: string | null;
  @Out(String) name: string;
  @Out(String, NULLABLE) email: string | null;
  @Out(String, NULLABLE) phone: string | null;
  @Out(String, NULLABLE) locale: string | null;
  @OutChoice(LOCALES, { description: 'In which we write to them.' }) language: string;
  @Out(String, NULLABLE) timeZone: string | null;
  @OutChoice(GRADES) grade: string;
  @Out(String, NULLABLE) account: string | null;
  @Out('object', { additionalProperties: true }) preferences: Preferences;
  @OutInstant() createdAt: string;
  @OutInstant() updatedAt: string;
  @OutInstant({ ...NULLABLE, description: 'When the person was forgotten.' }) erasedAt: string | null;
}

export class CustomerCaseDto {
  @OutUuid() id: string;
  @Out(String) number: string;
  @Out(String) subject: string;
  @Out(String) category: string;
  @Out(String) channel: string;
  @Out(String, NULLABLE) orderRef: string | null;
  @OutChoice(STATE_PATHS) state: string;
  @Out('integer', { enum: [0, 1, 2] }) level: number;
  @OutChoice(PRIORITIES) priority: string;
  @Out(String, NULLABLE) department: string | null;
  @Out(String, NULLABLE) ownerId: string | null;
  @Out(Boolean) breached: boolean;
  @OutInstant() openedAt: string;
  @OutInstant() updatedAt: string;
}

export class CustomerPromiseDto {
  @OutUuid() caseId: string;
  @Out(String) caseNumber: string;
  @Out('integer') n: number;
  @Out(String) text: string;
  @OutInstant() dueAt: string;
  @Out(String, { ...NULLABLE, description: 'Who must keep it; null: the owner.' }) department: string | null;
  @Out(String) madeBy: string;
  @OutInstant() madeAt: string;
  @OutChoice(['open', 'kept', 'broken', 'cancelled']) state: string;
  @OutInstant(NULLABLE) fulfilledAt: string | null;
}

export class PromiseCountsDto {
  @Out('integer') open: number;
  @Out('integer') kept: number;
  @Out('integer') broken: number;
  @Out('integer') cancelled: number;
}

export class CustomerPromisesDto {
  @Out(() => PromiseCountsDto) counts: PromiseCountsDto;
  @Out(() => [CustomerPromiseDto], { description: 'Open ones first, by due time.' })
  list: CustomerPromiseDto[];
}

export class CustomerCompensationDto {
  @OutUuid() caseId: string;
  @Out(String) caseNumber: string;
  @Out('integer') n: number;
  @OutChoice(COMPENSATION_KINDS) kind: string;
  @Out('integer', { description: 'In the smallest unit of the currency.' }) amountMinor: number;
  @Out(String) currency: string;
  @Out(String) description: string;
  @Out(String, { example: 'executed' }) state: string;
  @OutInstant() proposedAt: string;
}

export class CompensationSumDto {
  @Out(String) currency: string;
  @Out('integer') paidMinor: number;
  @Out('integer', { description: 'Approved, and not yet paid.' }) owedMinor: number;
}

export class CustomerCompensationsDto {
  @Out(() => [CompensationSumDto]) sums: CompensationSumDto[];
  @Out(() => [CustomerCompensationDto], { description: 'The latest first.' }) list: CustomerCompensationDto[];
}

export class LastRatingDto {
  @OutUuid() caseId: string;
  @Out('integer', { minimum: 1, maximum: 5 }) score: number;
  @Out('integer', { ...NULLABLE, minimum: 0, maximum: 10 }) recommend: number | null;
  @Out(String, NULLABLE) comment: string | null;
  @OutInstant() at: string;
}

export class CustomerRatingsDto {
  @Out('integer') count: number;
  @Out(Number, NULLABLE) average: number | null;
  @Out(() => LastRatingDto, NULLABLE) last: LastRatingDto | null;
}

/** The 360° view. */
export class CustomerViewDto extends CustomerDto {
  @Out(() => [CustomerCaseDto], { description: 'At most 50, the last changed first.' })
  openCases: CustomerCaseDto[];
  @Out(() => [CustomerCaseDto], { description: 'Resolved and ended; at most 25, the last changed first.' })
  recentCases: CustomerCaseDto[];
  @Out(Boolean, {
    description: `Whether all figures are over every case that you may see; else over the ${CASES_READ_MAX} that changed last.`,
  })
  isComplete: boolean;
  @Out(() => CustomerPromisesDto) promises: CustomerPromisesDto;
  @Out(() => CustomerCompensationsDto) compensations: CustomerCompensationsDto;
  @Out(() => CustomerRatingsDto) ratings: CustomerRatingsDto;
  @Out('integer', { description: 'Cases of the last 90 days that followed another within 90 days.' })
  repeatContacts90Days: number;
  @Out('integer', { description: 'How often they asked again and brought nothing new.' }) chases: number;
  @Out('integer', { description: 'Other customers of the account; 1000 means: that many or more.' })
  othersInAccount: number;
}

export class RegradedDto {
  @Out('integer', { description: 'Open cases that have the new grade now.' }) regraded: number;
  @Out('integer', { description: 'Open cases that refused it, or that you may not regrade.' })
  refused: number;
}

export class ChangedCustomerDto extends CustomerDto {
  @Out(() => RegradedDto, { description: 'What became of the customer’s open cases.' })
  openCases: RegradedDto;
}

const LIKENESSES = ['email', 'phone', 'nameAndAccount'] as const satisfies readonly Likeness[];

export class DuplicateDto {
  @Out(() => CustomerDto) customer: CustomerDto;
  @OutChoices(LIKENESSES, { description: 'In what they are alike, the strongest first.' }) why: string[];
}
