/**
 * What is still to happen, by virtual time; at the same instant, in the order of insertion.
 * Events are numbers (the world queues places in its trace), so that a binary heap in parallel
 * columns makes no object at all.
 */
export class EventQueue {
  #times = new Float64Array(INITIAL_CAPACITY);
  #orders = new Float64Array(INITIAL_CAPACITY);
  #events = new Int32Array(INITIAL_CAPACITY);
  #size = 0;
  #inserted = 0;

  get size(): number {
    return this.#size;
  }

  /** The virtual time (ms) of the next event; Infinity if there is none. */
  get nextAt(): number {
    return this.#size === 0 ? Infinity : (this.#times[0] as number);
  }

  push(at: number, event: number): void {
    if (this.#size === this.#times.length) this.#grow();
    const times = this.#times;
    const orders = this.#orders;
    const events = this.#events;
    let hole = this.#size++;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      // An equal time stays above: it was inserted earlier.
      if ((times[parent] as number) <= at) break;
      times[hole] = times[parent] as number;
      orders[hole] = orders[parent] as number;
      events[hole] = events[parent] as number;
      hole = parent;
    }
    times[hole] = at;
    orders[hole] = this.#inserted++;
    events[hole] = event;
  }

  /** Takes the next event out. @throws RangeError if there is none. */
  pop(): number {
    if (this.#size === 0) throw new RangeError('nothing is left to happen');
    const times = this.#times;
    const orders = this.#orders;
    const events = this.#events;
    const first = events[0] as number;
    const size = --this.#size;
    const at = times[size] as number;
    const order = orders[size] as number;
    const event = events[size] as number;
    if (size === 0) return first;
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= size) break;
      const right = child + 1;
      if (right < size && this.#before(right, times[child] as number, orders[child] as number)) {
        child = right;
      }
      if (!this.#before(child, at, order)) break;
      times[hole] = times[child] as number;
      orders[hole] = orders[child] as number;
      events[hole] = events[child] as number;
      hole = child;
    }
    times[hole] = at;
    orders[hole] = order;
    events[hole] = event;
    return first;
  }

  #before(index: number, at: number, order: number): boolean {
    const time = this.#times[index] as number;
    return time < at || (time === at && (this.#orders[index] as number) < order);
  }

  #grow(): void {
    const times = new Float64Array(this.#times.length * 2);
    const orders = new Float64Array(this.#orders.length * 2);
    const events = new Int32Array(this.#events.length * 2);
    times.set(this.#times);
    orders.set(this.#orders);
    events.set(this.#events);
    this.#times = times;
    this.#orders = orders;
    this.#events = events;
  }
}

const INITIAL_CAPACITY = 64;
