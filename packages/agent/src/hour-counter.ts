const BUCKET_MS = 10_000;
const BUCKETS = 360;

/**
 * A sum over the sliding last hour in fixed memory: 360 buckets of ten seconds, so an entry leaves between 60 min and
 * 59 min 50 s after it came. `now` is milliseconds since the epoch; a clock that jumps back only delays the leaving.
 */
export class HourCounter {
  readonly #sums = new Float64Array(BUCKETS);
  #newest = 0;
  #total = 0;

  add(amount: number, now: number): void {
    this.#advance(now);
    const slot = this.#newest % BUCKETS;
    this.#sums[slot] = (this.#sums[slot] ?? 0) + amount;
    this.#total += amount;
  }

  total(now: number): number {
    this.#advance(now);
    return this.#total;
  }

  #advance(now: number): void {
    const bucket = Math.floor(now / BUCKET_MS);
    if (bucket <= this.#newest) return;
    if (bucket - this.#newest >= BUCKETS) {
      this.#sums.fill(0);
      this.#total = 0;
      this.#newest = bucket;
      return;
    }
    while (this.#newest < bucket) {
      this.#newest += 1;
      const slot = this.#newest % BUCKETS;
      this.#total -= this.#sums[slot] ?? 0;
      this.#sums[slot] = 0;
    }
  }
}
