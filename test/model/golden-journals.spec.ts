import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { Case } from '../../src/domain/case.js';
import { caseMachine } from '../../src/domain/case-machine.js';
import { deadlines, dueEvent } from '../../src/domain/deadlines.js';
import type { CaseEvent } from '../../src/domain/events.js';
import { MACHINE_VERSION, migrateCase } from '../../src/domain/machine-version.js';
import { step, transition } from '../../src/domain/step.js';
import { agent, at, T0, TARGETED } from '../domain/given.js';
import { STORIES } from './stories.js';

const GOLDEN = new URL('../golden/', import.meta.url);
/** Set to write what this build does as the golden truth of its version; a released version is never rewritten. */
const REFRESH = process.env['UPDATE_GOLDEN'] === '1';

interface GoldenJournal {
  readonly machineVersion: number;
  readonly events: readonly CaseEvent[];
  readonly types: readonly string[];
  readonly final: Case;
}

/** Every event that happened, those of time included, and where they led. */
function record(name: string): GoldenJournal {
  let current: Case | null = null;
  const events: CaseEvent[] = [];
  const types: string[] = [];
  const take = (event: CaseEvent): void => {
    const result = step(current, event, TARGETED);
    if (!result.accepted) throw new Error(`${name}: ${event.type} was refused: ${result.refusal.code}`);
    current = result.case;
    events.push(event);
    types.push(result.entry.type);
  };
  for (const [minutes, command] of STORIES[name] ?? []) {
    const now = T0 + minutes * 60_000;
    for (let due = earliest(current, now); due; due = earliest(current, now)) take(due);
    take(at(command, now));
  }
  if (!current) throw new Error(`${name}: no story`);
  return { machineVersion: MACHINE_VERSION, events, types, final: current };
}

function earliest(current: Case | null, until: number): CaseEvent | null {
  const next = current && deadlines(current)[0];
  return current && next && next.dueAt <= until ? dueEvent(current, next.dueAt) : null;
}

function fold(journal: GoldenJournal): Case {
  let current: Case | null = null;
  for (const event of journal.events) {
    const result = transition(current, event, TARGETED);
    if (!result.accepted) throw new Error(`${event.type} was refused: ${result.refusal.code}`);
    current = result.case;
  }
  if (!current) throw new Error('an empty journal');
  return current;
}

const folder = new URL(`journals/v${MACHINE_VERSION}/`, GOLDEN);
if (REFRESH) {
  mkdirSync(folder, { recursive: true });
  for (const name of Object.keys(STORIES)) {
    writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify(record(name), null, 1)}\n`);
  }
}

describe('the journals of every release', () => {
  const versions = existsSync(new URL('journals/', GOLDEN)) ? readdirSync(new URL('journals/', GOLDEN)) : [];
  const files = versions.flatMap((version) =>
    readdirSync(new URL(`journals/${version}/`, GOLDEN)).map((file) => `${version}/${file}`),
  );

  it('exist for each story of this version', () => {
    const mine = files.filter((file) => file.startsWith(`v${MACHINE_VERSION}/`));
    expect(mine).toHaveLength(Object.keys(STORIES).length);
  });

  it.each(files)('%s folds to the stored case, and the stored case steps on', (file) => {
    const journal = JSON.parse(readFileSync(new URL(`journals/${file}`, GOLDEN), 'utf8')) as GoldenJournal;
    const stored = migrateCase(journal.final);
    expect(fold(journal)).toEqual(stored);
    const next = at({ type: 'case.note', actor: agent, text: 'and on' }, stored.context.lastEventAt + 1000);
    const result = step(stored, next, TARGETED);
    const final = stored.state === 'withdrawn' || stored.state === 'merged';
    expect(result.accepted ? result.case.revision : result.refusal.code).toBe(
      final ? 'case-final' : stored.revision + 1,
    );
  });
});

describe('the released machine', () => {
  const hashes = new URL('machine-versions.json', GOLDEN);
  const shape = JSON.stringify(caseMachine.config, (_key, value: unknown) =>
    typeof value === 'function' ? 'function' : value,
  );
  const hash = createHash('sha256').update(shape).digest('hex');

  it('is the one whose hash is on record: a changed chart needs a new version and a migration', () => {
    const known = existsSync(hashes)
      ? (JSON.parse(readFileSync(hashes, 'utf8')) as Record<string, string>)
      : {};
    if (REFRESH) {
      writeFileSync(hashes, `${JSON.stringify({ ...known, [MACHINE_VERSION]: hash }, null, 2)}\n`);
      return;
    }
    expect(known[MACHINE_VERSION]).toBe(hash);
  });
});
