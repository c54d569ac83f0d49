/**
 * Lives all scenarios of a file in one instance, on a clock that is moved by hand, and looks where they say to look.
 * Knows the order of things; what to send and what to make of an answer is its neighbours'.
 */
import { randomUUID } from 'node:crypto';
import type { Door } from '../replay/http-door.js';
import { describe, inParallel } from '../replay/replay-run.js';
import { compareCheck } from './compare.js';
import { configure } from './configuration.js';
import { Life } from './life.js';
import { observe } from './observe.js';
import { endLife, playEvent } from './play-event.js';
import {
  type Check,
  earliestOf,
  type Scenario,
  type ScenarioFile,
  unknownPolicyFields,
} from './read-scenarios.js';
import { timelineOf } from './timeline.js';
import { type Finding, type ScenarioResult, toFinding, unseen } from './verdict.js';

/** @throws Error when the clock of the instance is not moved by hand, or is past the first event. */
export async function runScenarios(
  door: Door,
  file: ScenarioFile,
  concurrency: number,
  progress: (done: number, all: number) => void,
): Promise<ScenarioResult[]> {
  const { scenarios } = file;
  await requireClockBefore(door, earliestOf(scenarios));
  const refused = await configure(door, file);
  const run = randomUUID();
  const lives = new Map(scenarios.map((scenario) => [scenario, new Life(scenario, door, run)]));
  const findings = new Map(scenarios.map((scenario): [Scenario, Finding[]] => [scenario, []]));
  for (const [scenario, life] of lives) {
    const unknown = unknownPolicyFields(scenario);
    const why = refused.get(scenario);
    if (why !== undefined) life.stopped = { kind: 'refused', why };
    if (unknown.length > 0)
      life.stopped = { kind: 'inexpressible', why: `policy field ${unknown.join(', ')}` };
  }
  const timeline = timelineOf(scenarios);
  for (const [index, { at, moments }] of timeline.entries()) {
    await moveClock(door, at);
    await inParallel(concurrency, moments, async ({ scenario, events }) => {
      for (const event of events) await playEvent(lives.get(scenario) as Life, event);
    });
    // What an event made due at once, a target that has passed already for one, is done before anybody looks.
    if (moments.some(({ events }) => events.length > 0)) await moveClock(door, at);
    await inParallel(concurrency, moments, async ({ scenario, checks, isLast }) => {
      const life = lives.get(scenario) as Life;
      findings.get(scenario)?.push(...(await look(life, checks, at)));
      if (isLast) await endLife(life);
    });
    progress(index + 1, timeline.length);
  }
  return scenarios.map((scenario) => ({
    id: scenario.id,
    title: scenario.title ?? '',
    portability: scenario.portability,
    note: scenario.note ?? '',
    checks: scenario.checks.length,
    findings: findings.get(scenario) ?? [],
    stopped: lives.get(scenario)?.stopped ?? null,
  }));
}

async function look(life: Life, checks: readonly Check[], at: number): Promise<Finding[]> {
  const { stopped, scenario } = life;
  if (stopped) return checks.map((check) => unseen(check.at, scenario, stopped));
  if (checks.length === 0) return [];
  const observed = await observe(life, at);
  return checks.flatMap((check) =>
    compareCheck(life, check, observed).map((compared) => toFinding(check.at, compared, life, observed)),
  );
}

async function requireClockBefore(door: Door, first: number): Promise<void> {
  const { body } = await door.send('GET', '/api/v1/clock', 'admin');
  const { now, manual } = body as { now: string; manual: boolean };
  if (!manual) throw new Error('the instance runs on the real clock: start it with CLOCK=manual');
  if (Date.parse(now) > first) {
    throw new Error(`the instance's clock stands at ${now}, past the first event: take a fresh database`);
  }
}

async function moveClock(door: Door, at: number): Promise<void> {
  const now = new Date(at).toISOString();
  const answer = await door.send('PUT', '/api/v1/clock', 'admin', { now });
  if (answer.status !== 200) throw new Error(`PUT /clock ${now}: ${describe(answer.status, answer.body)}`);
}
