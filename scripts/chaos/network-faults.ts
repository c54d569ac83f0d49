/** Faults of the way to the database: long, torn, swallowing. Knows no schedule and no verdict. */
import type { Random } from '../fuzz/random.js';
import { kind, type FaultKind } from './fault-kind.js';
import type { ProxyCounts, Weather } from './tcp-proxy.js';

/** @param felt what must have grown. */
const proxyFault = (
  name: string,
  about: string,
  holdMs: FaultKind['holdMs'],
  weather: (random: Random) => Weather,
  felt: keyof ProxyCounts,
): FaultKind =>
  kind(name, about, holdMs, ({ installation: { proxy }, random }) => {
    let before = 0;
    return {
      inject: async () => {
        before = proxy.counts[felt];
        proxy.setWeather(weather(random));
      },
      heal: async () => proxy.setWeather({}),
      effective: () => proxy.counts[felt] > before,
    };
  });

export const NETWORK_FAULTS: readonly FaultKind[] = [
  proxyFault(
    'delay',
    'the way to the database is 50 ms long, give or take (D1)',
    [3_000, 5_000],
    () => ({ delayMs: 50, jitterMs: 30 }),
    'delayedChunks',
  ),
  proxyFault(
    'black-hole',
    'the way to the database swallows everything (D2)',
    [3_000, 8_000],
    () => ({ flow: 'blackHole' }),
    'swallowedBytes',
  ),
  proxyFault(
    'reset',
    'connections to the database are torn at some byte (D4)',
    [500, 1_500],
    (random) => ({ resetAfterBytes: random.whole(1, 4_000) }),
    'resets',
  ),
];
