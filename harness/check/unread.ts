import type { Lanes, Part } from './lanes.ts';
import { valueKey } from './value-key.ts';

/**
 * Which values of a register have still to be read while a search puts operations into an order.
 *
 * To write a value that nobody has to read any more, over one that nobody has to read any more, changes
 * nothing for the others: as with a read, if it can come now, now is as good a place as any. To keep
 * count takes time, and pays off where a search finds itself trying everything.
 */
export class Unread {
  readonly #lanes: Lanes;
  readonly #values = new Map<unknown, number>();
  /** Of each place: the number of the value that is read or written there. */
  readonly #valueAt: Int32Array;
  /** Of each value: how many have to read it. */
  readonly #readers: number[] = [];

  private constructor(lanes: Lanes) {
    this.#lanes = lanes;
    this.#valueAt = new Int32Array(lanes.calls.length);
  }

  /** Undefined where there is anything but reads and writes. */
  static of(lanes: Lanes, { starts }: Part): Unread | undefined {
    const unread = new Unread(lanes);
    for (const start of starts) {
      for (let place = start; lanes.calls[place] !== Infinity; place++) {
        if (lanes.ops[place] !== 'read' && lanes.ops[place] !== 'write') return undefined;
        unread.#add(place);
      }
    }
    return unread;
  }

  #add(place: number): void {
    const { ops, arguments: args, results } = this.#lanes;
    const key = valueKey(ops[place] === 'read' ? results[place] : args[place]);
    let value = this.#values.get(key);
    if (value === undefined) {
      value = this.#readers.push(0) - 1;
      this.#values.set(key, value);
    }
    this.#valueAt[place] = value;
    this.count(place, 1);
  }

  /** A place leaves what is to be put into the order, or comes back. */
  count(place: number, by: 1 | -1): void {
    const { ops, returns } = this.#lanes;
    // What a pending read would have answered, nobody knows.
    if (ops[place] !== 'read' || returns[place] === Infinity) return;
    (this.#readers[this.#valueAt[place] as number] as number) += by;
  }

  /** Whether nobody has to read a state of the register any more. */
  isOver(state: unknown): boolean {
    const value = this.#values.get(valueKey(state));
    return value === undefined || this.#readers[value] === 0;
  }

  /** Whether nobody will have to read what is written at a place. */
  isWrittenInVain(place: number): boolean {
    return this.#readers[this.#valueAt[place] as number] === 0;
  }
}
