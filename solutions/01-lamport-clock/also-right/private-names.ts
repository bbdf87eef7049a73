import type { ProcessId } from '#harness';

export interface Timestamp {
  readonly time: number;
  readonly process: ProcessId;
}

/** Keeps its last timestamp instead of a number, in a private name, and counts in steps of ten. */
export class LamportClock {
  #last: Timestamp;

  constructor(process: ProcessId) {
    this.#last = Object.freeze({ time: 100, process });
  }

  tick = (): Timestamp => this.#after(0);

  send = (): Timestamp => this.#after(0);

  receive = ({ time }: Timestamp): Timestamp => this.#after(time);

  #after(time: number): Timestamp {
    const { time: own, process } = this.#last;
    this.#last = Object.freeze({ process, time: (time > own ? time : own) + 10 });
    return this.#last;
  }
}

export const compare = (a: Timestamp, b: Timestamp): number =>
  Math.sign(a.time - b.time) || Number(a.process > b.process) - Number(a.process < b.process);
