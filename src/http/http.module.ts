/**
 * This room as a Nest module: its controllers, and what they are made of. Everything below (engine, directory,
 * reports, delivery) is handed in by whoever composes the application, under its class.
 */
import { Module, type DynamicModule, type ModuleMetadata } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { AttachmentsController } from './attachments/attachments.controller.js';
import { LinkAttachmentsController } from './attachments/link-attachments.controller.js';
import { AccessTable } from './auth/access-table.service.js';
import { AuthGuard } from './auth/auth.guard.js';
import { Callers } from './auth/callers.service.js';
import { DemoIssuerController } from './auth/demo-issuer.controller.js';
import { IdentitiesController } from './auth/identities.controller.js';
import { LoginController } from './auth/login.controller.js';
import { SessionController } from './auth/session.controller.js';
import { CaseAccess } from './cases/case-access.service.js';
import { CaseAnswers } from './cases/case-answers.service.js';
import { CaseCommandsController } from './cases/case-commands.controller.js';
import { CaseDoor } from './cases/case-door.service.js';
import { CasesController } from './cases/cases.controller.js';
import { CompensationsController } from './cases/compensations.controller.js';
import { StatechartController } from './cases/statechart.controller.js';
import { OpenCase } from './cases/open-case.service.js';
import { ClocksController } from './clocks/clocks.controller.js';
import { DeliveriesController } from './deliveries/deliveries.controller.js';
import { SilentTransitionsController } from './deliveries/silent-transitions.controller.js';
import { CalendarsController } from './directory/calendars.controller.js';
import { ClockRebase } from './directory/clock-rebase.service.js';
import { CONFIGURATION_CONTROLLERS } from './directory/configuration.controller.js';
import { DirectoryController } from './directory/directory.controller.js';
import { SlaPoliciesController } from './directory/sla-policies.controller.js';
import { ContractDocument, DocumentsController } from './documents/documents.controller.js';
import { EndpointDeliveriesController } from './endpoints/endpoint-deliveries.controller.js';
import { EndpointDesk } from './endpoints/endpoint-desk.service.js';
import { EndpointsController } from './endpoints/endpoints.controller.js';
import { fastifyOptions } from './fastify-options.js';
import { InboundController } from './inbound/inbound.controller.js';
import { ApiKeysController } from './keys/api-keys.controller.js';
import { MailboxController } from './mailbox/mailbox.controller.js';
import { ClockController } from './operations/clock.controller.js';
import { HealthController } from './operations/health.controller.js';
import { GuessGuard, LimitsGuard } from './limits/limits.guard.js';
import { LiveController } from './live/live.controller.js';
import { LiveStreams } from './live/live-streams.service.js';
import { PEOPLE_CONTROLLERS, PEOPLE_PROVIDERS } from './people/people-parts.js';
import { CaseCsvController } from './privacy/case-csv.controller.js';
import { PrivacyController } from './privacy/privacy.controller.js';
import { ProblemsController } from './problems/problems.controller.js';
import { RouteTable } from './route-table.js';
import { StatusApiController } from './status/status-api.controller.js';
import { StatusAssetsController } from './status/status-assets.controller.js';
import { StatusDesk } from './status/status-desk.service.js';
import { StatusPageController } from './status/status-page.controller.js';
import { TaskCommands } from './tasks/task-commands.service.js';
import { TasksController } from './tasks/tasks.controller.js';
import { TemplatePreview } from './templates/template-preview.service.js';
import { TemplatesController } from './templates/templates.controller.js';

/** The server beneath the application, with its limits. */
export function httpAdapter(): FastifyAdapter {
  return new FastifyAdapter(fastifyOptions());
}

@Module({})
export class HttpModule {
  /**
   * @param imports modules that export engine, directory, reports and delivery under their classes, and
   *   `HttpOptions`, `NodeHealth` and prom-client's `Registry`.
   */
  static with(imports: ModuleMetadata['imports'] = []): DynamicModule {
    return {
      module: HttpModule,
      imports,
      controllers: [
        ...API_CONTROLLERS,
        ...CUSTOMER_CONTROLLERS,
        ...SIGN_IN_CONTROLLERS,
        ...OPERATIONS_CONTROLLERS,
      ],
      providers: [
        { provide: APP_GUARD, useClass: GuessGuard },
        { provide: APP_GUARD, useClass: AuthGuard },
        { provide: APP_GUARD, useClass: LimitsGuard },
        AccessTable,
        Callers,
        CaseDoor,
        CaseAccess,
        CaseAnswers,
        OpenCase,
        TaskCommands,
        ...PEOPLE_PROVIDERS,
        EndpointDesk,
        ClockRebase,
        TemplatePreview,
        ContractDocument,
        RouteTable,
        StatusDesk,
        LiveStreams,
      ],
    };
  }
}

const API_CONTROLLERS = [
  AttachmentsController,
  InboundController,
  CaseCsvController,
  CasesController,
  StatechartController,
  CaseCommandsController,
  CompensationsController,
  ClocksController,
  TasksController,
  DirectoryController,
  ...PEOPLE_CONTROLLERS,
  PrivacyController,
  IdentitiesController,
  SessionController,
  ApiKeysController,
  EndpointsController,
  EndpointDeliveriesController,
  ...CONFIGURATION_CONTROLLERS,
  CalendarsController,
  SlaPoliciesController,
  TemplatesController,
  DeliveriesController,
  SilentTransitionsController,
  ClockController,
];

/** By capability link instead of a token. */
const CUSTOMER_CONTROLLERS = [
  LinkAttachmentsController,
  LiveController,
  StatusApiController,
  StatusPageController,
  StatusAssetsController,
];

/** With a browser, at an issuer. */
const SIGN_IN_CONTROLLERS = [LoginController, DemoIssuerController];

const OPERATIONS_CONTROLLERS = [HealthController, DocumentsController, ProblemsController, MailboxController];
