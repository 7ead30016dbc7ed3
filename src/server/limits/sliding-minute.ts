const SECONDS = 60;

/**
 * Amounts of the last minute, counted by the second: 60 buckets, of which the oldest is given up when a second begins.
 * Seconds are whole numbers from 0 of a clock that never goes back.
 */
export class SlidingMinute {
  readonly #buckets = new Float64Array(SECONDS);
  #second = 0;
  #total = 0;

  /** The latest second that was asked about. */
  get second(): number {
    return this.#second;
  }

  /** What the minute that ends with `second` holds. */
  totalAt(second: number): number {
    if (second - this.#second >= SECONDS) {
      this.#buckets.fill(0);
      this.#total = 0;
      this.#second = second;
    }
    while (this.#second < second) {
      this.#second += 1;
      this.#total -= this.#in(this.#second);
      this.#buckets[this.#second % SECONDS] = 0;
    }
    return this.#total;
  }

  /** Adds to a second of the minute as `totalAt` saw it last; one that has left the minute counts no more. */
  add(second: number, amount: number): void {
    if (second <= this.#second - SECONDS) return;
    this.#buckets[second % SECONDS] = this.#in(second) + amount;
    this.#total += amount;
  }

  /** The first second at which at most `allowed` of what is there now is left. */
  secondOfAtMost(allowed: number): number {
    let left = this.#total;
    let oldest = Math.max(0, this.#second - SECONDS + 1);
    if (left <= allowed) return this.#second;
    while (oldest < this.#second) {
      left -= this.#in(oldest);
      if (left <= allowed) break;
      oldest += 1;
    }
    return oldest + SECONDS;
  }

  #in(second: number): number {
    return this.#buckets[second % SECONDS] ?? 0;
  }
}
