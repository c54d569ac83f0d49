/**
 * How many sends are under way at once: so many in all, and few to any one destination, so that a slow one cannot hold
 * up the rest. Waiting for a destination takes no place from others. Knows neither messages nor time.
 */
import pLimit, { type LimitFunction } from 'p-limit';

export interface SendSlotsOptions {
  /** In all. */
  readonly atOnce?: number;
  readonly perDestination?: number;
}

const AT_ONCE = 8;
const PER_DESTINATION = 2;
/** Beyond this, what is claimed for one destination would wait longer than its lease behind a slow one. */
const CROWD = 8;

export class SendSlots {
  private readonly all: LimitFunction;
  private readonly destinations = new Map<string, { limit: LimitFunction; claimed: number }>();
  private readonly perDestination: number;

  constructor({ atOnce = AT_ONCE, perDestination = PER_DESTINATION }: SendSlotsOptions = {}) {
    this.all = pLimit(atOnce);
    this.perDestination = perDestination;
  }

  /** Runs `work` when there is a place for it. @param destination a host or mail domain */
  async run<T>(destination: string, work: () => Promise<T>): Promise<T> {
    const place = this.destinations.get(destination) ?? { limit: pLimit(this.perDestination), claimed: 0 };
    this.destinations.set(destination, place);
    place.claimed += 1;
    try {
      return await place.limit(() => this.all(work));
    } finally {
      place.claimed -= 1;
      if (place.claimed === 0) this.destinations.delete(destination);
    }
  }

  /** Destinations for which enough is claimed already: claim nothing more for them. */
  crowded(): string[] {
    return [...this.destinations].filter(([, { claimed }]) => claimed >= CROWD).map(([name]) => name);
  }
}
