/**
 * A process's own clock, which may be wrong: set off by some ms, running fast or slow, stepped.
 * It reads whole milliseconds.
 */
export class Clock {
  #offsetMs = 0;
  #driftPpm = 0;

  /** What this clock reads at a virtual time (ms). */
  read(virtualMs: number): number {
    return Math.floor(virtualMs + (virtualMs * this.#driftPpm) / 1e6 + this.#offsetMs);
  }

  /**
   * How much virtual time (ms) passes while this clock counts `ms`. Rounded up: when a timer runs out,
   * its own clock has counted all of it. Steps do not touch a timer.
   */
  virtual(ms: number): number {
    return this.#driftPpm === 0 ? ms : Math.ceil((ms * 1e6) / (1e6 + this.#driftPpm));
  }

  /** Moves the clock by some ms, forward or back. */
  step(byMs: number): void {
    this.#offsetMs += byMs;
  }

  /** Lets the clock run fast (positive) or slow (negative) from virtual time 0, in parts per million. */
  drift(ppm: number): void {
    this.#driftPpm = ppm;
  }
}
