/**
 * What a fault is to the runner, and what is kept of each one for the verdict. A fault that was injected and changed
 * nothing is no test of anything, so each says itself whether it had an effect. Knows no fault in particular.
 */

/** Something that goes wrong for a while. */
export interface Fault {
  /** Short, as on the command line: `kill-node`. */
  readonly name: string;
  /** Resolves when it is in force. */
  inject(): Promise<void>;
  /** Undoes it. Must work after an `inject` that failed halfway. */
  heal(): Promise<void>;
  /** Asked after `heal`: whether anybody felt it, by a measurement: connections dropped, a process gone, a refusal. */
  effective(): boolean;
  /** Asked last: what should be well again some time after `heal`, and is not. null, or absent: everything is. */
  complaint?(): string | null;
}

/** When a fault was in force and until the load was served again; ms of the history's clock. */
export interface FaultWindow {
  readonly from: number;
  readonly to: number;
}

/** All injections of one fault. */
export interface FaultRecord {
  readonly name: string;
  readonly injected: number;
  readonly effective: number;
  readonly windows: readonly FaultWindow[];
}

/** Collects what became of each injection. */
export class FaultLog {
  /** What did not recover. */
  readonly complaints: string[] = [];
  private readonly records = new Map<
    string,
    { injected: number; effective: number; windows: FaultWindow[] }
  >();

  add({ name, ...fault }: Pick<Fault, 'name' | 'effective' | 'complaint'>, window: FaultWindow): void {
    const complaint = fault.complaint?.() ?? null;
    if (complaint !== null) this.complaints.push(`${name}: ${complaint}`);
    const record = this.records.get(name) ?? { injected: 0, effective: 0, windows: [] };
    record.injected += 1;
    record.effective += fault.effective() ? 1 : 0;
    record.windows.push(window);
    this.records.set(name, record);
  }

  all(): FaultRecord[] {
    return [...this.records].map(([name, record]) => ({ name, ...record }));
  }
}
