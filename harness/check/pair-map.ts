/** A map from two whole numbers to one, none of them negative: an inner loop that asks it makes no garbage. */
export class PairMap {
  #slots = new Int32Array(WIDTH * FIRST_CAPACITY).fill(EMPTY);
  #mask = FIRST_CAPACITY - 1;
  #size = 0;

  /** What is kept under the two; -1 if nothing is. */
  get(a: number, b: number): number {
    const slots = this.#slots;
    for (let at = hash(a, b) & this.#mask; ; at = (at + 1) & this.#mask) {
      const slot = WIDTH * at;
      const found = slots[slot] as number;
      if (found === EMPTY) return EMPTY;
      if (found === a && slots[slot + 1] === b) return slots[slot + 2] as number;
    }
  }

  set(a: number, b: number, value: number): void {
    if (2 * ++this.#size > this.#mask) this.#grow();
    this.#put(a, b, value);
  }

  #put(a: number, b: number, value: number): void {
    let at = hash(a, b) & this.#mask;
    while (this.#slots[WIDTH * at] !== EMPTY) at = (at + 1) & this.#mask;
    this.#slots[WIDTH * at] = a;
    this.#slots[WIDTH * at + 1] = b;
    this.#slots[WIDTH * at + 2] = value;
  }

  #grow(): void {
    const old = this.#slots;
    this.#mask = 2 * this.#mask + 1;
    this.#slots = new Int32Array(WIDTH * (this.#mask + 1)).fill(EMPTY);
    for (let slot = 0; slot < old.length; slot += WIDTH) {
      if (old[slot] !== EMPTY) {
        this.#put(old[slot] as number, old[slot + 1] as number, old[slot + 2] as number);
      }
    }
  }
}

function hash(a: number, b: number): number {
  const mixed = Math.imul(a ^ Math.imul(b, 0x9e3779b1), 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}

const EMPTY = -1;
/** Two keys, a value, and a gap, so that no slot lies across two cache lines. */
const WIDTH = 4;
const FIRST_CAPACITY = 1 << 10;
