/**
 * The global states that a search has found: each a row of `width` numbers in pages of typed arrays,
 * found again by open addressing. Rows are compared number by number: a hash only says where to look.
 */
export class StateStore {
  /** How many states there are; they are numbered from 0 in the order in which they were found. */
  size = 0;
  readonly #width: number;
  readonly #pages: Int32Array[] = [];
  /** For each state: the state that it was found from, and how. */
  readonly #origins: Int32Array[] = [];
  /** Two numbers a slot: a hash and a state. */
  #slots = new Int32Array(2 * FIRST_CAPACITY).fill(EMPTY);
  #mask = FIRST_CAPACITY - 1;

  constructor(width: number) {
    this.#width = width;
  }

  /** The number of the state with this row; if it is new it is added with its origin, and `isNew` says so. */
  add(row: Int32Array, from: number, how: number): number {
    const width = this.#width;
    let hash = 0;
    for (let i = 0; i < width; i++) {
      hash = Math.imul(hash ^ (row[i] as number), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    hash &= 0x7fffffff;
    const slots = this.#slots;
    let at = hash & this.#mask;
    for (; ; at = (at + 1) & this.#mask) {
      const found = slots[2 * at + 1] as number;
      if (found === EMPTY) break;
      if (slots[2 * at] === hash && this.#isRow(found, row)) {
        this.isNew = false;
        return found;
      }
    }
    slots[2 * at] = hash;
    slots[2 * at + 1] = this.size;
    this.isNew = true;
    return this.#append(row, from, how);
  }

  /** Whether the last `add` found something new. */
  isNew = false;

  /** Copies a state's row. */
  read(state: number, row: Int32Array): void {
    const page = this.#pages[state >> PAGE_BITS] as Int32Array;
    const start = (state & IN_PAGE) * this.#width;
    for (let i = 0; i < this.#width; i++) row[i] = page[start + i] as number;
  }

  /** The state that it was found from; -1 for the first one. */
  from(state: number): number {
    return (this.#origins[state >> PAGE_BITS] as Int32Array)[2 * (state & IN_PAGE)] as number;
  }

  /** How it was found. */
  how(state: number): number {
    return (this.#origins[state >> PAGE_BITS] as Int32Array)[2 * (state & IN_PAGE) + 1] as number;
  }

  /** How many bytes it takes. */
  get bytes(): number {
    const pages = this.#pages.length * (IN_PAGE + 1) * (this.#width + 2);
    return 4 * (pages + this.#slots.length);
  }

  #isRow(state: number, row: Int32Array): boolean {
    const page = this.#pages[state >> PAGE_BITS] as Int32Array;
    const start = (state & IN_PAGE) * this.#width;
    for (let i = 0; i < this.#width; i++) if (page[start + i] !== row[i]) return false;
    return true;
  }

  #append(row: Int32Array, from: number, how: number): number {
    const state = this.size++;
    const place = state & IN_PAGE;
    if (place === 0) {
      this.#pages.push(new Int32Array((IN_PAGE + 1) * this.#width));
      this.#origins.push(new Int32Array((IN_PAGE + 1) * 2));
    }
    const page = this.#pages[state >> PAGE_BITS] as Int32Array;
    const start = place * this.#width;
    for (let i = 0; i < this.#width; i++) page[start + i] = row[i] as number;
    const origins = this.#origins[state >> PAGE_BITS] as Int32Array;
    origins[2 * place] = from;
    origins[2 * place + 1] = how;
    if (2 * this.size > this.#mask) this.#grow();
    return state;
  }

  #grow(): void {
    const old = this.#slots;
    this.#mask = 2 * this.#mask + 1;
    this.#slots = new Int32Array(2 * (this.#mask + 1)).fill(EMPTY);
    for (let slot = 0; slot < old.length; slot += 2) {
      if (old[slot + 1] === EMPTY) continue;
      let at = (old[slot] as number) & this.#mask;
      while (this.#slots[2 * at + 1] !== EMPTY) at = (at + 1) & this.#mask;
      this.#slots[2 * at] = old[slot] as number;
      this.#slots[2 * at + 1] = old[slot + 1] as number;
    }
  }
}

const EMPTY = -1;
const FIRST_CAPACITY = 1 << 12;
/** A small exploration should not pay for a large page. */
const PAGE_BITS = 12;
const IN_PAGE = 2 ** PAGE_BITS - 1;
