/**
 * A memo of a pure function that forgets its oldest entry when full.
 * Responsible for keeping the memory of a long-lived calendar bounded; it knows nothing of what it keeps.
 */
export class BoundedCache<K, V> {
  private readonly entries = new Map<K, V>();

  /** `compute` must depend on its key alone; what it throws is passed on and not kept. */
  constructor(
    private readonly entriesMax: number,
    private readonly compute: (key: K) => V,
  ) {}

  get(key: K): V {
    const known = this.entries.get(key);
    if (known !== undefined) return known;
    const value = this.compute(key);
    if (this.entries.size >= this.entriesMax) this.forgetOldest();
    this.entries.set(key, value);
    return value;
  }

  private forgetOldest(): void {
    for (const oldest of this.entries.keys()) {
      this.entries.delete(oldest);
      return;
    }
  }
}
