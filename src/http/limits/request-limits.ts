/**
 * All budgets of callers in one place: who asks for one more is told whether it is served. Knows no request, no header
 * and no route (`limits.guard.ts`).
 */
import type { RequestUsage } from '../../store/request-usage.js';
import { addressKey } from './address-key.js';
import { ADDRESS_RATE, GUESS_RATE, principalRate, type Rate, WINDOWS, type WindowName } from './budgets.js';
import type { Measured } from './limit-headers.js';
import { RateMeter, type RateMeterOptions } from './rate-meter.js';
import { WindowMeter } from './window-meter.js';

export interface RequestLimitsOptions extends Pick<RateMeterOptions, 'monotonicMs' | 'after'> {
  /** Of each principal; 0: rates are not limited, neither of principals nor of addresses. */
  readonly perSecond: number;
  readonly usage: Pick<RequestUsage, 'addDebts' | 'useOnce'>;
}

export class RequestLimits {
  private readonly rates: RateMeter;
  private readonly windows: WindowMeter;
  private readonly principalRate: Rate;
  /** Whether requests are counted at all; windows always are. */
  readonly limitsRates: boolean;

  constructor({ perSecond, usage, monotonicMs, after }: RequestLimitsOptions) {
    this.limitsRates = perSecond > 0;
    this.principalRate = principalRate(perSecond);
    this.rates = new RateMeter({ exchange: (debts) => usage.addDebts(debts), monotonicMs, after });
    this.windows = new WindowMeter({ ask: (...use) => usage.useOnce(...use), monotonicMs });
  }

  /** One request of somebody who is known. */
  byPrincipal(id: string): Measured {
    return { budget: this.principalRate, verdict: this.rates.take(this.principalRate, id) };
  }

  /** One request of somebody who is not. @param address of the socket, or as a trusted proxy names it */
  byAddress(address: string): Measured {
    return { budget: ADDRESS_RATE, verdict: this.rates.take(ADDRESS_RATE, addressKey(address)) };
  }

  /** How an address stands that may be guessing credentials. Uses nothing. */
  guessesOf(address: string): Measured {
    return { budget: GUESS_RATE, verdict: this.rates.look(GUESS_RATE, addressKey(address)) };
  }

  /** A request from there was answered 401. */
  chargeGuess(address: string): void {
    if (this.limitsRates) this.rates.charge(GUESS_RATE, addressKey(address));
  }

  /** One use of what may be used so often in a span of time. Never throws. */
  async use(name: WindowName, key: string): Promise<Measured> {
    return { budget: WINDOWS[name], verdict: await this.windows.use(WINDOWS[name], key) };
  }

  /** Tells the other nodes, and hears from them, now. Never throws. */
  exchange(): Promise<void> {
    return this.rates.exchange();
  }
}
