/** Rows of the table of commands about dates: promises to the customer, and more time before a deadline. */
import { parseInstant } from '../input/instant.js';
import { ReasonDto } from './case-command.dto.js';
import { row } from './command-route.js';
import * as dto from './cooperation.dto.js';

export const COMMITMENT_COMMANDS = [
  row({
    path: 'promises',
    method: 'POST',
    summary: 'Promise the customer something by a date',
    body: dto.PromiseDto,
    events: ['case.promise'],
    readsCase: true,
    toCommand: async ({ text, dueAt, department, despite }, actor, { openTasksIn }) => ({
      type: 'case.promise',
      actor,
      text,
      promisedAt: parseInstant(dueAt) ?? 0,
      department: department ?? null,
      despite: despite ?? false,
      openTasks: department ? await openTasksIn(department) : 0,
    }),
  }),
  row({
    path: 'promises/{n}/fulfilment',
    method: 'POST',
    summary: 'Report a promise as fulfilled, in time or late',
    body: dto.FulfilmentDto,
    events: ['case.keepPromise'],
    toCommand: ({ note }, actor, { n }) => ({ type: 'case.keepPromise', actor, n, note: note ?? null }),
  }),
  row({
    path: 'promises/{n}/renegotiation',
    method: 'POST',
    summary: 'Agree on another date before the promise is due; the customer is told',
    body: dto.RenegotiationDto,
    events: ['case.renegotiatePromise'],
    toCommand: ({ dueAt, reason, despite }, actor, { n }) => ({
      type: 'case.renegotiatePromise',
      actor,
      n,
      promisedAt: parseInstant(dueAt) ?? 0,
      reason,
      despite: despite ?? false,
    }),
  }),
  row({
    path: 'promises/{n}/cancellation',
    method: 'POST',
    summary: 'Take a promise back; the customer is told',
    body: ReasonDto,
    events: ['case.cancelPromise'],
    toCommand: ({ reason }, actor, { n }) => ({ type: 'case.cancelPromise', actor, n, reason }),
  }),
  row({
    path: 'extensions',
    method: 'POST',
    summary: 'Ask for more time before a deadline',
    body: dto.ExtensionDto,
    events: ['case.requestExtension'],
    toCommand: ({ metric, untilAt, reason, tell }, actor) => ({
      type: 'case.requestExtension',
      actor,
      metric,
      untilAt: parseInstant(untilAt) ?? 0,
      reason,
      tell,
    }),
  }),
  row({
    path: 'extensions/{n}/grant',
    method: 'POST',
    summary: 'Grant more time; the customer is told why',
    body: dto.CommentDto,
    events: ['case.grantExtension'],
    toCommand: ({ comment }, actor, { n }) => ({
      type: 'case.grantExtension',
      actor,
      n,
      comment: comment ?? null,
    }),
  }),
  row({
    path: 'extensions/{n}/denial',
    method: 'POST',
    summary: 'Deny more time, with the reason',
    body: ReasonDto,
    events: ['case.denyExtension'],
    toCommand: ({ reason }, actor, { n }) => ({ type: 'case.denyExtension', actor, n, reason }),
  }),
];
