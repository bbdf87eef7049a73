import type { ProcessId } from '../world/process.ts';
import { NETWORK, type Trace, type TraceEvent } from '../world/trace.ts';
import { label } from './label.ts';
import { Lifelines, put } from './lifelines.ts';
import { endsOf, relevant, type Stretch } from './relevance.ts';
import { words } from './words.ts';
import { oneLine, shorten, wrapInto } from './wrap.ts';

export interface DiagramOptions extends Stretch {
  /** Indexes of the entries to mark; the diagram ends at the last of them. */
  readonly marks: readonly number[];
  /** Characters a line. 78 unless told. */
  readonly width?: number;
  /** Lines at the most, the names and the folded ones included. 24 unless told. */
  readonly height?: number;
}

/**
 * The space-time diagram of a run as lines of text: a column a process, time downwards, an arrow a
 * message, drawn at the time when it arrives. Only what could have influenced the marked entries is
 * drawn; what was folded is counted.
 */
export function diagram(trace: Trace, options: DiagramOptions): readonly string[] {
  const { marks, width = WIDTH, height = HEIGHT } = options;
  const { involved, before, folded } = relevant(trace, marks, options);
  const clock = Math.max(4, ...involved.slice(-height).map(({ at }) => String(at).length));
  const gutter = (mark: string, at: number | string = ''): string =>
    `${mark} ${String(at).padStart(clock)}  `;

  const ids = whoIsDrawn(trace, involved, marks);
  const lifelines = new Lifelines(ids.inOrder, ids.byRank, width - gutter(' ').length);
  const drawing = new Drawing(trace, involved, lifelines);
  const entries: (readonly string[])[] = [];
  involved.forEach((event, i) => {
    lifelines.follow(event);
    // At most the last lines are kept, so the entries of a long run are not drawn in vain.
    if (i < involved.length - height) return;
    const mark = marks.includes(event.index) ? '✗' : ' ';
    const lines = drawing.entry(event);
    entries.push(lines.map((line, n) => (n === 0 ? gutter(mark, event.at) : gutter(' ')) + line));
  });

  const names = lifelines.names();
  const head = names.map((line, i) => gutter(' ', i === names.length - 1 ? 'ms' : '') + line);
  const foot = [
    ...counted(folded, 'event', 'not involved'),
    ...counted(ids.inOrder.filter((id) => !lifelines.has(id)).length, 'more process', 'not drawn'),
  ].map((line) => gutter(' ') + line);
  const room = height - head.length - foot.length;
  const all = entries.reduce((sum, lines) => sum + lines.length, 0);
  let earlier = before + involved.length - entries.length;
  let left = earlier > 0 || all > room ? all - (room - 1) : 0;
  while (left > 0 && entries.length > 1) {
    left -= (entries.shift() as readonly string[]).length;
    earlier++;
  }
  return [
    ...head,
    ...counted(earlier, 'earlier event').map((line) => gutter(' ') + line),
    ...entries.flat(),
    ...foot,
  ].map((line) => line.trimEnd());
}

export function counted(n: number, what: string, how = ''): readonly string[] {
  if (n <= 0) return [];
  const plural = what.endsWith('s') ? `${what}es` : `${what}s`;
  return [`… ${n} ${n === 1 ? what : plural} ${how}`.trimEnd()];
}

/** The involved processes, in their order; and those first that are marked, or active at the end. */
function whoIsDrawn(
  trace: Trace,
  involved: readonly TraceEvent[],
  marks: readonly number[],
): { readonly inOrder: readonly ProcessId[]; readonly byRank: readonly ProcessId[] } {
  const last = new Map<ProcessId, number>();
  for (const event of involved) {
    for (const id of endsOf(event)) if (id !== NETWORK) last.set(id, event.index);
  }
  for (const index of marks) last.set(trace.at(index).process, Infinity);
  const whole = trace.processes.length <= FEW || last.size === 0;
  const inOrder = trace.processes.filter((id) => whole || last.has(id));
  const byRank = inOrder.toSorted((a, b) => (last.get(b) ?? -1) - (last.get(a) ?? -1));
  return { inOrder, byRank };
}

/** Draws entries on the lifelines of a diagram. */
class Drawing {
  readonly #trace: Trace;
  readonly #involved: readonly TraceEvent[];
  readonly #lifelines: Lifelines;
  readonly #usualMs: number;

  constructor(trace: Trace, involved: readonly TraceEvent[], lifelines: Lifelines) {
    this.#trace = trace;
    this.#involved = involved;
    this.#lifelines = lifelines;
    const took = trace
      .all('deliver')
      .filter(({ from, to }) => from !== to)
      .map((event) => event.at - trace.at(event.cause as number).at)
      .toSorted((a, b) => a - b);
    this.#usualMs = took[Math.floor((took.length - 1) / 2)] ?? Infinity;
  }

