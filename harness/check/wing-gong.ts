import { show } from '../world/show.ts';
import { ConfigurationSet } from './configuration-set.ts';
import type { Operation } from './history.ts';
import type { Lanes, Part } from './lanes.ts';
import type { Model } from './models.ts';
import { Unread } from './unread.ts';
import { valueKey } from './value-key.ts';

/**
 * The search for an order of the operations on one object, depth first.
 *
 * The operations of a lane follow each other, so what is already in the order is told by a count for
 * each client and a bit for each pending operation, whatever the length of the history: a configuration
 * is a few integers, and the state of the model is one of them.
 */
export class Search {
  readonly part: Part;
  readonly #lanes: Lanes;
  readonly #model: Model;
  readonly #states = new Interned();
  /** The next operation of each lane, and what every step looks at when it goes through all of them. */
  readonly #heads: Int32Array;
  readonly #calls: Float64Array;
  readonly #returns: Float64Array;
  readonly #readOnly: Uint8Array;
  #seen: ConfigurationSet;
  readonly #configuration: Int32Array;
  #remaining: number;
  #state: number;
  /** The path: which lane each step took, the state before it, whether it had no alternative. */
  readonly #path: Int32Array;
  readonly #before: Int32Array;
  readonly #forced: Uint8Array;
  #depth = 0;
  /** How many configurations it keeps before it starts over. */
  #patience: number;
  #unread: Unread | undefined;
  #tried = NONE;
  /** The latest time that some response had to be passed to get on, and the operation it belongs to. */
  #deadline = -Infinity;
  #blocked = NONE;

