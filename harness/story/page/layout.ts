import type { EntryData, TraceData } from '../trace-data.ts';

/** What is left out of the picture, and which details are in it. */
export interface Filter {
  readonly hiddenProcesses: ReadonlySet<string>;
  readonly hiddenTypes: ReadonlySet<string>;
  /** Whether writes to the disk have rows of their own. */
  readonly disk: boolean;
  /** Whether the setting of a timer has a row of its own. */
  readonly timers: boolean;
}

/** A message from row to row, and from column to column. */
export interface Arrow {
  readonly sent: number;
  /** Where it arrives or is lost; undefined while it is on its way at the end of the run. */
  readonly end: number | undefined;
  readonly lost: boolean;
  /** Not its first arrival. */
  readonly again: boolean;
  readonly type: string;
  readonly fromColumn: number;
  readonly toColumn: number;
  readonly fromRow: number;
  readonly toRow: number;
}

/** Where everything stands in the picture: a row an event, a column a process. */
export class Layout {
  readonly columns: readonly string[];
  /** For each row the entry that it is for. */
  readonly rows: readonly number[];
  /** For each entry its row, its own or that of the step it belongs to; -1 if it is not shown. */
  readonly rowOf: Int32Array;
  /** For each entry the column of its row; -1 for what has no place of its own. */
  readonly columnOf: Int32Array;
  readonly arrows: readonly Arrow[];
  /** For every so many rows the arrows that cross them. */
  readonly #crossing: Arrow[][] = [];
  /** The arrow that ends in an entry. */
  readonly #into = new Map<number, Arrow>();
  /** The arrows that leave a row. */
  readonly #outOf = new Map<number, Arrow[]>();

  constructor(data: TraceData, filter: Filter) {
    this.columns = data.processes.filter((id) => !filter.hiddenProcesses.has(id));
    const placed = placeRows(data.entries, filter, this.columns);
    this.rows = placed.rows;
    this.rowOf = placed.rowOf;
    this.columnOf = placed.columnOf;
    this.arrows = this.#findArrows(data.entries, filter);
    for (const arrow of this.arrows) {
      for (let i = bucket(arrow.fromRow); i <= bucket(arrow.toRow); i++) {
        (this.#crossing[i] ??= []).push(arrow);
      }
      if (arrow.end !== undefined) this.#into.set(arrow.end, arrow);
      const leaving = this.#outOf.get(arrow.fromRow);
      if (leaving === undefined) this.#outOf.set(arrow.fromRow, [arrow]);
      else leaving.push(arrow);
    }
  }

  /** The arrows of which some part lies in these rows. */
  arrowsIn(firstRow: number, lastRow: number): readonly Arrow[] {
    const found = new Set<Arrow>();
    for (let i = bucket(firstRow); i <= bucket(lastRow); i++) {
      for (const arrow of this.#crossing[i] ?? []) {
        if (arrow.fromRow <= lastRow && arrow.toRow >= firstRow) found.add(arrow);
      }
    }
    return [...found];
  }

  into(entry: number): Arrow | undefined {
    return this.#into.get(entry);
  }

  outOf(row: number): readonly Arrow[] {
    return this.#outOf.get(row) ?? [];
  }

  /** The nearest entry that is shown, from one on in one direction; undefined if there is none. */
  shownFrom(index: number, direction: 1 | -1): number | undefined {
    for (let i = index; i >= 0 && i < this.rowOf.length; i += direction) {
      if ((this.rowOf[i] as number) >= 0) return i;
    }
    return undefined;
  }

  #findArrows(entries: readonly EntryData[], filter: Filter): readonly Arrow[] {
    const arrows: Arrow[] = [];
    const column = new Map(this.columns.map((id, i) => [id, i]));
    const arrived = new Set<number>();
    const ended = new Set<number>();
    const add = (sent: EntryData, end: EntryData | undefined): void => {
      if (sent.kind !== 'send' || filter.hiddenTypes.has(sent.type)) return;
      const fromColumn = column.get(sent.process);
      const toColumn = column.get(sent.to);
      const fromRow = this.rowOf[sent.index] as number;
      if (fromColumn === undefined || toColumn === undefined || fromRow < 0) return;
      arrows.push({
        sent: sent.index,
        end: end?.index,
        lost: end?.kind === 'lose',
        again: end?.kind === 'deliver' && arrived.has(sent.index),
        type: sent.type,
        fromColumn,
        toColumn,
        fromRow,
        toRow: end === undefined ? fromRow + 1 : (this.rowOf[end.index] as number),
      });
    };
    for (const entry of entries) {
      if ((entry.kind !== 'deliver' && entry.kind !== 'lose') || entry.cause === undefined)
        continue;
      ended.add(entry.cause);
      add(entries[entry.cause] as EntryData, entry);
      if (entry.kind === 'deliver') arrived.add(entry.cause);
    }
    for (const entry of entries) if (!ended.has(entry.index)) add(entry, undefined);
    return arrows;
  }
}

