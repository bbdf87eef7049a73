/** One timer of a process, made when its name is first used. */
export interface Timer {
  readonly name: string;
  /** The index in the trace of the entry that set it; NOT_RUNNING if it is not running. */
  setBy: number;
}

export const NOT_RUNNING = -1;

/**
 * The timers of one process. A timer that has run out stays here for the next time: most are set
 * again at once, and to delete and add an entry of a Map costs as much as a fifth of an event.
 */
export class Timers {
  readonly #byName = new Map<string, Timer>();
  #last: Timer | undefined;

  /** The timer of that name, running or not. */
  named(name: string): Timer {
    if (this.#last?.name === name) return this.#last;
    let timer = this.#byName.get(name);
    if (timer === undefined) {
      timer = { name, setBy: NOT_RUNNING };
      this.#byName.set(name, timer);
    }
    this.#last = timer;
    return timer;
  }

  /** Those that are running, in the order in which their names were first used. */
  running(): readonly Timer[] {
    return [...this.#byName.values()].filter((timer) => timer.setBy !== NOT_RUNNING);
  }

  stopAll(): void {
    for (const timer of this.#byName.values()) timer.setBy = NOT_RUNNING;
  }
}
