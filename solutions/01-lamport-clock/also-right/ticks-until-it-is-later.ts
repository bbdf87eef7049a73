import type { ProcessId } from '#harness';

export interface Timestamp {
  readonly time: number;
  readonly process: ProcessId;
}

/** Counts one by one until it has got past the sending: slow, but nothing is wrong with it. */
export class LamportClock {
  time = -1;
  process: ProcessId;

  constructor(process: ProcessId) {
    this.process = process;
  }

  tick(): Timestamp {
    this.time++;
    return Object.freeze({ process: this.process, time: this.time });
  }

  send(): Timestamp {
    this.tick();
    return this.tick();
  }

  receive(remote: Timestamp): Timestamp {
    for (;;) {
      const now = this.tick();
      if (compare(remote, now) < 0 && now.time > remote.time) return now;
    }
  }
}

/** The greater name first, if the times are the same. */
export function compare(a: Timestamp, b: Timestamp): number {
  if (a.time !== b.time) return a.time < b.time ? -Infinity : Infinity;
  return Number(a.process < b.process) - Number(a.process > b.process);
}
