/** Rows of the table of commands on compensations. What was granted before is read by the engine, under a lock. */
import { toMinorUnits } from '../input/amount.js';
import { ReasonDto } from './case-command.dto.js';
import { invalid, row } from './command-route.js';
import * as dto from './compensation.dto.js';
import { CommentDto } from './cooperation.dto.js';

export const COMPENSATION_COMMANDS = [
  row({
    path: 'compensations',
    method: 'POST',
    summary: 'Propose a compensation; within the own limit it is approved at once',
    body: dto.CompensationDto,
    events: ['case.proposeCompensation'],
    readsCase: true,
    toCommand: ({ kind, amount, currency: named, description, reason }, actor, { policies }) => {
      const currency = named ?? policies.compensation.currency;
      if (!/^[A-Z]{3}$/.test(currency)) {
        throw invalid('/currency', 'Must be a currency of ISO 4217.', 'malformed');
      }
      const amountMinor = toMinorUnits(amount, currency);
      if (amountMinor === null || amountMinor === 0) {
        throw invalid('/amount', `Must be a positive amount of ${currency}, such as "49.90".`, 'malformed');
      }
      return {
        type: 'case.proposeCompensation',
        actor,
        kind,
        amountMinor,
        currency,
        description,
        reason,
      };
    },
  }),
  row({
    path: 'compensations/{n}/approval',
    method: 'POST',
    summary: 'Approve a compensation within the own authority and the customer’s cap',
    body: CommentDto,
    events: ['case.approveCompensation'],
    toCommand: ({ comment }, actor, { n }) => ({
      type: 'case.approveCompensation',
      actor,
      n,
      comment: comment ?? null,
    }),
  }),
  row({
    path: 'compensations/{n}/rejection',
    method: 'POST',
    summary: 'Reject a compensation, with the reason',
    body: ReasonDto,
    events: ['case.rejectCompensation'],
    toCommand: ({ reason }, actor, { n }) => ({ type: 'case.rejectCompensation', actor, n, reason }),
  }),
  row({
    path: 'compensations/{n}/execution',
    method: 'POST',
    summary: 'Pay an approved compensation by hand, or hand it to the payment system',
    body: dto.ExecutionDto,
    events: ['case.executeCompensation'],
    toCommand: ({ reference }, actor, { n }) => ({
      type: 'case.executeCompensation',
      actor,
      n,
      reference: reference ?? null,
    }),
  }),
  row({
    path: 'compensations/{n}/settlement',
    method: 'POST',
    summary: 'Record what the payment system answered',
    body: dto.SettlementDto,
    events: ['case.settleCompensation'],
    toCommand: ({ paid, reference, detail }, actor, { n }) => ({
      type: 'case.settleCompensation',
      actor,
      n,
      paid,
      reference: reference ?? null,
      detail: detail ?? null,
    }),
  }),
  row({
    path: 'compensations/{n}/cancellation',
    method: 'POST',
    summary: 'Take a compensation back that was not paid',
    body: ReasonDto,
    events: ['case.cancelCompensation'],
    toCommand: ({ reason }, actor, { n }) => ({ type: 'case.cancelCompensation', actor, n, reason }),
  }),
];
