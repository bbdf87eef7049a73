import { byInvocation, type Operation, operationWords } from '../check/history.ts';
import { Lifelines, put } from './lifelines.ts';
import { oneLine, wrapInto } from './wrap.ts';

export interface HistoryPictureOptions {
  /** The operations to mark: those of the history themselves, not copies of them. */
  readonly marks?: readonly Operation[];
  /** Characters a line. 78 unless told. */
  readonly width?: number;
  /** Lines at the most, the names and the folded ones included. 24 unless told. */
  readonly height?: number;
}

/**
 * A history as lines of text: a column a client, time downwards, each operation from its invocation to
 * its response; one that is pending stays open. What is concurrent stands side by side.
 *
 * ```
 *   time  alice                   bob
 *      0  ┌ write 1               ·
 *     10  │                       ┌ read → 1
 *     20  │                       └
 *     30  └                       ·
 * ```
 *
 * Where there is no room for all, the marked operations are drawn and those before the last of them;
 * what was folded is counted.
 */
export function historyPicture(
  history: readonly Operation[],
  { marks = [], width = WIDTH, height = HEIGHT }: HistoryPictureOptions = {},
): readonly string[] {
  const all = byInvocation(history);
  if (all.length === 0) return [EMPTY];
  const drawing = new Drawing(all, new Set(marks), width);
  let chosen: readonly number[] = [];
  let lines: readonly string[] = [];
  // One operation more, as long as there is room for all of them.
  for (const index of drawing.byRank) {
    const more = [...chosen, index].toSorted((a, b) => a - b);
    const picture = drawing.draw(more);
    if (chosen.length > 0 && picture.length > height) break;
    chosen = more;
    lines = picture;
  }
  return lines;
}

/** What is drawn at one time in one column: an operation begins or ends, or both at once. */
interface Stroke {
  readonly at: number;
  readonly column: number;
  readonly glyph: '┌' | '└' | '●';
  readonly words: string;
  readonly marked: boolean;
}

class Drawing {
  /** The operations of the clients for whom there is room, the most important ones first. */
  readonly byRank: readonly number[];
  readonly #operations: readonly Operation[];
  readonly #marked: readonly number[];
  readonly #clients: readonly string[];
  readonly #lifelines: Lifelines;
  readonly #clock: number;
  readonly #foot: readonly string[];

