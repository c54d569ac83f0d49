import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createActor, SimulatedClock } from 'xstate';
import type { Instant } from '../../src/domain/actor.js';
import type { Case } from '../../src/domain/case.js';
import { caseMachine } from '../../src/domain/case-machine.js';
import { deadlines, dueEvent } from '../../src/domain/deadlines.js';
import type { CaseCommand, CaseEvent } from '../../src/domain/events.js';
import { step } from '../../src/domain/step.js';
import { at, letPass, open, POLICIES, run, T0, TARGETED } from '../domain/given.js';
import { alphabet } from './alphabet.js';

const CLOCKED: ReadonlySet<string> = new Set([
  'case.promise',
  'case.proposeCompensation',
  'case.requestExtension',
]);

/** What a clock decides by its target cannot be compared: an actor in memory has no clocks. */
function isClocked(command: CaseCommand): boolean {
  return CLOCKED.has(command.type) || (command.type === 'case.consult' && command.dueAt !== null);
}

/** Whether a second message is a chase hangs on when the customer last heard something: the step's bookkeeping, too. */
function mayBeNoChase({ context }: Case, { type }: CaseCommand): boolean {
  const { lastCustomerMessageAt: last, lastUpdateAt } = context;
  return type === 'case.reply' && last !== null && lastUpdateAt > last;
}

function chosen(current: Case, choice: number, from = alphabet(current)): CaseCommand {
  return from[choice % from.length]!;
}

/** A choice of command, and how long the case rests before it. */
const moves = fc.array(
  fc.record({
    choice: fc.nat(10_000),
    restMs: fc.oneof(fc.integer({ min: 1000, max: 60_000 }), fc.integer({ min: 1, max: 30 * 86_400_000 })),
  }),
  { minLength: 1, maxLength: 25 },
);

/**
 * The live way: an XState actor in memory, with one timer of a simulated clock for the earliest deadline of its own
 * context, set anew after each event. No step, no stored case.
 */
function liveActor(first: Case) {
  const clock = new SimulatedClock();
  const snapshot = caseMachine.resolveState({ value: first.state, context: first.context });
  const actor = createActor(caseMachine, { snapshot }).start();
  let timer: number | undefined;
  const asCase = (): Case => {
    const { value, context } = actor.getSnapshot();
    const state = (typeof value === 'string' ? value : Object.entries(value)[0]!.join('.')) as Case['state'];
    return { ...first, state, context };
  };
  const tell = (event: CaseEvent): void => {
    actor.send({ ...event, policies: POLICIES });
    arm();
  };
  const arm = (): void => {
    if (timer !== undefined) clock.clearTimeout(timer);
    const next = deadlines(asCase())[0];
    timer = next && clock.setTimeout(() => ring(next.dueAt), Math.max(0, next.dueAt - T0 - clock.now()));
  };
  const ring = (dueAt: Instant): void => {
    const event = dueEvent(asCase(), dueAt);
    if (event) tell(event);
  };
  /** From one due instant to the next: a clock that jumps over two would ring both at the later. */
  const rest = (until: Instant): void => {
    for (let next = deadlines(asCase())[0]; next && next.dueAt <= until; next = deadlines(asCase())[0]) {
      clock.increment(next.dueAt - T0 - clock.now());
    }
    clock.increment(until - T0 - clock.now());
  };
  arm();
  return { rest, tell, asCase };
}

/** What the machine itself decides; clocks and the time of the last event are the step's bookkeeping. */
function bare({ state, context }: Case) {
  return { state, context: { ...context, clocks: [], lastUpdateAt: 0, lastEventAt: 0 } };
}

describe('a live XState actor under a simulated clock', () => {
  it('passes through the same states as the pure step, over random events and rests', () => {
    fc.assert(
      fc.property(moves, (list) => {
        let pure = run([open]).case;
        const live = liveActor(pure);
        let now = T0;
        for (const { choice, restMs } of list) {
          now += restMs;
          live.rest(now);
          pure = letPass(pure, now, POLICIES);
          const commands = alphabet(pure).filter(
            (command) => !isClocked(command) && !mayBeNoChase(pure, command),
          );
          const event = at(chosen(pure, choice, commands), now);
          const result = step(pure, event, POLICIES);
          // Roles are asked before the machine: an event that they refuse never reaches an actor.
          if (result.accepted) {
            pure = result.case;
            live.tell(event);
          }
          expect(bare(live.asCase())).toEqual(bare(pure));
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('a stored case', () => {
  it('survives JSON unchanged after any history, and steps on as if it had never left memory', () => {
    fc.assert(
      fc.property(moves, (list) => {
        let current = run([open], TARGETED).case;
        let now = T0;
        for (const { choice, restMs } of list) {
          now += restMs;
          current = letPass(current, now, TARGETED);
          const stored = JSON.parse(JSON.stringify(current)) as Case;
          expect(stored).toEqual(current);
          const event = at(chosen(current, choice), now);
          const result = step(current, event, TARGETED);
          expect(step(stored, event, TARGETED)).toEqual(result);
          if (result.accepted) current = result.case;
        }
      }),
      { numRuns: 200 },
    );
  });
});