  entry(event: TraceEvent): readonly string[] {
    if (event.kind === 'deliver' || event.kind === 'lose') return this.#message(event);
    if (event.process !== NETWORK) return this.#text(event.process, bullet(event), words(event));
    return wrapInto(`~~ ${oneLine(words(event))}`, this.#lifelines.width, 2).map((part) => {
      const line = this.#lifelines.line();
      put(line, 0, `${part} `);
      return line.join('');
    });
  }

  #message(event: Extract<TraceEvent, { kind: 'deliver' | 'lose' }>): readonly string[] {
    const { from, to } = event;
    const said = label(event.message);
    const remarks = this.#remarks(event);
    const text = shorten(said, LONGEST_LABEL) + remarks;
    const mark = event.kind === 'lose' ? '×' : '●';
    if (from === to) return this.#text(to, mark, `to itself: ${text}`);
    if (!this.#lifelines.has(from)) return this.#text(to, mark, `from ${from}: ${text}`);
    if (!this.#lifelines.has(to)) return this.#text(from, mark, `to ${to}: ${text}`);
    return this.#arrow(event, said, remarks);
  }

  /** What the arrow does not show: that it set out earlier, arrives again, or why it was lost. */
  #remarks(event: Extract<TraceEvent, { kind: 'deliver' | 'lose' }>): string {
    const sent = this.#trace.at(event.cause as number);
    const between = this.#involved.filter(
      ({ index, process }) => process === event.from && index > sent.index && index < event.index,
    );
    // The own copy of a broadcast arrives at once; that is nothing that the sender did since.
    const acted = between.some(
      ({ kind, cause }) =>
        kind !== 'deliver' || this.#trace.at(cause as number).cause !== sent.cause,
    );
    const late = acted || event.at - sent.at > 2 * this.#usualMs;
    const again = this.#trace.events
      .slice(sent.index, event.index)
      .some(({ kind, cause }) => kind === 'deliver' && cause === event.cause);
    const remarks = [
      again ? 'again' : [],
      late && event.at > sent.at ? `sent ${sent.at}` : [],
      event.kind === 'lose' && event.why !== 'lost on the way' ? event.why : [],
    ].flat();
    return remarks.length === 0 ? '' : ` (${remarks.join(', ')})`;
  }

  /**
   * `├─label──▶│` or `│◀──label─┤`; a lost message ends in ×. A label that is longer than its arrow
   * stands beside it, or goes on underneath.
   */
  #arrow(event: TraceEvent & { from: ProcessId; to: ProcessId }, said: string, remarks: string) {
    const from = this.#lifelines.at(event.from);
    const to = this.#lifelines.at(event.to);
    const left = Math.min(from, to);
    const right = Math.max(from, to);
    const arrow = this.#lifelines.line();
    const lost = event.kind === 'lose';
    put(arrow, left + 1, '─'.repeat(right - left - 1));
    arrow[from] = from < to ? '├' : '┤';
    if (from < to) arrow[to - 1] = lost ? '×' : '▶';
    else arrow[to + 1] = lost ? '×' : '◀';

    const on = { at: left + (from < to ? 2 : 3), room: right - left - 4, end: from > to };
    const after = { at: right + 2, room: this.#lifelines.width - right - 2, end: false };
    const before = { at: 0, room: left - 1, end: true };
    const text = shorten(said, LONGEST_LABEL) + remarks;
    const place =
      [on, after, before].find(({ room }) => text.length <= room) ??
      (on.room >= ENOUGH || on.room >= after.room ? on : after);
    const whole = shorten(said, place.room * MOST_LINES - remarks.length - ROUGH) + remarks;
    return wrapInto(whole, Math.max(1, place.room), MOST_LINES).map((part, i) => {
      const line = i === 0 ? arrow : this.#lifelines.line();
      put(line, place.at + (place.end ? place.room - part.length : 0), part);
      return line.join('');
    });
  }

  /** `● words` beside a lifeline: to the right of it, or to the left near the right edge. */
  #text(id: ProcessId, bullet: string, said: string): readonly string[] {
    if (!this.#lifelines.has(id)) return [];
    const at = this.#lifelines.at(id);
    const text = oneLine(said);
    const after = this.#lifelines.width - at - 2;
    const before = at - 1;
    const right = text.length <= after || after >= before;
    return wrapInto(text, right ? after : before, MOST_LINES).map((part, i) => {
      const line = this.#lifelines.line();
      if (i === 0) line[at] = bullet;
      if (right) put(line, at + 1, ` ${part} `.slice(0, after + 1));
      else put(line, Math.max(0, before - part.length - 1), ` ${part} `.slice(-at));
      return line.join('');
    });
  }
}

function bullet({ kind }: TraceEvent): string {
  if (kind === 'crash') return '┴';
  if (kind === 'restart') return '┬';
  return kind === 'missed' ? '×' : '●';
}

const WIDTH = 78;
const HEIGHT = 24;
/** A cluster this small is drawn whole, idle processes included. */
const FEW = 3;
/** A longer message says no more in a picture. */
const LONGEST_LABEL = 100;
/** For one entry. */
const MOST_LINES = 3;
/** What wrapping may waste at the ends of lines. */
const ROUGH = 8;
/** Characters that are enough to wrap a label on its arrow. */
const ENOUGH = 12;
