import type { ProcessId } from '../world/process.ts';
import { NETWORK, type Trace, type TraceEvent } from '../world/trace.ts';
import { label } from './label.ts';

export interface DiagramOptions {
  /** Indexes of the entries to mark; the diagram ends at the last of them. */
  readonly marks: readonly number[];
  /** Characters a line. 78 unless told. */
  readonly width?: number;
  /** Lines at the most, the head and the folded ones included. 24 unless told. */
  readonly height?: number;
}

/**
 * The space-time diagram of a run as lines of text: a column a process, time downwards, an arrow a
 * message, drawn at the time when it arrives. Only what could have influenced the marked entries is
 * drawn; what was folded is counted.
 */
export function diagram(trace: Trace, options: DiagramOptions): readonly string[] {
  const { marks, width = WIDTH, height = HEIGHT } = options;
  const end = marks.length > 0 ? Math.max(...marks) : trace.length - 1;
  const shown = trace.events.slice(0, end + 1).filter((event) => isShown(event, trace));
  const past = marks.length > 0 ? causalPast(trace, marks) : undefined;
  const relevant = shown.filter((event) => past?.has(event.index) ?? true);
  const columns = new Columns(trace, relevant, width);
  const drawn = relevant.flatMap((event) => {
    const lines = drawEvent(trace, event, columns, relevant);
    const mark = marks.includes(event.index) ? '✗' : ' ';
    return lines.map((line, i) => (i === 0 ? gutter(mark, event.at) : gutter(' ')) + line);
  });
  const kept = drawn.slice(-(height - 2));
  const folded = shown.length - relevant.length;
  return [
    gutter(' ', 'ms') + columns.head(),
    ...(drawn.length > kept.length
      ? [gutter(' ') + `… ${drawn.length - kept.length} lines before`]
      : []),
    ...kept,
    ...(folded > 0
      ? [gutter(' ') + `… ${folded} ${folded === 1 ? 'event' : 'events'} not involved`]
      : []),
    ...columns.leftOut(),
  ].map((line) => line.trimEnd());
}

/** What an entry can have been influenced by: its causes, and all that its process did before. */
function causalPast(trace: Trace, marks: readonly number[]): ReadonlySet<number> {
  const before = new Map<number, number>();
  const latest = new Map<ProcessId, number>();
  for (const { index, process } of trace.events) {
    const previous = latest.get(process);
    if (previous !== undefined && process !== NETWORK) before.set(index, previous);
    latest.set(process, index);
  }
  const past = new Set<number>();
  const open = [...marks];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    if (past.has(index)) continue;
    past.add(index);
    const { cause } = trace.at(index);
    const previous = before.get(index);
    if (cause !== undefined) open.push(cause);
    if (previous !== undefined) open.push(previous);
  }
  // A lost message, a cut or a repeat belongs to the story of the sender who is in it.
  for (const { index, kind, cause } of trace.events) {
    const known = kind === 'cut' || kind === 'heal' || (cause !== undefined && past.has(cause));
    if (known && trace.at(index).process === NETWORK) past.add(index);
  }
  return past;
}

function isShown(event: TraceEvent, trace: Trace): boolean {
  if (HIDDEN.has(event.kind)) return false;
  // A step that speaks for itself at once needs no line of its own.
  const next = event.kind === 'step' ? trace.events[event.index + 1] : undefined;
  return !(next?.kind === 'note' && next.cause === event.index);
}

/** Where each process's lifeline stands, and whether it is up. */
class Columns {
  readonly width: number;
  readonly #ids: readonly ProcessId[];
  readonly #missing: readonly ProcessId[];
  readonly #down = new Set<ProcessId>();
  readonly #step: number;

