/**
 * Gathers what one needs to answer a customer (D4): who they are, what went before, what they were promised, and what
 * the playbook has ready. Of cases that a reader may not see, nothing but a number and what was promised gets through:
 * a promise binds the whole house (B3).
 */
import { Injectable } from '@nestjs/common';
import { chooseLocale } from '../../delivery/choose-locale.js';
import { Customers } from '../../directory/customers.js';
import { DirectoryPolicySource } from '../../directory/policy-source.js';
import type { Actor } from '../../domain/actor.js';
import type { Case } from '../../domain/case.js';
import type { Locale, Playbook } from '../../domain/policies.js';
import { EVERYTHING, isVisible, visibilityOf } from '../../domain/visibility.js';
import { CustomerView, figuresOf } from '../../reports/customer-view.js';
import { possibleDuplicates, repeatContact } from '../../reports/repeat-contacts.js';
import { customerCase, customerPromise, customerResource } from '../customers/customer-resource.js';
import type { CaseContextDto, PlaybookStepsDto, ReadyTextDto } from './case-context.dto.js';

const OTHERS_SHOWN_MAX = 25;
const PROMISES_SHOWN_MAX = 50;

@Injectable()
export class CaseContextReader {
  constructor(
    private readonly customers: Customers,
    private readonly view: CustomerView,
    private readonly policies: DirectoryPolicySource,
  ) {}

  /** @param actor may see the case; the caller has made sure. */
  async of({ id, intake }: Case, actor: Actor): Promise<CaseContextDto> {
    const [customer, { cases }] = await Promise.all([
      this.customers.get(intake.customerId),
      this.view.casesOf(intake.customerId, EVERYTHING),
    ]);
    const { playbook } = this.policies.policiesFor(intake.category);
    const language = chooseLocale({ customer: customer?.locale });
    const { customerId } = intake;
    const visible = cases.filter(({ departments }) =>
      isVisible({ customerId, departments }, visibilityOf(actor)),
    );
    const repeat = repeatContact({ id, openedAt: intake.openedAt }, cases);
    return {
      customer: customer && customerResource(customer),
      language,
      repeatContact: repeat && {
        count90Days: repeat.count90Days,
        lastCaseId: visible.some((one) => one.id === repeat.lastCaseId) ? repeat.lastCaseId : null,
      },
      possibleDuplicates: possibleDuplicates({ id, ...intake }, visible),
      otherCases: visible
        .filter((one) => one.id !== id)
        .slice(0, OTHERS_SHOWN_MAX)
        .map(customerCase),
      openPromises: figuresOf(cases)
        .promises.filter(({ state }) => state === 'open')
        .slice(0, PROMISES_SHOWN_MAX)
        .map(customerPromise),
      texts: readyTexts(playbook, language),
      playbook: steps(playbook),
    };
  }
}

function readyTexts({ texts }: Playbook, language: Locale): ReadyTextDto[] {
  const names = Object.keys(texts).sort();
  return names.flatMap((name) => {
    const text = texts[name]?.[language];
    return text === undefined ? [] : [{ name, text }];
  });
}

function steps(playbook: Playbook): PlaybookStepsDto {
  const { category, route, checklist, requiredFields, evidenceRequired } = playbook;
  return { category, route: { ...route }, checklist, requiredFields, evidenceRequired };
}
