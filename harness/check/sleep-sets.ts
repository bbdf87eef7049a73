import { COST, HAPPENED, type Move, type Moves } from './moves.ts';

/** A state to go on from again, with those moves that were left out the first time. */
export interface Woken {
  readonly state: number;
  readonly only: ReadonlySet<number>;
}

/**
 * Sleep sets (Godefroid 1996, "Partial-order methods for the verification of concurrent systems",
 * chapter 5): where two moves lead to the same state in either order, one of the orders is not tried. All
 * states are found, on shortest paths, by fewer steps.
 *
 * Moves at different processes commute if not both are watched and not both take from a budget: what one
 * process does changes nothing at another, but for one message more on its way.
 */
export class SleepSets {
  readonly #moves: Moves;
  /** For each state the moves that need not be tried, each as `number * 4 + TAKES + WATCHED`. */
  readonly #asleep: (readonly number[])[] = [];
  readonly #sets = new Map<string, readonly number[]>();
  readonly #woken: Woken[] = [];
  #now: readonly number[] = [];
  #sleeping = new Set<number>();
  #done: number[] = [];

  constructor(moves: Moves) {
    this.#moves = moves;
    this.#asleep.push(this.#set([]));
  }

  /** The next state to go on from once more. */
  wake(): Woken | undefined {
    return this.#woken.pop();
  }

  /** Begins with the moves of a state. */
  begin(state: number, only?: ReadonlySet<number>): void {
    this.#now = this.#asleep[state] as readonly number[];
    this.#sleeping = new Set(this.#now.map((entry) => entry >> 2));
    this.#done = [];
    this.#only = only;
  }
  #only: ReadonlySet<number> | undefined;

  /** Whether a move need not be tried. */
  isAsleep(number: number): boolean {
    return this.#sleeping.has(number) || (this.#only !== undefined && !this.#only.has(number));
  }

  /** A move, at a place in the pool, has led to a state. */
  enter(found: number, isNew: boolean, at: number): void {
    const { pool } = this.#moves;
    const entry =
      (pool[at] as number) * 4 +
      ((pool[at + COST] as number) > 0 ? TAKES : 0) +
      (pool[at + HAPPENED] === 0 ? 0 : WATCHED);
    const asleep = [...this.#now, ...this.#done].filter((other) => this.#commute(other, entry));
    this.#done.push(entry);
    if (isNew) {
      this.#asleep.push(this.#set(asleep));
      return;
    }
    const before = this.#asleep[found] as readonly number[];
    const kept = before.filter((other) => asleep.includes(other));
    if (kept.length === before.length) return;
    this.#asleep[found] = this.#set(kept);
    const only = before.filter((other) => !kept.includes(other)).map((other) => other >> 2);
    this.#woken.push({ state: found, only: new Set(only) });
  }

  #commute(a: number, b: number): boolean {
    if ((a & b & (TAKES | WATCHED)) !== 0) return false;
    const [one, other] = [this.#moves.all[a >> 2] as Move, this.#moves.all[b >> 2] as Move];
    return one.process !== other.process;
  }

  #set(moves: readonly number[]): readonly number[] {
    const sorted = moves.toSorted((a, b) => a - b);
    const text = sorted.join();
    const known = this.#sets.get(text);
    if (known !== undefined) return known;
    this.#sets.set(text, sorted);
    return sorted;
  }
}

const TAKES = 1;
const WATCHED = 2;
