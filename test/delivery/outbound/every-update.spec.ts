// For any sequence of steps, behaviours of the other side and stops of ours: every step that a customer should hear of
// ends told, covered by one that was, kept from them for a reason, or given up; each once, and in order (domain.md §4,
// invariant 3).
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hookFaultPoint } from '../../../src/engine/fault-points.js';
import type { SendResult } from '../../../src/delivery/outbound/channel.js';
import { HOUR } from '../../support/engine.js';
import {
  BAD_ADDRESS,
  DELIVERED,
  NOT_ARRIVED,
  PERHAPS,
  REFUSED,
  startSendingHouse,
  type SendingHouse,
} from './sending-house.js';

const ANSWERS = {
  delivered: DELIVERED,
  notArrived: NOT_ARRIVED,
  perhaps: PERHAPS,
  refused: REFUSED,
  bad: BAD_ADDRESS,
};
/** `dies`: it arrives, and nobody is left to write that down. */
type Answer = keyof typeof ANSWERS | 'throws' | 'dies';

type Act = { readonly step: string } | { readonly waitSeconds: number };

const anAct: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ step: fc.string({ minLength: 1, maxLength: 5 }) }),
  fc.record({ waitSeconds: fc.integer({ min: 1, max: 400 }) }),
);
const anAnswer: fc.Arbitrary<Answer> = fc.oneof(
  { weight: 4, arbitrary: fc.constant('delivered' as const) },
  { weight: 3, arbitrary: fc.constant('notArrived' as const) },
  { weight: 3, arbitrary: fc.constant('perhaps' as const) },
  fc.constantFrom('refused' as const, 'bad' as const, 'throws' as const, 'dies' as const),
);

let house: SendingHouse;
beforeAll(async () => {
  house = await startSendingHouse();
});
afterAll(() => house?.close());

it('ends every update once, and in order', async () => {
  let customers = 0;
  const plays = fc.record({
    acts: fc.array(anAct, { minLength: 1, maxLength: 12 }),
    answers: fc.array(anAnswer, { maxLength: 12 }),
    isUrgent: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(plays, async ({ acts, answers, isUrgent }) => {
      customers += 1;
      const arrived = new Map<string, number>();
      const sent: number[] = [];
      const script = [...answers];
      let dies = false;
      house.email.script = ({ message }): SendResult => {
        const answer = script.shift() ?? 'delivered';
        if (answer === 'throws') throw new Error('cannot be rendered');
        dies = answer === 'dies';
        const last = message.updates.at(-1)?.seq ?? 0;
        sent.push(last);
        if (dies || answer === 'delivered' || answer === 'perhaps')
          arrived.set(message.dedupeKey, (arrived.get(message.dedupeKey) ?? 0) + 1);
        return answer === 'dies' ? DELIVERED : ANSWERS[answer];
      };
      hookFaultPoint('after-send', () => (dies ? Promise.reject(new Error('killed')) : undefined));
      const address = `c${customers}@example.test`;
      const { id } = await house.open(await house.customer({ email: address }), isUrgent ? 'P1' : 'P3');
      for (const act of acts) {
        if ('step' in act) await house.message(id, act.step);
        else await house.after(act.waitSeconds * 1_000);
      }
      await house.after(200 * 24 * HOUR);

      const rows = await house.notices(id);
      const bySeq = new Map(rows.map((row) => [row.seq, row]));
      const visible = await house.base.sql<{ seq: number }>(
        'SELECT seq FROM journal WHERE case_id = $1 AND customer_visible ORDER BY seq',
        [id],
      );
      // Each step has one row, and each row has an end.
      expect(rows.map(({ seq }) => seq)).toEqual(visible.map(({ seq }) => seq));
      for (const { status, reason, covered_by: by, seq } of rows) {
        expect(['delivered', 'suppressed', 'failed', 'covered']).toContain(status);
        if (status === 'suppressed' || status === 'failed') expect(reason).toBeTruthy();
        if (status !== 'covered') continue;
        expect(by).toBeGreaterThan(seq);
        expect(bySeq.get(by ?? 0)?.status).not.toBe('covered');
      }
      // What is told as delivered did arrive, and never as part of an older message after a newer one.
      for (const { seq } of rows.filter(({ status }) => status === 'delivered'))
        expect(arrived.get(`${id}.${seq}.email`)).toBeGreaterThanOrEqual(1);
      expect(sent).toEqual([...sent].sort((a, b) => a - b));
    }),
    { numRuns: 40 },
  );
  hookFaultPoint('after-send', null);
});
