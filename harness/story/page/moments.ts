import type { EntryData, TraceData } from '../trace-data.ts';

/** How everything stands after an entry, as far as a trace tells. */
export interface Moment {
  readonly processes: ReadonlyMap<string, ProcessNow>;
  /** The sendings of the messages that are on their way, and how many copies of each. */
  readonly onTheWay: ReadonlyMap<number, number>;
}

export interface ProcessNow {
  readonly life: 'up' | 'down' | 'still';
  /** What its code keeps in fields; `by` is the step that made a field what it is. */
  readonly fields: ReadonlyMap<string, Pick<Cell, 'value' | 'by'>>;
  readonly disk: ReadonlyMap<string, Cell>;
  readonly timers: ReadonlyMap<string, TimerNow>;
  /** Indexes of what it noted or logged last, oldest first. */
  readonly notes: readonly number[];
  /** To whom its link is cut, and how often. */
  readonly cutFrom: ReadonlyMap<string, number>;
}

export interface Cell {
  readonly value: string;
  readonly flushed: boolean;
  /** The entry that wrote it. */
  readonly by: number;
}

export interface TimerNow {
  /** When it runs out, if its process's clock is right. */
  readonly dueMs: number;
  readonly by: number;
}

/** Every moment of a run: those in between are kept, the others worked out from the one before. */
export class Moments {
  readonly #data: TraceData;
  readonly #kept: State[] = [];

  constructor(data: TraceData) {
    this.#data = data;
    const state = new State(data.processes);
    data.entries.forEach((entry, i) => {
      if (i % EVERY === 0) this.#kept.push(state.copy());
      state.apply(entry);
    });
  }

  /** How everything stands after an entry. */
  after(index: number): Moment {
    const kept = Math.floor(index / EVERY);
    const state = this.#kept[kept]?.copy() ?? new State(this.#data.processes);
    for (let i = kept * EVERY; i <= index; i++) state.apply(this.#data.entries[i] as EntryData);
    return state;
  }
}

interface Standing extends ProcessNow {
  life: ProcessNow['life'];
  readonly fields: Map<string, Pick<Cell, 'value' | 'by'>>;
  readonly disk: Map<string, Cell>;
  readonly timers: Map<string, TimerNow>;
  notes: readonly number[];
  readonly cutFrom: Map<string, number>;
}

class State implements Moment {
  readonly processes: Map<string, Standing>;
  readonly onTheWay: Map<number, number>;

  constructor(ids: readonly string[]) {
    this.processes = new Map(ids.map((id) => [id, standing()]));
    this.onTheWay = new Map();
  }

  copy(): State {
    const copy = new State([]);
    for (const [id, now] of this.processes) copy.processes.set(id, standing(now));
    for (const [sent, copies] of this.onTheWay) copy.onTheWay.set(sent, copies);
    return copy;
  }

  apply(entry: EntryData): void {
    const { index, cause } = entry;
    const here = this.processes.get(entry.process);
    if (entry.kind === 'crash') here?.fields.clear();
    for (const [name, value] of entry.fields ?? []) here?.fields.set(name, { value, by: index });
    switch (entry.kind) {
      case 'send':
        this.onTheWay.set(index, 1);
        return;
      case 'duplicate':
        if (cause !== undefined) this.onTheWay.set(cause, (this.onTheWay.get(cause) ?? 0) + 1);
        return;
      case 'deliver':
      case 'lose': {
        const left = (this.onTheWay.get(cause as number) ?? 1) - 1;
        if (left > 0) this.onTheWay.set(cause as number, left);
        else this.onTheWay.delete(cause as number);
        return;
      }
      case 'cut':
      case 'heal':
        for (const [from, to] of entry.links) {
          const links = this.processes.get(from)?.cutFrom;
          const cuts = (links?.get(to) ?? 0) + (entry.kind === 'cut' ? 1 : -1);
          if (cuts > 0) links?.set(to, cuts);
          else links?.delete(to);
        }
        return;
    }
    if (here === undefined) return;
    switch (entry.kind) {
      case 'write':
      case 'append':
        here.disk.set(entry.key, { value: entry.value, flushed: false, by: index });
        break;
      case 'flush':
        flush(here);
        break;
      case 'forgot':
        for (const key of entry.keys) here.disk.delete(key);
        for (const [key, value] of entry.left) {
          here.disk.set(key, { value, flushed: true, by: index });
        }
        break;
      case 'timer-set':
        here.timers.set(entry.timer, { dueMs: entry.at + entry.ms, by: index });
        break;
      case 'timer-cancel':
      case 'timeout':
        here.timers.delete(entry.timer);
        break;
      case 'note':
      case 'log':
      case 'throw':
        here.notes = [...here.notes.slice(1 - MOST_NOTES), index];
        break;
      case 'crash':
        here.life = 'down';
        here.timers.clear();
        // What a crash takes away is told after it; all else is safe from then on.
        flush(here);
        break;
      case 'pause':
        here.life = 'still';
        break;
      case 'restart':
      case 'resume':
        here.life = 'up';
        break;
    }
  }
}

function standing(like?: Standing): Standing {
  return {
    life: like?.life ?? 'up',
    fields: new Map(like?.fields),
    disk: new Map(like?.disk),
    timers: new Map(like?.timers),
    notes: like?.notes ?? [],
    cutFrom: new Map(like?.cutFrom),
  };
}

function flush({ disk }: Standing): void {
  for (const [key, cell] of disk) if (!cell.flushed) disk.set(key, { ...cell, flushed: true });
}

const MOST_NOTES = 3;
/** Entries between two kept moments: few enough to work out while somebody drags the slider. */
const EVERY = 256;