  constructor(all: readonly Operation[], marks: ReadonlySet<Operation>, width: number) {
    const ranked = rankOf(all, marks).map((index) => all[index] as Operation);
    const clients = clientsOf(all);
    this.#clock = all.reduce((most, each) => Math.max(most, longestTime(each)), TIME.length);
    this.#lifelines = new Lifelines(clients, clientsOf(ranked), width - this.#gutter().length);
    this.#clients = clients.filter((client) => this.#lifelines.has(client));
    this.#operations = all.filter(({ client }) => this.#lifelines.has(client));
    this.#marked = [...this.#operations.keys()].filter((i) =>
      marks.has(this.#operations[i] as Operation),
    );
    this.byRank = rankOf(this.#operations, marks);
    const hidden = clients.length - this.#clients.length;
    const beside = count(all.length - this.#operations.length, 'operation');
    this.#foot =
      hidden === 0 ? [] : [`… ${count(hidden, 'more client')} not drawn, with ${beside}`];
  }

  /** The picture of some operations, given in order of invocation. */
  draw(chosen: readonly number[]): readonly string[] {
    const names = this.#lifelines.names();
    const head = names.map((line, i) => this.#gutter(i === names.length - 1 ? TIME : '') + line);
    const body: string[] = [];
    const running = new Set<number>();
    const left = [...chosen];
    let told = 0;
    for (const row of rowsOf(this.#strokes(chosen))) {
      const begun = left.splice(0, row.filter(({ glyph }) => glyph !== '└').length);
      const next = begun.length === 0 ? told : (begun.at(-1) as number) + 1;
      body.push(...this.#folded(told, next, begun, told === 0 ? 'earlier' : 'other'));
      body.push(...this.#row(row, running));
      told = next;
    }
    if (running.size > 0) body.push(this.#gutter() + this.#line(running, '…').join(''));
    body.push(...this.#folded(told, this.#operations.length, [], 'later'));
    const foot = this.#foot.map((line) => this.#gutter() + line);
    return [...head, ...body, ...foot].map((line) => line.trimEnd());
  }

  /** The line for the operations from one on, up to another, that are left out. */
  #folded(from: number, to: number, drawn: readonly number[], which: string): readonly string[] {
    const operations = to - from - drawn.length;
    if (operations === 0) return [];
    const marked = this.#marked.some((i) => i >= from && i < to && !drawn.includes(i));
    return [`${this.#gutter('', marked ? '✗' : ' ')}… ${count(operations, `${which} operation`)}`];
  }

  #strokes(chosen: readonly number[]): readonly Stroke[] {
    const pending = new Map<string, number>();
    const strokes = chosen.flatMap((index): Stroke[] => {
      const operation = this.#operations[index] as Operation;
      const { client, invokedAt, respondedAt } = operation;
      // A client may go on while an operation is pending: what it does then stands beside that.
      const before = pending.get(client) ?? 0;
      if (respondedAt === undefined) pending.set(client, before + 1);
      const column = this.#lifelines.at(client) + before;
      const glyph = respondedAt === invokedAt ? '●' : '┌';
      const words = oneLine(operationWords(operation));
      const marked = this.#marked.includes(index);
      const begins: Stroke = { at: invokedAt, column, glyph, words, marked };
      return respondedAt === undefined || respondedAt === invokedAt
        ? [begins]
        : [begins, { at: respondedAt, column, glyph: '└', words: '', marked: false }];
    });
    return strokes.toSorted((a, b) => a.at - b.at);
  }

  /** What happens at one time, on the columns of the operations that run; and lets these change. */
  #row(row: readonly Stroke[], running: Set<number>): readonly string[] {
    const texts = row.map(({ column, words }) => ({
      at: column + 2,
      parts: wrapInto(words, this.#lifelines.width - column - 2, MOST_LINES),
    }));
    const first = this.#line(running, '│');
    for (const { column, glyph } of row) {
      const both = glyph === '┌' && first[column] === '└';
      first[column] = both ? '├' : glyph;
      if (glyph === '┌') running.add(column);
      if (glyph === '└') running.delete(column);
    }
    const height = Math.max(...texts.map(({ parts }) => parts.length));
    const { at } = row[0] as Stroke;
    const mark = row.some(({ marked }) => marked) ? '✗' : ' ';
    return Array.from({ length: height }, (_, i) => {
      const line = i === 0 ? first : this.#line(running, '│');
      for (const { at, parts } of texts) if (parts[i]) put(line, at - 1, ` ${parts[i]} `);
      return (i === 0 ? this.#gutter(at, mark) : this.#gutter()) + line.join('');
    });
  }

  /** A line with all lifelines, to draw on. */
  #line(running: ReadonlySet<number>, look: string): string[] {
    const line = new Array<string>(this.#lifelines.width).fill(' ');
    for (const client of this.#clients) line[this.#lifelines.at(client)] = IDLE;
    for (const column of running) line[column] = look;
    return line;
  }

  #gutter(at: number | string = '', mark = ' '): string {
    return `${mark} ${String(at).padStart(this.#clock)}  `;
  }
}

/**
 * What happens at the same time stands on one line, if there is room side by side. A marked operation
 * has a line of its own, so that it is plain which one is meant.
 */
function rowsOf(strokes: readonly Stroke[]): readonly (readonly Stroke[])[] {
  const rows: Stroke[][] = [];
  for (const stroke of strokes) {
    const row = rows.at(-1);
    if (row?.[0]?.at === stroke.at && row.every((other) => haveRoom(other, stroke))) {
      row.push(stroke);
    } else {
      rows.push([stroke]);
    }
  }
  return rows;
}

function haveRoom(one: Stroke, other: Stroke): boolean {
  if (one.marked || other.marked) return false;
  // Where an operation ends, the next of the same client may begin.
  if (one.column === other.column) return one.glyph === '└' && other.glyph === '┌';
  const [left, right] = one.column < other.column ? [one, other] : [other, one];
  return left.words === '' || left.column + left.words.length + 2 < right.column;
}

/** Marked operations first, then what was invoked before the last of them, then what came after. */
function rankOf(
  operations: readonly Operation[],
  marks: ReadonlySet<Operation>,
): readonly number[] {
  const isMarked = (index: number) => marks.has(operations[index] as Operation);
  const backwards = operations.map((_, i) => operations.length - 1 - i);
  const last = backwards.find(isMarked) ?? operations.length - 1;
  return [
    ...backwards.filter(isMarked),
    ...backwards.filter((index) => index <= last && !isMarked(index)),
    ...backwards.filter((index) => index > last).toReversed(),
  ];
}

function clientsOf(operations: readonly Operation[]): readonly string[] {
  return [...new Set(operations.map(({ client }) => client))];
}

function longestTime({ invokedAt, respondedAt = invokedAt }: Operation): number {
  return Math.max(String(invokedAt).length, String(respondedAt).length);
}

function count(n: number, noun: string): string {
  return `${n} ${n === 1 ? noun : `${noun}s`}`;
}

const WIDTH = 78;
const HEIGHT = 24;
/** For the words of one operation. */
const MOST_LINES = 3;
/** A client that waits for nothing. */
const IDLE = '·';
const TIME = 'time';
const EMPTY = 'Nobody asked for anything.';