interface Placed {
  readonly rows: readonly number[];
  readonly rowOf: Int32Array;
  readonly columnOf: Int32Array;
}

function placeRows(
  entries: readonly EntryData[],
  filter: Filter,
  columns: readonly string[],
): Placed {
  const rows: number[] = [];
  const rowOf = new Int32Array(entries.length).fill(-1);
  const columnOf = new Int32Array(entries.length).fill(-1);
  const column = new Map(columns.map((id, i) => [id, i]));
  /** For each process its last row, and the step that this belongs to. */
  const open = new Map<string, { row: number; step: number }>();
  const busy = stepsWithEffects(entries);

  const ownRow = (entry: EntryData, at: number | undefined): void => {
    const row = rows.push(entry.index) - 1;
    rowOf[entry.index] = row;
    columnOf[entry.index] = at ?? -1;
    if (at === undefined) return;
    open.set(entry.process, {
      row,
      step: isEffect(entry) ? (entry.cause ?? entry.index) : entry.index,
    });
  };
  const shareRow = (entry: EntryData): boolean => {
    const last = open.get(entry.process);
    if (last === undefined || last.step !== entry.cause) return false;
    rowOf[entry.index] = last.row;
    columnOf[entry.index] = column.get(entry.process) ?? -1;
    return true;
  };

  for (const entry of entries) {
    const at = column.get(entry.process);
    const sent = entry.cause === undefined ? undefined : entries[entry.cause];
    switch (entry.kind) {
      case 'cut':
      case 'heal':
        ownRow(entry, undefined);
        break;
      case 'lose': {
        if (sent?.kind !== 'send' || filter.hiddenTypes.has(sent.type)) break;
        const place = column.get(sent.to) ?? column.get(sent.process);
        if (place === undefined) break;
        rowOf[entry.index] = rows.push(entry.index) - 1;
        columnOf[entry.index] = place;
        break;
      }
      case 'duplicate':
        if (sent === undefined) break;
        rowOf[entry.index] = rowOf[sent.index] as number;
        columnOf[entry.index] = columnOf[sent.index] as number;
        break;
      case 'send':
        if (at === undefined || filter.hiddenTypes.has(entry.type)) break;
        if (!shareRow(entry)) ownRow(entry, at);
        break;
      case 'deliver':
        if (at === undefined) break;
        if (sent?.kind === 'send' && filter.hiddenTypes.has(sent.type)) break;
        ownRow(entry, at);
        break;
      case 'timer-set':
      case 'timer-cancel':
        if (at === undefined) break;
        if (filter.timers) ownRow(entry, at);
        else shareRow(entry);
        break;
      case 'write':
      case 'append':
      case 'forgot':
        if (at === undefined) break;
        if (filter.disk) ownRow(entry, at);
        else shareRow(entry);
        break;
      case 'flush':
        if (at !== undefined) shareRow(entry);
        break;
      case 'start':
        if (at !== undefined && busy.has(entry.index)) ownRow(entry, at);
        break;
      case 'note': {
        if (at === undefined) break;
        ownRow(entry, at);
        // A step that speaks for itself at once needs no row of its own.
        const step = entries[entry.index - 1];
        if (step?.kind === 'step' && step.index === entry.cause) {
          rowOf[step.index] = rowOf[entry.index] as number;
          columnOf[step.index] = at;
        }
        break;
      }
      case 'step': {
        const next = entries[entry.index + 1];
        const speaks = next?.kind === 'note' && next.cause === entry.index;
        if (at !== undefined && !speaks) ownRow(entry, at);
        break;
      }
      default:
        if (at !== undefined) ownRow(entry, at);
    }
  }
  return { rows, rowOf, columnOf };
}

/** Steps that did more than set timers: a start that did nothing else is worth no row. */
function stepsWithEffects(entries: readonly EntryData[]): ReadonlySet<number> {
  const steps = new Set<number>();
  for (const { kind, cause } of entries) {
    if (cause !== undefined && !kind.startsWith('timer-')) steps.add(cause);
  }
  return steps;
}

/** Whether its cause is the step in which it happened, and not what set the step off. */
function isEffect({ kind }: EntryData): boolean {
  return EFFECTS.has(kind);
}

function bucket(row: number): number {
  return Math.max(0, Math.floor(row / ROWS_IN_BUCKET));
}

const EFFECTS = new Set<EntryData['kind']>([
  'send',
  'timer-set',
  'timer-cancel',
  'note',
  'log',
  'write',
  'append',
  'flush',
  'flush-failed',
  'forgot',
  'throw',
]);
const ROWS_IN_BUCKET = 64;