  constructor(trace: Trace, relevant: readonly TraceEvent[], width: number) {
    const involved = new Set(relevant.flatMap(processesOf));
    const ids = trace.processes.filter((id) => involved.has(id) || trace.processes.length <= FEW);
    this.width = width - GUTTER;
    this.#ids = ids.slice(0, Math.floor(this.width / NARROWEST));
    this.#missing = ids.slice(this.#ids.length);
    const longest = Math.max(...this.#ids.map((id) => id.length));
    const even = Math.floor(this.width / this.#ids.length);
    this.#step = Math.max(NARROWEST, Math.min(even, Math.max(WIDEST, longest + 2)));
  }

  at(id: ProcessId): number | undefined {
    const index = this.#ids.indexOf(id);
    return index < 0 ? undefined : index * this.#step;
  }

  note(event: TraceEvent): void {
    if (event.kind === 'crash') this.#down.add(event.process);
    if (event.kind === 'restart') this.#down.delete(event.process);
  }

  /** A line with all lifelines, to draw on. */
  blank(): string[] {
    const line: string[] = new Array<string>(this.width).fill(' ');
    for (const id of this.#ids) line[this.at(id) as number] = this.#down.has(id) ? ' ' : '│';
    return line;
  }

  head(): string {
    return this.#ids.map((id) => shorten(id, this.#step - 1).padEnd(this.#step)).join('');
  }

  leftOut(): readonly string[] {
    if (this.#missing.length === 0) return [];
    return [`${gutter(' ')}… and ${this.#missing.length} more processes, not drawn`];
  }
}

function processesOf(event: TraceEvent): readonly ProcessId[] {
  return 'from' in event ? [event.from, event.to] : [event.process];
}

function drawEvent(
  trace: Trace,
  event: TraceEvent,
  columns: Columns,
  shown: readonly TraceEvent[],
): readonly string[] {
  const line = columns.blank();
  columns.note(event);
  if (event.kind === 'deliver' || event.kind === 'lose') {
    if (event.from === event.to) {
      return drawText(columns, line, event.to, `● to itself: ${label(event.message)}`);
    }
    const from = columns.at(event.from);
    const to = columns.at(event.to);
    if (from === undefined || to === undefined) return [];
    const sent = trace.at(event.cause as number);
    const late = shown.some(
      ({ index, process }) => process === event.from && index > sent.index && index < event.index,
    );
    const why = event.kind === 'lose' && event.why !== 'lost on the way' ? ` (${event.why})` : '';
    const words = `${label(event.message)}${late ? ` (sent ${sent.at})` : ''}`;
    return drawArrow(columns, line, from, to, words, event.kind === 'lose' ? why : undefined);
  }
  const words = wordsFor(event);
  if (event.process === NETWORK) return [fill(line.join(''), words, columns.width)];
  return drawText(columns, line, event.process, `● ${words}`);
}

/** `├─label──▶│` or `│◀──label─┤`; a lost message ends in ×. What does not fit goes on the next line. */
function drawArrow(
  columns: Columns,
  line: string[],
  from: number,
  to: number,
  words: string,
  lost: string | undefined,
): readonly string[] {
  const right = to > from;
  const [start, end] = right ? [from + 1, to - 1] : [to + 1, from - 1];
  for (let x = start; x <= end; x++) line[x] = '─';
  line[from] = right ? '├' : '┤';
  line[right ? end : start] = lost === undefined ? (right ? '▶' : '◀') : '×';
  const room = end - start - 1;
  const text = lost === undefined ? words : `${words}${lost}`;
  const fits = text.length <= room;
  const onArrow = fits ? text : shorten(words, room);
  const at = right ? start + 1 : end - onArrow.length;
  for (let i = 0; i < onArrow.length; i++) line[at + i] = onArrow[i] as string;
  const below = fits ? [] : underneath(columns, start + 1, text);
  return [line.join(''), ...below];
}

function underneath(columns: Columns, at: number, text: string): readonly string[] {
  const start = Math.max(0, Math.min(at, columns.width - text.length));
  return wrap(text, columns.width - start).map((part) => {
    const line = columns.blank();
    for (let i = 0; i < part.length; i++) line[start + i] = part[i] as string;
    return line.join('');
  });
}

function drawText(
  columns: Columns,
  line: string[],
  id: ProcessId,
  text: string,
): readonly string[] {
  const at = columns.at(id);
  if (at === undefined) return [];
  const room = columns.width - at;
  if (text.length <= room)
    return [line.slice(0, at).join('') + fill(line.slice(at).join(''), text, room)];
  // Near the right edge the words stand to the left of their lifeline.
  const words = text.slice(2);
  if (words.length + 1 <= at) {
    line[at] = '●';
    const start = at - words.length - 1;
    for (let i = 0; i < words.length; i++) line[start + i] = words[i] as string;
    line[at - 1] = ' ';
    return [line.join('')];
  }
  line[at] = '●';
  return [line.join(''), ...underneath(columns, Math.min(at + 2, columns.width / 2), words)];
}

function wordsFor(event: TraceEvent): string {
  switch (event.kind) {
    case 'note':
    case 'log':
    case 'throw':
      return event.text;
    case 'step':
      return event.label;
    case 'missed':
      return `${event.label}: it was down`;
    case 'timeout':
      return `timer ${event.timer} ran out`;
    case 'crash':
      return 'crashes';
    case 'restart':
      return 'restarts';
    case 'pause':
      return 'stands still';
    case 'resume':
      return 'goes on';
    case 'clock-step':
      return `clock jumps by ${event.ms} ms`;
    case 'forgot':
      return `lost from disk: ${event.keys.join(', ')}`;
    case 'flush-failed':
      return 'flush failed';
    case 'cut':
      return `~~ ${event.text}`;
    case 'heal':
      return `~~ over: ${event.text}`;
    default:
      return event.kind;
  }
}

function fill(under: string, text: string, width: number): string {
  return (text + under.slice(text.length)).slice(0, Math.max(width, text.length));
}

function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, Math.max(0, length - 1))}…`;
}

/** Breaks text into lines of at most `width` characters, at spaces where there are some. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
    for (; line.length > width; line = line.slice(width)) lines.push(line.slice(0, width));
  }
  return [...lines, line];
}

function gutter(mark: string, at: number | string = ''): string {
  return `${mark} ${String(at).padStart(4)}  `;
}

/** What is no line of a diagram: the send stands with its arrival, and timers are known by their end. */
const HIDDEN = new Set<TraceEvent['kind']>([
  'start',
  'send',
  'duplicate',
  'timer-set',
  'timer-cancel',
  'write',
  'append',
  'flush',
]);
const WIDTH = 78;
const HEIGHT = 24;
const GUTTER = 8;
const NARROWEST = 10;
const WIDEST = 24;
/** A cluster this small is drawn whole, idle processes included. */
const FEW = 3;
