/**
 * Shows a wording as customers would get it, in all three languages, for a real case or for examples. Writes nothing
 * and sends nothing; the mail is the one that would be sent.
 */
import { Injectable } from '@nestjs/common';
import { customerView } from '../../delivery/customer-view.js';
import { DEFAULT_TIME_ZONE, knownTimeZone } from '../../delivery/format-instant.js';
import { MailComposer } from '../../delivery/mail/mail-composer.js';
import type { Outgoing } from '../../delivery/outbound/channel.js';
import { publicNames } from '../../delivery/public-names.js';
import type { VisibleUpdate } from '../../delivery/render-update.js';
import { StatusLinks } from '../../delivery/status-link.js';
import { exampleMessage, exampleParams } from '../../delivery/templates/built-in-wording.js';
import type { TemplateValues } from '../../delivery/templates/edited-texts.js';
import { VisibleUpdates } from '../../delivery/visible-updates.js';
import { Customers } from '../../directory/customers.js';
import { DirectoryPolicySource } from '../../directory/policy-source.js';
import { Staff } from '../../directory/staff.js';
import { exampleValues } from '../../directory/template-fields.js';
import { namesIn } from '../../directory/template-text.js';
import { fillText } from '../../directory/template-texts.js';
import type { TemplateBody, TemplateText } from '../../directory/templates.js';
import type { Instant } from '../../domain/actor.js';
import type { Case } from '../../domain/case.js';
import { LOCALES, type Locale } from '../../domain/policies.js';
import { DatabaseClock } from '../../reports/database-clock.js';
import { HttpOptions } from '../http-options.js';
import type { TemplatePreviewDto } from './templates.dto.js';
import type { WarningDto } from '../directory/configuration.dto.js';

/** Nobody is written to, but a mail has a recipient. */
const NOBODY = 'preview@example.com';

interface Shown {
  readonly message: Outgoing;
  readonly warnings: readonly WarningDto[];
}

@Injectable()
export class TemplatePreview {
  constructor(
    private readonly composer: MailComposer,
    private readonly updates: VisibleUpdates,
    private readonly customers: Customers,
    private readonly policies: DirectoryPolicySource,
    private readonly staff: Staff,
    private readonly links: StatusLinks,
    private readonly clock: DatabaseClock,
    private readonly options: HttpOptions,
  ) {}

  /** @param body empty: the built-in words */
  async ofExamples(key: string, body: TemplateBody): Promise<TemplatePreviewDto[]> {
    const now = await this.clock.now();
    return LOCALES.map((locale) =>
      this.shown(locale, body[locale], {
        message: exampleMessage(key, locale, exampleValues(locale), now),
        warnings: [],
      }),
    );
  }

  /** @throws DependencyUnavailable */
  async ofCase(key: string, body: TemplateBody, current: Case): Promise<TemplatePreviewDto[]> {
    const [{ updates, now }, customer] = await Promise.all([
      this.updates.of(current.id),
      this.customers.get(current.intake.customerId),
    ]);
    const told = updates.findLast((update) => update.key === key) ?? null;
    return LOCALES.map((locale) => {
      const name = customer?.name ?? '';
      const timeZone =
        customer === null ? DEFAULT_TIME_ZONE[locale] : knownTimeZone(customer.timeZone, locale);
      return this.shown(
        locale,
        body[locale],
        this.fromCase(key, current, told, { locale, name, timeZone, now }),
      );
    });
  }

  private fromCase(
    key: string,
    current: Case,
    told: VisibleUpdate | null,
    { locale, name, timeZone, now }: { locale: Locale; name: string; timeZone: string; now: Instant },
  ): Shown {
    const policies = this.policies.policiesFor(current.intake.category);
    const names = publicNames(policies, (id) => this.staff.nameOf(id), locale);
    const view = customerView({ current, updates: [], allowedEvents: [], now }, { locale, timeZone, names });
    const examples = exampleValues(locale);
    const update = told ?? { seq: current.revision, key, params: exampleParams(key, examples, now), at: now };
    const example = exampleMessage(key, locale, examples, now);
    return {
      message: {
        ...example,
        caseId: current.id,
        number: view.number,
        subject: current.intake.subject,
        recipient: { ...example.recipient, name, timeZone },
        names: told === null ? example.names : names,
        updates: [update],
        holder: {
          state: current.state,
          department: current.context.handler?.department ?? null,
          ownerId: current.context.ownerId,
        },
        hearByAt: view.nextUpdateDueAt,
        statusUrl: `${this.options.publicUrl}/s/${this.links.sign(current.id, current.context.linkGeneration)}`,
      },
      warnings: told === null ? [NEVER_TOLD] : [],
    };
  }

  private shown(
    locale: Locale,
    wording: TemplateText | undefined,
    { message, warnings }: Shown,
  ): TemplatePreviewDto {
    const found: WarningDto[] = [...warnings];
    const filled = (_key: string, _locale: Locale, values: () => TemplateValues) => {
      if (wording === undefined) return null;
      const known = values();
      found.push(...missingIn(locale, wording, known));
      try {
        return fillText(wording, known);
      } catch {
        // What cannot be filled with examples is refused before; values of a case can still make a text too long.
        found.push({
          pointer: `/${locale}/text`,
          code: 'not-filled',
          message: 'The built-in words would be sent.',
        });
        return null;
      }
    };
    const { subject, text, html } = this.composer.compose(message, NOBODY, filled);
    return { locale, subject, text, html, warnings: found };
  }
}

const NEVER_TOLD: WarningDto = {
  pointer: '',
  code: 'never-told',
  message: 'This case has had no such update; its values are examples.',
};

function missingIn(locale: Locale, wording: TemplateText, values: TemplateValues): WarningDto[] {
  const fields = Object.entries(wording) as [keyof TemplateText, string][];
  return fields.flatMap(([field, template]) =>
    namesIn(template)
      .filter((name) => values[name as keyof TemplateValues] === '')
      .map((name) => ({
        pointer: `/${locale}/${field}`,
        code: 'missing-value',
        message: `There is no value for "${name}" here.`,
      })),
  );
}