  constructor(lanes: Lanes, part: Part, model: Model) {
    const { starts, clients, size } = part;
    this.part = part;
    this.#lanes = lanes;
    this.#model = model;
    this.#heads = new Int32Array(starts.length);
    this.#calls = new Float64Array(starts.length);
    this.#returns = new Float64Array(starts.length);
    this.#readOnly = new Uint8Array(starts.length);
    starts.forEach((place, lane) => this.#setHead(lane, place));
    const pending = starts.length - clients;
    this.#configuration = new Int32Array(clients + Math.ceil(pending / 32) + 1);
    this.#seen = new ConfigurationSet(this.#configuration.length, size);
    this.#patience = model.overwrites === true ? Math.max(MANY, size) : Infinity;
    this.#remaining = size - pending;
    this.#state = this.#states.idOf(model.initial);
    this.#path = new Int32Array(size);
    this.#before = new Int32Array(size);
    this.#forced = new Uint8Array(size);
  }

  /** How many configurations were kept so far: the measure of the work. */
  get configurations(): number {
    return this.#seen.size;
  }

  /** Goes on for so many steps. */
  advance(steps: number): 'yes' | 'no' | 'open' {
    for (let step = 0; step < steps; step++) {
      if (this.#remaining === 0) return 'yes';
      if (!this.#forward() && !this.#back()) return 'no';
      if (this.#seen.size > this.#patience) this.#startOver();
    }
    return this.#remaining === 0 ? 'yes' : 'open';
  }

  /** From the beginning, and with the readers counted, so that there is less to try. */
  #startOver(): void {
    this.#patience = Infinity;
    const unread = Unread.of(this.#lanes, this.part);
    if (unread === undefined) return;
    while (this.#depth > 0) this.#undo();
    this.#tried = NONE;
    this.#unread = unread;
    this.#seen = new ConfigurationSet(this.#configuration.length, this.#seen.size);
  }

  /** Adds the order that was found to what is there. */
  addOrder(order: Operation[]): void {
    const next = this.part.starts.slice();
    for (const lane of this.#path.subarray(0, this.#depth)) {
      const place = next[lane] as number;
      next[lane] = place + 1;
      order.push(this.#lanes.operations[place] as Operation);
    }
  }

  /** The operation whose response could not be passed. */
  get blocked(): Operation {
    return this.#lanes.operations[this.#blocked] as Operation;
  }

  /** Puts one more operation into the order; false if none is left to try here. */
  #forward(): boolean {
    const first = this.#firstToRespond();
    const deadline = this.#returns[first] as number;
    if (deadline > this.#deadline) {
      this.#deadline = deadline;
      this.#blocked = this.#heads[first] as number;
    }
    if (this.#tried === NONE) {
      // What changes nothing for the others: if it fits now, now is as good a place as any, and no
      // other has to be tried. Operations are declared read-only, not found to have changed nothing.
      const over = this.#unread?.isOver(this.#states.valueOf(this.#state)) === true;
      for (let lane = 0; lane < this.#heads.length; lane++) {
        if ((this.#calls[lane] as number) > deadline) continue;
        const reads = this.#readOnly[lane] === 1;
        const inVain = over && this.#unread?.isWrittenInVain(this.#heads[lane] as number) === true;
        if (!reads && !inVain) continue;
        const state = this.#apply(lane);
        if (state !== REFUSED) return this.#take(lane, reads ? this.#state : state, true);
      }
    }
    for (;;) {
      const lane = this.#nextToTry(deadline);
      if (lane === NONE) return false;
      this.#tried = lane;
      const state = this.#apply(lane);
      if (state !== REFUSED && this.#take(lane, state, false)) return true;
    }
  }

  /** The lane whose next operation has to respond first. */
  #firstToRespond(): number {
    let first = 0;
    for (let lane = 1; lane < this.part.clients; lane++) {
      if ((this.#returns[lane] as number) < (this.#returns[first] as number)) first = lane;
    }
    return first;
  }

  /** The lane to try next here: those that have to respond sooner first, pending ones last. */
  #nextToTry(deadline: number): number {
    const tried = this.#tried;
    const after = tried === NONE ? -Infinity : (this.#returns[tried] as number);
    let best = NONE;
    let bestReturn = Infinity;
    for (let lane = 0; lane < this.#heads.length; lane++) {
      if ((this.#calls[lane] as number) > deadline) continue;
      const returns = this.#returns[lane] as number;
      if (returns < after || (returns === after && lane <= tried)) continue;
      if (best === NONE || returns < bestReturn) {
        best = lane;
        bestReturn = returns;
      }
    }
    return best;
  }

  /** The state after the next operation of a lane, or REFUSED if the model would answer otherwise. */
  #apply(lane: number): number {
    const { ops, arguments: args, results } = this.#lanes;
    const place = this.#heads[lane] as number;
    const before = this.#states.valueOf(this.#state);
    const after = this.#model.apply(before, ops[place] as string, args[place]);
    // Not taken apart as [state, answer]: that goes through an iterator, in the busiest place of all.
    const answer = after[1];
    const pending = this.#returns[lane] === Infinity;
    if (!pending && answer !== undefined && !same(answer, results[place])) return REFUSED;
    return after[0] === before ? this.#state : this.#states.idOf(after[0]);
  }

  /** Takes the next operation of a lane into the order; false if that leads where the search has been. */
  #take(lane: number, state: number, forced: boolean): boolean {
    this.#count(lane, 1);
    if (!forced) {
      this.#configuration[this.#configuration.length - 1] = state;
      if (!this.#seen.add(this.#configuration)) {
        this.#count(lane, -1);
        return false;
      }
    }
    this.#unread?.count(this.#heads[lane] as number, -1);
    this.#setHead(lane, (this.#heads[lane] as number) + 1);
    this.#path[this.#depth] = lane;
    this.#before[this.#depth] = this.#state;
    this.#forced[this.#depth] = forced ? 1 : 0;
    this.#depth++;
    this.#state = state;
    this.#tried = NONE;
    return true;
  }

  /** Takes steps back to one that has an alternative; false if none has. */
  #back(): boolean {
    while (this.#depth > 0) {
      this.#tried = this.#undo();
      if (this.#forced[this.#depth] === 0) return true;
    }
    return false;
  }

  /** Takes the last step back, and says which lane it took. */
  #undo(): number {
    const step = --this.#depth;
    const lane = this.#path[step] as number;
    this.#setHead(lane, (this.#heads[lane] as number) - 1);
    this.#count(lane, -1);
    this.#unread?.count(this.#heads[lane] as number, 1);
    this.#state = this.#before[step] as number;
    return lane;
  }

  #setHead(lane: number, place: number): void {
    this.#heads[lane] = place;
    this.#calls[lane] = this.#lanes.calls[place] as number;
    this.#returns[lane] = this.#lanes.returns[place] as number;
    this.#readOnly[lane] = this.#lanes.readOnly[place] as number;
  }

  #count(lane: number, by: 1 | -1): void {
    const { clients } = this.part;
    if (lane < clients) {
      (this.#configuration[lane] as number) += by;
      this.#remaining -= by;
    } else {
      const bit = lane - clients;
      (this.#configuration[clients + (bit >> 5)] as number) ^= 1 << (bit & 31);
    }
  }
}

/** Values as small integers: equal values, equal numbers. */
class Interned {
  readonly #ids = new Map<unknown, number>();
  readonly #values: unknown[] = [];

  idOf(value: unknown): number {
    const key = valueKey(value);
    let id = this.#ids.get(key);
    if (id === undefined) {
      id = this.#values.length;
      this.#ids.set(key, id);
      this.#values.push(value);
    }
    return id;
  }

  valueOf(id: number): unknown {
    return this.#values[id];
  }
}

function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  return typeof a === 'object' && typeof b === 'object' && show(a) === show(b);
}

const NONE = -1;
const REFUSED = -1;
/** So many configurations a search may keep, however short the history, before it starts over. */
const MANY = 20_000;
