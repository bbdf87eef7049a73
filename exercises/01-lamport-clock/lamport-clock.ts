import { type ProcessId, todo } from '#harness';

/** When an event happened: a logical time, and the process where it did. Plain data, never changed. */
export interface Timestamp {
  readonly time: number;
  readonly process: ProcessId;
}

/** One process's logical clock (Lamport 1978). Every event of the process gets a timestamp from it. */
export class LamportClock {
  readonly process: ProcessId;
  time = 0;

  constructor(process: ProcessId) {
    this.process = process;
  }

  /** TODO 1 (IR1): an event that is neither a send nor a receive. Returns its timestamp. */
  tick(): Timestamp {
    return todo('1', 'count an event of my own');
  }

  /** TODO 2 (IR1, IR2a): the sending of a message. Returns the timestamp that the message carries. */
  send(): Timestamp {
    return todo('2', 'count the sending, and stamp the message');
  }

  /** TODO 3 (IR2b): the receipt of a message that carries `remote`. Returns the receipt's timestamp. */
  receive(remote: Timestamp): Timestamp {
    return todo('3', 'get ahead of the message, and of my own past');
  }
}

/**
 * TODO 4 (the relation ⇒): below 0 if `a` comes first, above 0 if `b` does; 0 only for the same event.
 * Process names decide between equal times: `a.process < b.process` compares them.
 */
export function compare(a: Timestamp, b: Timestamp): number {
  return todo('4', 'order any two events, the same way for everyone');
}
