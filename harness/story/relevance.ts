import type { ProcessId } from '../world/process.ts';
import { NETWORK, type Trace, type TraceEvent } from '../world/trace.ts';

/** What a story tells of a run. */
export interface Relevant {
  /** The entries that could have influenced the marked ones, and those themselves, in order. */
  readonly involved: readonly TraceEvent[];
  /** How many there were before the stretch that is told. */
  readonly before: number;
  /** How many more there were up to then. */
  readonly folded: number;
}

/** A part of a run, by the indexes of its first entry and of the one after its last. */
export interface Stretch {
  readonly from?: number | undefined;
  readonly until?: number | undefined;
}

/** What could have influenced the marked entries; without marks, the whole run. */
export function relevant(
  trace: Trace,
  marks: readonly number[],
  { from = 0, until = Infinity }: Stretch = {},
): Relevant {
  const told = marks.length > 0 ? [...marks, ...printedAfter(trace, Math.max(...marks))] : [];
  const end = told.length > 0 ? Math.max(...told) : trace.length - 1;
  const shown = trace.events
    .slice(0, end + 1)
    .filter((event) => marks.includes(event.index) || isShown(event, trace));
  const past = told.length > 0 ? causalPast(trace, told) : undefined;
  const all = withLives(
    shown,
    shown.filter((event) => past?.has(event.index) ?? true),
  );
  const involved = all.filter(({ index }) => index >= from && index < until);
  const before = all.filter(({ index }) => index < from).length;
  return { involved, before, folded: shown.length - all.length };
}

/** Who an entry is about: both ends of a message. */
export function endsOf(event: TraceEvent): readonly ProcessId[] {
  return 'from' in event ? [event.from, event.to] : [event.process];
}

/** What the code printed in the step of the last mark: whoever looks for a mistake wants to see it. */
function printedAfter(trace: Trace, mark: number): readonly number[] {
  const { index, cause } = trace.at(mark);
  return trace
    .all('log')
    .filter((event) => event.index > mark && [index, cause].includes(event.cause))
    .map((event) => event.index);
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
  for (const { index, kind, cause, process } of trace.events) {
    const known = kind === 'cut' || kind === 'heal' || (cause !== undefined && past.has(cause));
    if (known && process === NETWORK) past.add(index);
  }
  return past;
}

/** Crashes and restarts of those who take part are told too, or their lifelines would lie. */
function withLives(
  shown: readonly TraceEvent[],
  involved: readonly TraceEvent[],
): readonly TraceEvent[] {
  const here = new Set(involved.flatMap(endsOf));
  const chosen = new Set(involved);
  return shown.filter(
    (event) => chosen.has(event) || (LIVES.has(event.kind) && here.has(event.process)),
  );
}

function isShown(event: TraceEvent, trace: Trace): boolean {
  if (HIDDEN.has(event.kind)) return false;
  // A step that speaks for itself at once needs no line of its own.
  const next = event.kind === 'step' ? trace.events[event.index + 1] : undefined;
  return !(next?.kind === 'note' && next.cause === event.index);
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
const LIVES = new Set<TraceEvent['kind']>(['crash', 'restart', 'pause', 'resume']);
