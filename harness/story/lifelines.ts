import type { ProcessId } from '../world/process.ts';
import type { TraceEvent } from '../world/trace.ts';
import { shorten } from './wrap.ts';

/** The columns of a diagram: where each process's lifeline stands, and how it looks just now. */
export class Lifelines {
  readonly width: number;
  readonly #ids: readonly ProcessId[];
  readonly #step: number;
  readonly #down = new Set<ProcessId>();
  readonly #still = new Set<ProcessId>();

  /** `ids` come in their order; where there is no room for all, those first in `rank` are drawn. */
  constructor(ids: readonly ProcessId[], rank: readonly ProcessId[], width: number) {
    const most = Math.floor((width - LAST) / NARROWEST) + 1;
    const drawn = new Set(rank.slice(0, most));
    this.width = width;
    this.#ids = ids.length <= most ? ids : ids.filter((id) => drawn.has(id));
    const longest = Math.max(...this.#ids.map((id) => id.length));
    const even = Math.floor((width - LAST) / Math.max(1, this.#ids.length - 1));
    this.#step = Math.min(even, Math.max(WIDEST, longest + 2));
  }

  has(id: ProcessId): boolean {
    return this.#ids.includes(id);
  }

  at(id: ProcessId): number {
    return this.#ids.indexOf(id) * this.#step;
  }

  /** Lets the lifelines change as an entry says. */
  follow({ kind, process }: TraceEvent): void {
    if (kind === 'crash') this.#down.add(process);
    if (kind === 'crash' || kind === 'resume') this.#still.delete(process);
    if (kind === 'restart') this.#down.delete(process);
    if (kind === 'pause') this.#still.add(process);
  }

  /** A line with all lifelines, to draw on. */
  line(): string[] {
    const line = new Array<string>(this.width).fill(' ');
    for (const id of this.#ids) line[this.at(id)] = this.#look(id);
    return line;
  }

  #look(id: ProcessId): string {
    if (this.#down.has(id)) return ' ';
    return this.#still.has(id) ? '┊' : '│';
  }

  /** The names, each above its lifeline; where they are long they stand in two or three lines. */
  names(): readonly string[] {
    const longest = Math.max(...this.#ids.map((id) => id.length));
    const rows = Math.min(MOST_ROWS, Math.ceil((longest + 1) / this.#step));
    return Array.from({ length: rows }, (_, row) => {
      const line: string[] = new Array<string>(this.width).fill(' ');
      this.#ids.forEach((id, i) => {
        if (i % rows < row) line[this.at(id)] = '│';
      });
      this.#ids.forEach((id, i) => {
        const room = Math.min(rows * this.#step - 1, this.width - this.at(id));
        if (i % rows === row) put(line, this.at(id), shorten(id, room));
      });
      return line.join('');
    });
  }
}

/** Writes text on a line, over what is there. */
export function put(line: string[], at: number, text: string): void {
  for (let i = 0; i < text.length; i++) line[at + i] = text[i] as string;
}

/** Room for a few words to the right of the last lifeline. */
const LAST = 12;
const NARROWEST = 5;
const WIDEST = 24;
const MOST_ROWS = 3;
