import type { EntryData } from '../trace-data.ts';

/** Who made what happen, in both directions. */
export class Causes {
  readonly #entries: readonly EntryData[];
  /** The entry before on the same process, or -1. */
  readonly #before: Int32Array;
  /** The entries that each one made happen. */
  readonly #effects: (number[] | undefined)[];

  constructor(entries: readonly EntryData[], processes: readonly string[]) {
    this.#entries = entries;
    this.#before = new Int32Array(entries.length).fill(-1);
    this.#effects = new Array<number[] | undefined>(entries.length);
    const known = new Set(processes);
    const latest = new Map<string, number>();
    for (const { index, process, cause } of entries) {
      if (known.has(process)) {
        this.#before[index] = latest.get(process) ?? -1;
        latest.set(process, index);
      }
      if (cause !== undefined) (this.#effects[cause] ??= []).push(index);
    }
  }

  effects(index: number): readonly number[] {
    return this.#effects[index] ?? [];
  }

  /** An entry and its causes, one after the other, back to what nothing in the run made happen. */
  thread(index: number): readonly number[] {
    const thread: number[] = [];
    for (let at: number | undefined = index; at !== undefined; at = this.#entries[at]?.cause) {
      thread.push(at);
    }
    return thread;
  }

  /**
   * All that some entries can have been influenced by, and themselves: 1 at their indexes. What became
   * of a message between processes belongs to its sending.
   */
  past(of: readonly number[]): Uint8Array {
    const past = new Uint8Array(this.#entries.length);
    const open = [...of];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (past[at] === 1) continue;
      past[at] = 1;
      const cause = this.#entries[at]?.cause;
      if (cause !== undefined) open.push(cause);
      const before = this.#before[at] ?? -1;
      if (before >= 0) open.push(before);
    }
    for (const { index: at, kind, cause } of this.#entries) {
      const carried = kind === 'lose' || kind === 'duplicate';
      const known = carried && cause !== undefined && past[cause] === 1;
      if (known || kind === 'cut' || kind === 'heal') past[at] = 1;
    }
    return past;
  }
}
