/** Rows of integers that were seen, compared in full: a hash alone would merge different ones. */
export class ConfigurationSet {
  readonly #width: number;
  #rows: Int32Array;
  #table: Int32Array;
  #size = 0;

  /** `expected`: how many rows there will be, roughly. */
  constructor(width: number, expected: number) {
    this.#width = width;
    this.#rows = new Int32Array(16 * width);
    this.#table = new Int32Array(2 * 2 ** Math.ceil(Math.log2(expected + 1)));
  }

  get size(): number {
    return this.#size;
  }

  /** False if an equal row is there already. */
  add(row: Int32Array): boolean {
    if (this.#size * 2 >= this.#table.length) this.#grow();
    const mask = this.#table.length - 1;
    let slot = hash(row, 0, this.#width) & mask;
    for (;;) {
      const stored = this.#table[slot] as number;
      if (stored === 0) break;
      if (this.#equals(stored - 1, row)) return false;
      slot = (slot + 1) & mask;
    }
    if ((this.#size + 1) * this.#width > this.#rows.length) {
      const rows = new Int32Array(this.#rows.length * 2);
      rows.set(this.#rows);
      this.#rows = rows;
    }
    const start = this.#size * this.#width;
    for (let i = 0; i < this.#width; i++) this.#rows[start + i] = row[i] as number;
    this.#table[slot] = ++this.#size;
    return true;
  }

  #equals(index: number, row: Int32Array): boolean {
    const start = index * this.#width;
    for (let i = 0; i < this.#width; i++) if (this.#rows[start + i] !== row[i]) return false;
    return true;
  }

  #grow(): void {
    const table = new Int32Array(this.#table.length * 2);
    const mask = table.length - 1;
    for (let index = 0; index < this.#size; index++) {
      let slot = hash(this.#rows, index * this.#width, this.#width) & mask;
      while (table[slot] !== 0) slot = (slot + 1) & mask;
      table[slot] = index + 1;
    }
    this.#table = table;
  }
}

function hash(row: Int32Array, start: number, width: number): number {
  let value = 0;
  for (let i = 0; i < width; i++) {
    value = Math.imul(value ^ (row[start + i] as number), 0x9e3779b1);
    value ^= value >>> 15;
  }
  return value >>> 0;
}
