import { describe, expect, it } from '@jest/globals';
import { type Case, STATE_PATHS } from '../../src/domain/case.js';
import {
  MACHINE_VERSION,
  MachineVersionUnsupported,
  migrateCase,
  MIGRATIONS,
} from '../../src/domain/machine-version.js';
import { BLANK_CONTEXT } from '../../src/domain/moves/oversight.js';
import { step } from '../../src/domain/step.js';
import { agent, at, given, HOUR_MS, open, POLICIES, start } from './given.js';
import { promise } from './commitment-words.js';

/** As the first machine wrote it: it knew nothing of what departments and customers agree upon. */
function asOfVersion1(current: Case): Case {
  const {
    consults: _consults,
    proposals: _proposals,
    promises: _promises,
    compensations: _compensations,
    extensions: _extensions,
    callbacks: _callbacks,
    ratings: _ratings,
    handOffRatings: _handOffRatings,
    ...context
  } = current.context;
  return { ...current, machineVersion: 1, context: context as Case['context'] };
}

describe('a case of an older machine', () => {
  const current = given(open, start);

  it('is understood whole: nothing of it is lost, nothing is invented', () => {
    expect(migrateCase(asOfVersion1(current))).toEqual(current);
    expect(Object.keys(migrateCase(asOfVersion1(current)).context).sort()).toEqual(
      Object.keys(BLANK_CONTEXT).sort(),
    );
  });

  it('takes what the new one knows', () => {
    const migrated = migrateCase(asOfVersion1(current));
    const event = at(promise(current.context.lastEventAt + HOUR_MS), current.context.lastEventAt + 1000);
    expect(step(migrated, event, POLICIES)).toMatchObject({
      accepted: true,
      case: { machineVersion: MACHINE_VERSION, context: { promises: [{ n: 1 }] } },
    });
  });

  it('has a way for each of its states', () => {
    for (let version = 1; version < MACHINE_VERSION; version += 1) {
      expect(Object.keys(MIGRATIONS[version]?.states ?? {}).length).toBeGreaterThan(0);
    }
    for (const state of STATE_PATHS)
      expect(migrateCase({ ...asOfVersion1(current), state }).state).toBe(state);
  });

  it.each([
    ['of a newer machine', { ...current, machineVersion: MACHINE_VERSION + 1 }],
    ['in a state that was never released', { ...asOfVersion1(current), state: 'lost' } as unknown as Case],
    ['in a state that no machine has', { ...current, state: 'lost' } as unknown as Case],
    ['from before the first version', { ...current, machineVersion: 0 }],
  ])('%s is left alone by name', (_what, stored) => {
    expect(() => migrateCase(stored)).toThrow(MachineVersionUnsupported);
  });

  it('is written under this machine’s version by its next step', () => {
    const event = at({ type: 'case.note', actor: agent, text: 'hm' }, current.context.lastEventAt + 1);
    const result = step(migrateCase(asOfVersion1(current)), event, POLICIES);
    expect(result).toMatchObject({ accepted: true, entry: { machineVersion: MACHINE_VERSION } });
  });
});
