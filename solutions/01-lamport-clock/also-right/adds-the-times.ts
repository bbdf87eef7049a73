import type { ProcessId } from '#harness';

export interface Timestamp {
  readonly time: number;
  readonly process: ProcessId;
}

/** A receipt is at the sum of both times, and one more (question 5): later than either, as all are above 0. */
export class LamportClock {
  time = 0;
  readonly process: ProcessId;

  constructor(process: ProcessId) {
    this.process = process;
  }

  tick(by = 1): Timestamp {
    this.time += by;
    const { time, process } = this;
    return { time, process };
  }

  send(): Timestamp {
    return this.tick();
  }

  receive(remote: Timestamp): Timestamp {
    return this.tick(remote.time + 1);
  }
}

export function compare(a: Timestamp, b: Timestamp): number {
  return a.time - b.time || a.process.localeCompare(b.process);
}
