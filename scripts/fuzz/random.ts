/**
 * Chance that can be repeated: one generator per request, made of the run's seed and the request's number, so that a
 * single request can be made again without those before it. Knows nothing of requests.
 */

export class Random {
  private state: number;

  /** @param parts whole numbers; the same ones give the same sequence. */
  constructor(...parts: readonly number[]) {
    this.state = parts.reduce((hash, part) => mixed(hash ^ mixed(part >>> 0)), 0x9e3779b9);
  }

  /** From 0 to below 1 (mulberry32: 32 bits of state are enough for a choice of a few hundred). */
  fraction(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  /** Both ends included. */
  whole(least: number, most: number): number {
    return least + Math.floor(this.fraction() * (most - least + 1));
  }

  /** @throws Error when there is nothing to pick from. */
  pick<T>(from: readonly T[]): T {
    if (from.length === 0) throw new Error('nothing to pick from');
    return from[Math.floor(this.fraction() * from.length)] as T;
  }

  /** null when there is nothing to pick from; draws either way, so that what follows stays the same. */
  pickOrNull<T>(from: readonly T[]): T | null {
    return from[Math.floor(this.fraction() * from.length)] ?? null;
  }

  shuffled<T>(from: readonly T[]): T[] {
    const list = [...from];
    for (let n = list.length - 1; n > 0; n--) {
      const other = this.whole(0, n);
      [list[n], list[other]] = [list[other] as T, list[n] as T];
    }
    return list;
  }
}

/** Spreads neighbouring numbers over all 32 bits (murmur3's finaliser). */
function mixed(value: number): number {
  let h = value >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
