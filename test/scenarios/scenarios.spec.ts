/**
 * Scenarios over real sockets, on a clock moved by hand: our own file always, the public one where it is at hand, and
 * planted faults, so that a runner that sees nothing fails here.
 */
import { afterEach, describe, expect, it } from '@jest/globals';
import { HttpDoor } from '../../scripts/replay/http-door.js';
import { earliestOf, readScenarios, type ScenarioFile } from '../../scripts/scenarios/read-scenarios.js';
import { runScenarios } from '../../scripts/scenarios/run-scenarios.js';
import { count, isClean, type Outcome, type ScenarioResult } from '../../scripts/scenarios/verdict.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { isPresent, OWN_SCENARIOS, PUBLIC_SCENARIOS, titled } from './files.js';
import { at, check, event, fileOf, scenario } from './small-scenarios.js';

let app: TestApp | null = null;

afterEach(async () => {
  await app?.close();
  app = null;
});

/** In an application of its own, because its clock only goes forward. */
async function live(file: ScenarioFile): Promise<ScenarioResult[]> {
  app ??= await startTestApp({ clockStart: new Date(earliestOf(file.scenarios) - 1000).toISOString() });
  const door = new HttpDoor(new URL(app.url), app.tokens, 4);
  try {
    return await runScenarios(door, file, 4, () => {});
  } finally {
    door.close();
  }
}

const findings = (results: readonly ScenarioResult[], outcome: Outcome) =>
  results.flatMap(({ id, findings: all }) =>
    all.filter((one) => one.outcome === outcome).map(({ field, why }) => ({ id, field, why })),
  );

describe('scenarios over HTTP', () => {
  it('are all as expected in our own file, each of its expectations seen', async () => {
    const results = await live(await readScenarios(OWN_SCENARIOS));
    const unequal = results.flatMap(({ findings: all }) => all.filter(({ outcome }) => outcome !== 'equal'));
    expect(unequal).toEqual([]);
    expect(count(results, 'equal')).toBe(125);
  });

  const withPublic = isPresent(PUBLIC_SCENARIOS) ? it : it.skip;
  withPublic(titled('differ in the public file only by decisions of ours', PUBLIC_SCENARIOS), async () => {
    const results = await live(await readScenarios(PUBLIC_SCENARIOS));
    expect(findings(results, 'miss')).toEqual([]);
    expect(findings(results, 'inexpressible')).toEqual([]);
    const silence = { id: 'rt-05', field: 'keep_in_loop.due', why: 'next-update-always-runs' };
    expect(findings(results, 'byDesign')).toEqual([silence, silence]);
    expect(count(results, 'equal')).toBe(63);
  });

  it('tell a miss, a decision, a matter of choice and what cannot be said apart', async () => {
    const wrong = check('08:10', { resolution: { due: at('09:30'), used_minutes: 10 } });
    const results = await live(
      fileOf(
        scenario('wrong', [], [wrong]),
        scenario('choice', [], [wrong], { portability: 'design-choice' }),
        scenario('refused', [event('08:05', 'closed'), event('08:06', 'agent_reply')], [check('08:07', {})]),
        scenario('edited', [event('08:05', 'opened_date_edited')], [check('08:04', {}), check('08:06', {})]),
        scenario('unheard-of', [event('08:05', 'snoozed')], [check('08:06', {})]),
        scenario('odd-figure', [], [check('08:01', { mood: 'good' })]),
        scenario('odd-policy', [], [check('08:01', {})], { policy: { resolution_days: 3 } as object }),
        scenario('silence', [], [check('08:01', { keep_in_loop_due: null })], {
          policy: { keep_in_loop_minutes: 60 },
        }),
        scenario(
          'message-in-wait',
          [event('08:10', 'waiting_customer'), event('08:20', 'customer_message'), event('08:30', 'resumed')],
          [
            check('08:25', { resolution: { due: null } }),
            check('08:40', { resolution: { due: at('09:20') } }),
          ],
        ),
        scenario(
          'answer-to-a-question',
          [event('08:10', 'waiting_customer'), event('08:20', 'customer_message'), event('08:20', 'resumed')],
          [check('08:20', { next_response: { due: at('08:50') }, resolution: { due: at('09:10') } })],
          { policy: { next_response_minutes: 30, resolution_minutes: 60 } },
        ),
        scenario(
          'two-owed',
          [event('08:05', 'customer_message')],
          [check('08:05', { next_response_due: at('08:35') })],
          {
            policy: { first_response_minutes: 60, next_response_minutes: 30 },
          },
        ),
      ),
    );
    expect(findings(results, 'miss')).toEqual([
      { id: 'wrong', field: 'resolution.due', why: null },
      { id: 'refused', field: 'all', why: expect.stringMatching(/^agent_reply .*messages in closed: 409 /) },
    ]);
    expect(findings(results, 'ownChoice')).toEqual([{ id: 'choice', field: 'resolution.due', why: null }]);
    expect(findings(results, 'byDesign')).toEqual([
      { id: 'silence', field: 'keep_in_loop.due', why: 'next-update-always-runs' },
      { id: 'message-in-wait', field: 'resolution.due', why: 'reply-ends-wait' },
      { id: 'message-in-wait', field: 'resolution.due', why: 'reply-ends-wait' },
      {
        id: 'answer-to-a-question',
        field: 'next_response.due',
        why: 'answer-to-a-question-starts-no-response',
      },
      { id: 'two-owed', field: 'next_response.due', why: 'response-owed-once' },
    ]);
    expect(findings(results, 'inexpressible')).toEqual([
      { id: 'edited', field: 'all', why: expect.stringContaining('never changes') },
      { id: 'unheard-of', field: 'all', why: expect.stringContaining('no such event') },
      { id: 'odd-figure', field: 'mood', why: 'no such figure is known' },
      { id: 'odd-policy', field: 'all', why: 'policy field resolution_days' },
    ]);
    expect(isClean(results)).toBe(false);
  });

  it('are not begun on a clock that is past their first event', async () => {
    const file = fileOf(scenario('late', [], [check('08:10', { resolution: { due: at('09:00') } })]));
    const results = await live(file);
    expect(isClean(results)).toBe(true);
    await expect(live(file)).rejects.toThrow(
      /clock stands at 2026-01-12T08:10:00.000Z, past the first event/,
    );
  });
});
