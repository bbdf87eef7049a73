import type { TraceData } from '../trace-data.ts';
import type { Layout } from './layout.ts';

/** A stretch of a lifeline that looks the same, from row to row. */
export interface Stretch<Look> {
  readonly column: number;
  readonly fromRow: number;
  readonly toRow: number;
  readonly look: Look;
}

export type Life = 'up' | 'down' | 'still';

/** Lifelines with what befalls their processes: crashes, pauses, and the cutting of links. */
export interface Lives {
  readonly lives: readonly Stretch<Life>[];
  /**
   * Where links of a process are cut. The number is that of its side if the processes fall apart into
   * sides that cannot reach each other at all, and -1 otherwise.
   */
  readonly cuts: readonly Stretch<number>[];
}

export function livesOf({ processes, entries }: TraceData, layout: Layout): Lives {
  const column = new Map(layout.columns.map((id, i) => [id, i]));
  const lives = new Stretches<Life>();
  const cuts = new Stretches<number | undefined>();
  const count = new Map<string, number>();
  for (const id of layout.columns) lives.change(column.get(id) as number, 'up', 0);
  let row = 0;
  for (const entry of entries) {
    row = Math.max(row, layout.rowOf[entry.index] as number);
    const here = column.get(entry.process);
    const look = LOOKS.get(entry.kind);
    if (look !== undefined && here !== undefined) lives.change(here, look, row);
    if (entry.kind !== 'cut' && entry.kind !== 'heal') continue;
    for (const [from, to] of entry.links) {
      const link = linkOf(from, to);
      count.set(link, Math.max(0, (count.get(link) ?? 0) + (entry.kind === 'cut' ? 1 : -1)));
    }
    const sides = sidesOf(processes, (from, to) => (count.get(linkOf(from, to)) ?? 0) > 0);
    for (const [id, at] of column) cuts.change(at, sides.get(id), row);
  }
  const end = layout.rows.length;
  return {
    lives: lives.upTo(end),
    cuts: cuts
      .upTo(end)
      .filter((stretch): stretch is Stretch<number> => stretch.look !== undefined),
  };
}

/** For each process with a cut link the number of its side, or -1 if those do not fall apart. */
function sidesOf(
  processes: readonly string[],
  isCut: (from: string, to: string) => boolean,
): ReadonlyMap<string, number> {
  const touched = processes.filter((id) =>
    processes.some((other) => other !== id && (isCut(id, other) || isCut(other, id))),
  );
  const side = new Map<string, number>();
  let sides = 0;
  for (const first of touched) {
    if (side.has(first)) continue;
    const open = [first];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (side.has(id)) continue;
      side.set(id, sides);
      for (const other of touched) {
        if (!isCut(id, other) || !isCut(other, id)) open.push(other);
      }
    }
    sides++;
  }
  return sides > 1 ? side : new Map(touched.map((id) => [id, -1]));
}

function linkOf(from: string, to: string): string {
  return `${from}→${to}`;
}

/** Gathers stretches while looks change. */
class Stretches<Look> {
  readonly #done: Stretch<Look>[] = [];
  readonly #open = new Map<number, { fromRow: number; look: Look }>();

  change(column: number, look: Look, row: number): void {
    const now = this.#open.get(column);
    if (now?.look === look) return;
    this.#end(column, row);
    this.#open.set(column, { fromRow: row, look });
  }

  upTo(row: number): readonly Stretch<Look>[] {
    for (const column of this.#open.keys()) this.#end(column, row);
    return this.#done;
  }

  #end(column: number, toRow: number): void {
    const now = this.#open.get(column);
    if (now !== undefined) this.#done.push({ column, toRow, ...now });
  }
}

const LOOKS = new Map<string, Life>([
  ['crash', 'down'],
  ['restart', 'up'],
  ['pause', 'still'],
  ['resume', 'up'],
]);
