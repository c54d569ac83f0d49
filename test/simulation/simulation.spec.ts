// The pure core with its loops and its deliveries against a database in memory, from seeds: crashes between any two
// statements, repeated and reordered commands, two nodes, mail that may or may not have arrived. `npm run simulate`
// lives more of these lives; here are enough to notice a slip, and the proof that slips are noticed.
import { describe, expect, it } from '@jest/globals';
import { PLANTED, PLANTED_NAMES } from './planted.js';
import { simulate, type SimResult } from './simulate.js';

const STEPS = 500;
const SEEDS = 120;
/** Each planted mistake shows within so many lives; most in the first. */
const SEEDS_TO_NOTICE = 60;

const seedsUpTo = (last: number): number[] => Array.from({ length: last }, (_, n) => n + 1);

describe('a simulated installation', () => {
  const lives: SimResult[] = [];

  it(`keeps its promises through ${SEEDS} lives of ${STEPS} steps`, () => {
    for (const seed of seedsUpTo(SEEDS)) {
      const life = simulate({ seed, steps: STEPS });
      lives.push(life);
      if (life.violation !== null) {
        throw new Error(`${life.violation}\nnpm run simulate -- --seed ${seed} --steps ${STEPS}`);
      }
    }
  });

  it('meets every kind of trouble often enough to mean something', () => {
    const sum = (name: keyof SimResult['counts']) => lives.reduce((all, { counts }) => all + counts[name], 0);
    expect(sum('transitions')).toBeGreaterThan(10 * SEEDS);
    expect(sum('fired')).toBeGreaterThan(10 * SEEDS);
    expect(sum('mails')).toBeGreaterThan(5 * SEEDS);
    expect(sum('crashes')).toBeGreaterThan(3 * SEEDS);
    expect(sum('doubtful')).toBeGreaterThan(SEEDS);
    expect(sum('repeated')).toBeGreaterThan(5 * SEEDS);
  });

  it('lives the same life again from the same seed', () => {
    const traces = [0, 0].map(() => {
      const trace: string[] = [];
      simulate({ seed: 7, steps: STEPS, trace: (line) => trace.push(line) });
      return trace;
    });
    expect(traces[0]).toEqual(traces[1]);
  });

  it.each(PLANTED_NAMES.map((name) => [PLANTED[name], name] as const))(
    'is caught when %s',
    (_mistake, name) => {
      const seed = seedsUpTo(SEEDS_TO_NOTICE).find(
        (each) => simulate({ seed: each, steps: STEPS, planted: [name] }).violation !== null,
      );
      expect(seed).toBeDefined();
    },
  );
});
