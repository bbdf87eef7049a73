import type { Inboxes } from './inboxes.ts';
import { COST, FAILED, HAPPENED, HEAD, type Moves, NO_OP, SENDS, TARGET } from './moves.ts';
import { PairMap } from './pair-map.ts';

/**
 * A process in a local state together with what is on its way to it: a *cell*, known by a number. A
 * global state is one cell for each process, so it is a row of the same few numbers however many
 * messages there are; and what may happen next at a cell is looked up once.
 */
export class Cells {
  /** What may happen next, two by two: the place of a move in the pool of all moves, and the cell after it. */
  next = new Int32Array(FIRST_CAPACITY);
  /** Where in `next` a cell's moves are; its start is -1 before they are known. */
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  readonly #moves: Moves;
  readonly #inboxes: Inboxes;
  readonly #memo: boolean;
  readonly #locals: number[] = [];
  readonly #inboxOf: number[] = [];
  readonly #numbers = new PairMap();
  readonly #added = new PairMap();
  #top = 0;

  constructor(moves: Moves, inboxes: Inboxes, memo: boolean) {
    this.#moves = moves;
    this.#inboxes = inboxes;
    this.#memo = memo;
  }

  localOf(cell: number): number {
    return this.#locals[cell] as number;
  }

  inboxOf(cell: number): number {
    return this.#inboxOf[cell] as number;
  }

  /** The cell of a local state and an inbox. */
  of(local: number, inbox: number): number {
    const known = this.#numbers.get(local, inbox);
    if (known >= 0) return known;
    const cell = this.#locals.push(local) - 1;
    this.#inboxOf.push(inbox);
    this.starts.push(-1);
    this.ends.push(-1);
    this.#numbers.set(local, inbox, cell);
    return cell;
  }

  /** The cell with one message more on its way. */
  add(cell: number, envelope: number): number {
    const known = this.#added.get(cell, envelope);
    if (known >= 0) return known;
    const added = this.of(this.localOf(cell), this.#inboxes.add(this.inboxOf(cell), envelope));
    this.#added.set(cell, envelope, added);
    return added;
  }

  /** Looks up what may happen next at a cell, unless that is done. */
  expand(cell: number): void {
    if (this.starts[cell] !== -1 && this.#memo) return;
    if (!this.#memo) {
      this.#top = 0;
      this.#moves.forget();
    }
    const local = this.localOf(cell);
    const inbox = this.inboxOf(cell);
    const inboxes = this.#inboxes;
    inboxes.expand(inbox);
    this.starts[cell] = this.#top;
    const end = inboxes.ends[inbox] as number;
    for (let at = inboxes.starts[inbox] as number; at < end; at += 2) {
      const list = this.#moves.on(local, inboxes.next[at] as number);
      this.#take(list, inbox, inboxes.next[at + 1] as number);
    }
    this.#take(this.#moves.own(local), inbox, inbox);
    this.ends[cell] = this.#top;
  }

  /** Whether a delivery that changes something, a call or a timer is left at a cell. */
  isBusy(cell: number): boolean {
    const end = this.ends[cell] as number;
    for (let at = this.starts[cell] as number; at < end; at += 2) {
      const move = this.next[at] as number;
      if (!this.#moves.isFault(move) && this.#moves.pool[move + COST] !== NO_OP) return true;
    }
    return this.#moves.hasTimer(this.localOf(cell));
  }

  #take(list: number, inbox: number, rest: number): void {
    const copyPrice = this.#moves.price('copies');
    const { pool } = this.#moves;
    let move = list + 1;
    for (let left = pool[list] as number; left > 0; left--) {
      const cost = pool[move + COST] as number;
      // What changes nothing, and is not watched, might as well not happen.
      if (cost !== NO_OP || pool[move + HAPPENED] !== 0) {
        const local = pool[move + TARGET] as number;
        const after = cost > 0 && (cost & copyPrice) !== 0 ? inbox : rest;
        if (this.#top + 2 > this.next.length) this.#grow();
        this.next[this.#top++] = move;
        this.next[this.#top++] = local === FAILED ? FAILED : this.of(local, after);
      }
      move += HEAD + 2 * (pool[move + SENDS] as number);
    }
  }

  #grow(): void {
    const larger = new Int32Array(2 * this.next.length);
    larger.set(this.next);
    this.next = larger;
  }
}

const FIRST_CAPACITY = 1 << 12;
