// What is left of a case: an allow-list over every field, in TypeScript for the case and in SQL for its payloads. What
// nobody listed is erased.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import type { Case } from '../../src/domain/case.js';
import { eraseCase, whyNotErase } from '../../src/domain/erasure.js';
import { ERASED } from '../../src/domain/erasure-plan.js';
import { namesPerson } from '../../src/domain/names-person.js';
import { step } from '../../src/domain/step.js';
import { allowedActions } from '../../src/domain/allowed-actions.js';
import { deadlines, SYSTEM } from '../../src/domain/deadlines.js';
import { MANAGER, note, POLICIES, resolve, startTestEngine, type TestEngine } from '../support/engine.js';

let house: TestEngine;
let ended: Case;
beforeAll(async () => {
  house = await startTestEngine();
  const { id } = await house.open();
  await house.send(id, note());
  ended = await house.send(id, resolve());
});
afterAll(() => house?.close());

const order = { actor: MANAGER, reason: 'asked', at: 1, names: () => false };

describe('an erased case', () => {
  it('accepts nothing, offers nothing and waits for nothing', () => {
    const result = eraseCase(ended, { ...order, at: ended.context.lastEventAt + 1 }, POLICIES);
    if (!result.accepted) throw new Error('not accepted');
    const { case: gone } = result;
    expect(deadlines(gone)).toEqual([]);
    expect(allowedActions(gone, MANAGER, POLICIES)).toEqual([]);
    expect(whyNotErase(gone)).toBe('case-erased');
    const late = { type: 'case.note', actor: MANAGER, text: 'x', at: gone.context.lastEventAt + 1 } as const;
    expect(step(gone, late, POLICIES)).toMatchObject({ accepted: false, refusal: { code: 'case-erased' } });
    expect(gone.intake).toMatchObject({
      subject: ERASED,
      description: ERASED,
      category: ended.intake.category,
    });
    expect(gone.context.resolution).toMatchObject({ solution: ERASED, rootCause: 'picking error' });
    expect(gone.context.linkGeneration).toBe(ended.context.linkGeneration + 1);
  });

  it('keeps nothing that is not listed, whatever a stored case holds', () => {
    const odd = {
      ...ended,
      intake: { ...ended.intake, nickname: 'Otto' },
      context: { ...ended.context, whim: { deep: ['Otto'] }, list: ['Otto'], n: 'Otto' },
    };
    const result = eraseCase(odd as Case, order, POLICIES);
    expect(JSON.stringify(result)).not.toContain('Otto');
  });

  it('is refused while somebody works on it, or while money is under way', () => {
    expect(whyNotErase({ ...ended, state: 'frontline.working' })).toBe('case-still-open');
    const paying = [{ state: 'executing' }] as unknown as Case['context']['compensations'];
    expect(whyNotErase({ ...ended, context: { ...ended.context, compensations: paying } })).toBe(
      'payment-under-way',
    );
  });
});

describe('a text names a person', () => {
  const names = namesPerson(['Ada Bauer', 'ada.b@example.com', '+49 30 5550-17', null, '王芳', '']);
  it.each([
    ['by a word of the name, in any case', 'told BAUER so', true],
    ['by the address', 'see Ada.B@example.com', true],
    ['by the number, however it is written', 'call 0049 (30) 555017', true],
    ['by a name of two signs', '联系王芳', true],
    ['not by a word that only looks like it', 'batch 2291, seal torn', false],
    ['not by nothing', '', false],
  ])('%s', (_title, text, expected) => {
    expect(names(text)).toBe(expected);
  });
});

describe('an erased payload', () => {
  const erased = async (data: unknown): Promise<unknown> =>
    (
      await house.sql<{ erased: unknown }>(`SELECT erased_json($1::jsonb, '') AS erased`, [
        JSON.stringify(data),
      ])
    )[0]?.erased;

  it.each([
    [
      'keeps ids and codes under their keys',
      { agentId: 'a-1', reason: 'misrouted', department: 'sales' },
      { agentId: 'a-1', reason: 'misrouted', department: 'sales' },
    ],
    [
      'keeps numbers, truth values and nulls',
      { n: 1, on: true, dueAt: 5, comment: null },
      { n: 1, on: true, dueAt: 5, comment: null },
    ],
    [
      'erases free words under a key of codes',
      { reason: 'Ada asked', decision: 'Pay Ada', channel: 'Ada' },
      { reason: ERASED, decision: ERASED, channel: ERASED },
    ],
    [
      'erases addresses under a key of ids',
      { agentId: 'mailto:ada@example.com', ownerId: 'two words' },
      { agentId: ERASED, ownerId: ERASED },
    ],
    [
      'keeps how many there were',
      { evidence: ['a', 'b'], departments: ['sales'] },
      { evidence: [ERASED, ERASED], departments: ['sales'] },
    ],
    ['forgets keys that a caller made up', { fields: { 'Ada’s number': '5' } }, { fields: {} }],
    [
      'looks into what the engine put there',
      { routing: { rule: 'vip', version: 2, explanation: 'Ada' }, alarmed: ['owner:a-1', 'manager'] },
      { routing: { rule: 'vip', version: 2, explanation: ERASED }, alarmed: ['owner:a-1', 'manager'] },
    ],
    [
      'erases what nobody listed',
      { brandNew: 'Ada', box: { a: 'Ada' }, many: [{ a: 'Ada' }] },
      { brandNew: ERASED, box: {}, many: [{}] },
    ],
  ])('%s', async (_title, data, expected) => {
    expect(await erased(data)).toEqual(expected);
  });

  it('holds no text of any payload, however it is nested', async () => {
    const words = fc
      .string({ unit: fc.constantFrom('a', 'é', '王', '"', '\\n', '=') })
      .map((text) => `ada ${text}`);
    const payload = fc.object({
      key: fc.constantFrom('reason', 'text', 'fields', 'actions', 'routing', 'x'),
      values: [words],
      maxDepth: 4,
    });
    await fc.assert(
      fc.asyncProperty(payload, async (data) => {
        expect(JSON.stringify(await erased(data))).not.toContain('ada ');
      }),
      { numRuns: 60, seed: 7 },
    );
  });
});

it('blanks a journal for nobody but the application', async () => {
  const client = new pg.Client({ connectionString: house.url });
  await client.connect();
  await client.query(
    'BEGIN; CREATE ROLE nobody_at_all NOLOGIN; GRANT USAGE ON SCHEMA public TO nobody_at_all; SET LOCAL ROLE nobody_at_all',
  );
  await expect(client.query('SELECT erase_journal($1)', [ended.id])).rejects.toMatchObject({ code: '42501' });
  await client.query('ROLLBACK');
  await client.end();
});

it('is erased by the engine under its own actor', async () => {
  const outcome = await house.engine.erase(ended.id, {
    actor: SYSTEM,
    reason: 'retention',
    names: () => false,
  });
  expect(outcome).toMatchObject({ kind: 'erased', records: { cases: 1, journal: ended.revision } });
  expect(await house.engine.erase(ended.id, { actor: SYSTEM, reason: 'again', names: () => false })).toEqual({
    kind: 'erased',
    records: {},
  });
});
