/** Export and erasure of a person, in the OpenAPI document, and what an erasure may be asked. */
import { GRADES, PRIORITIES, STATE_PATHS } from '../../domain/case.js';
import { EXPORT_CASES_MAX, EXPORT_FORMAT } from '../../reports/person-export.js';
import { Out, OutChoice, OutInstant, OutUuid } from '../documents/out.decorator.js';
import { Flag, LINE_MAX, Line } from '../input/fields.decorator.js';

const NULLABLE = { nullable: true } as const;
const OPEN = { additionalProperties: true } as const;
const Rows = (description: string) => Out('array', { description, items: { type: 'object', ...OPEN } });

export class ErasureOrderDto {
  @Line(LINE_MAX, {
    about: 'Kept in the journal of each case, so it must not name the person.',
    example: 'Asked for by letter of 2 March',
  })
  reason: string;

  @Flag({
    optional: true,
    about: 'Withdraws open cases first; otherwise they keep the person from being erased.',
  })
  withdrawOpenCases?: boolean | null;

  @Flag({ optional: true, about: 'Only answers what would be erased.' })
  dryRun?: boolean | null;
}

export class ErasureDto {
  @Out([String], { description: 'Every id that the person ever had.' }) customerIds: string[];
  @Out(Boolean) dryRun: boolean;
  @OutInstant({ ...NULLABLE, description: 'Null: nothing was erased, and the person is still known.' })
  erasedAt: string | null;
  @Out(Boolean, {
    description: 'False: cases are left. After an erasure the service finishes them within the hour.',
  })
  isComplete: boolean;
  @Out('integer') cases: number;
  @Out('integer', { description: 'Open cases that were, or would be, withdrawn.' }) withdrawn: number;
  @Out('object', { additionalProperties: { type: 'integer' }, description: 'Rows by table.' })
  records: Readonly<Record<string, number>>;
}

export class PersonRecordDto {
  @OutUuid() id: string;
  @Out(String, NULLABLE) externalId: string | null;
  @Out(String) name: string;
  @Out(String, NULLABLE) email: string | null;
  @Out(String, NULLABLE) phone: string | null;
  @Out(String, NULLABLE) locale: string | null;
  @Out(String, NULLABLE) timeZone: string | null;
  @OutChoice(GRADES) grade: string;
  @Out(String, NULLABLE) account: string | null;
  @Out('object', { ...OPEN, description: 'Opt-outs, quiet hours, consent.' }) preferences: object;
  @OutUuid({ ...NULLABLE, description: 'The record that goes on for this one.' }) mergedInto: string | null;
  @Out(String, NULLABLE) mergeReason: string | null;
  @OutInstant(NULLABLE) mergedAt: string | null;
  @OutInstant() createdAt: string;
  @OutInstant() updatedAt: string;
  @OutInstant(NULLABLE) erasedAt: string | null;
}

export class ExportedCaseDto {
  @OutUuid() id: string;
  @Out(String) number: string;
  @OutChoice(STATE_PATHS) state: string;
  @Out('integer') level: number;
  @OutChoice(PRIORITIES) priority: string;
  @OutChoice(GRADES) grade: string;
  @Out(String) category: string;
  @Out(String) channel: string;
  @Out(String) subject: string;
  @Out(String) description: string;
  @Out(String) expectedOutcome: string;
  @Out(String, NULLABLE) orderRef: string | null;
  @OutUuid() customerId: string;
  @OutUuid(NULLABLE) previousCaseId: string | null;
  @OutInstant() receivedAt: string;
  @OutInstant() openedAt: string;
  @OutInstant() updatedAt: string;
  @OutInstant(NULLABLE) closedAt: string | null;
  @Out(String, NULLABLE) solution: string | null;
  @Out(String, { ...NULLABLE, description: 'That is open now.' }) question: string | null;
  @Rows('Instants in epoch milliseconds.') promises: object[];
  @Rows('Amounts count the smallest unit of the currency.') compensations: object[];
  @Rows('What the customer thought of us.') ratings: object[];
  @Rows('Files, each with the address where it can be fetched.')
  attachments: object[];
  @Rows('What came in for the case, and what became of it.')
  inbound: object[];
  @Rows('Messages in both directions.') conversation: object[];
  @Rows('Each notice to the customer, with its attempts.')
  notices: object[];
  @Out('object', {
    ...OPEN,
    description:
      'What the house wrote among itself: `context` and the whole `journal`. Look before you hand it over.',
  })
  internal: object;
}

export class PersonExportDto {
  @Out(String, { example: EXPORT_FORMAT }) format: string;
  @Out(() => [PersonRecordDto], {
    description: 'The record that goes on, then those that were merged into it.',
  })
  records: PersonRecordDto[];
  @Rows('Addresses that are not tried any more.')
  suppressions: object[];
  @Out(Boolean, { description: `False: there are more than ${EXPORT_CASES_MAX} cases; these changed last.` })
  isComplete: boolean;
  @Out(() => [ExportedCaseDto]) cases: ExportedCaseDto[];
}
