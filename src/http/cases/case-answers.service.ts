/**
 * How a case becomes an answer: resource, entity tag and location for success, the problem document for a refusal.
 * Rendered before the write and kept with it, so that a repeated request gets the same bytes. Does no I/O.
 */
import { Injectable } from '@nestjs/common';
import { Staff } from '../../directory/staff.js';
import { DirectoryPolicySource } from '../../directory/policy-source.js';
import { StatusLinks } from '../../delivery/status-link.js';
import { allowedActions } from '../../domain/allowed-actions.js';
import type { Actor } from '../../domain/actor.js';
import type { Case } from '../../domain/case.js';
import { caseNumber } from '../../domain/case-number.js';
import { MACHINE_VERSION } from '../../domain/machine-version.js';
import type { Refusal } from '../../domain/refusals.js';
import type { RenderedAnswer } from '../../engine/outcome.js';
import { HttpOptions } from '../http-options.js';
import { etagOf } from '../input/command-headers.js';
import { Problem, PROBLEM_MEDIA_TYPE, toProblemDocument } from '../problems/problem.js';
import { caseResource, maySeeStatusUrl, type CaseResource } from './case-resource.js';

export const JSON_MEDIA_TYPE = 'application/json; charset=utf-8';

@Injectable()
export class CaseAnswers {
  constructor(
    private readonly policies: DirectoryPolicySource,
    private readonly staff: Staff,
    private readonly links: StatusLinks,
    private readonly options: HttpOptions,
  ) {}

  /** The case as this actor may see it. */
  resource(current: Case, actor: Actor): CaseResource {
    return caseResource(current, {
      number: caseNumber(current.id),
      allowedActions: this.allowedActions(current, actor),
      statusUrl: maySeeStatusUrl(actor, current) ? this.statusUrl(current) : null,
      nameOf: (staffId) => this.staff.nameOf(staffId),
    });
  }

  /** @param status 201 for what a command made, 200 for what was only read or set. */
  done(current: Case, actor: Actor, status: number): RenderedAnswer {
    const headers = {
      'content-type': JSON_MEDIA_TYPE,
      etag: etagOf(current.revision),
      location: `/api/v1/cases/${current.id}`,
    };
    return { status, body: this.resource(current, actor), headers };
  }

  /** @param instance path of the request. @param current null when a case was to be opened. */
  refused(
    refusal: Refusal,
    current: Case | null,
    actor: Actor,
    instance: string,
    traceId: string,
  ): RenderedAnswer {
    const problem = new Problem(refusal.code, {
      detail: refusal.message,
      errors: refusal.fields.map((pointer) => ({ pointer, code: refusal.code, message: refusal.message })),
      members: current === null ? {} : this.standing(current, actor),
    });
    return {
      status: problem.status,
      body: toProblemDocument(problem, instance, traceId),
      headers: {
        'content-type': PROBLEM_MEDIA_TYPE,
        ...(current === null ? {} : { etag: etagOf(current.revision) }),
      },
    };
  }

  /** Where a case stands: what a client needs after a refusal or a lost race. */
  standing(current: Case, actor: Actor): Record<string, unknown> {
    return {
      state: current.state,
      level: current.context.level,
      revision: current.revision,
      allowedActions: this.allowedActions(current, actor),
    };
  }

  /** A case of a newer machine can be shown, but this build cannot say what it accepts. */
  private allowedActions(current: Case, actor: Actor): string[] {
    if (current.machineVersion !== MACHINE_VERSION) return [];
    return allowedActions(current, actor, this.policies.policiesFor(current.intake.category));
  }

  private statusUrl(current: Case): string {
    return `${this.options.publicUrl}/s/${this.links.sign(current.id, current.context.linkGeneration)}`;
  }
}
