import type { Changes } from './changes.ts';
import type { ProcessId } from './process.ts';
import { show } from './show.ts';
import type { Timer } from './timers.ts';

/** What every entry of a trace has. */
interface Entry {
  /** Its place in the trace, from 0. */
  readonly index: number;
  /** Virtual time in ms. */
  readonly at: number;
  /** Where it happened; NETWORK for what happens between processes. */
  readonly process: ProcessId;
  /** The entry that made this one happen: the send of a delivery, the step that sent, the timer set. */
  readonly cause: number | undefined;
}

interface Carried {
  readonly from: ProcessId;
  readonly to: ProcessId;
  readonly message: unknown;
  /** Which message on its link this is, from 1. */
  readonly nth: number;
}

/** What a crash left under the keys from which it took something. */
type Left = readonly (readonly [key: string, value: unknown])[];

/** One way each. */
type Links = readonly (readonly [from: ProcessId, to: ProcessId])[];

type Kind<K extends string, Data = unknown> = Entry & { readonly kind: K } & Data;

/** One thing that happened in a run. */
export type TraceEvent =
  | Kind<'start'>
  | Kind<'send', Carried>
  | Kind<'deliver', Carried>
  | Kind<'lose', Carried & { readonly why: string }>
  | Kind<'duplicate', Carried>
  | Kind<'timer-set', { readonly timer: string; readonly ms: number }>
  | Kind<'timer-cancel', { readonly timer: string }>
  | Kind<'timeout', { readonly timer: string }>
  | Kind<'step', { readonly label: string }>
  | Kind<'missed', { readonly label: string }>
  | Kind<'note', { readonly text: string; readonly about: unknown }>
  | Kind<'log', { readonly text: string }>
  | Kind<'write', { readonly key: string; readonly value: unknown }>
  | Kind<'append', { readonly key: string; readonly text: string }>
  | Kind<'flush'>
  | Kind<'flush-failed'>
  | Kind<'forgot', { readonly keys: readonly string[]; readonly left: Left }>
  | Kind<'crash'>
  | Kind<'restart'>
  | Kind<'pause'>
  | Kind<'resume'>
  | Kind<'clock-step', { readonly ms: number }>
  | Kind<'cut', { readonly text: string; readonly links: Links }>
  | Kind<'heal', { readonly text: string; readonly links: Links }>
  | Kind<'throw', { readonly text: string }>;

export type TraceKind = TraceEvent['kind'];

/** The process of an entry that happens between processes. */
export const NETWORK = 'network';

const KINDS: readonly TraceKind[] = [
  'start',
  'send',
  'deliver',
  'lose',
  'duplicate',
  'timer-set',
  'timer-cancel',
  'timeout',
  'step',
  'missed',
  'note',
  'log',
  'write',
  'append',
  'flush',
  'flush-failed',
  'forgot',
  'crash',
  'restart',
  'pause',
  'resume',
  'clock-step',
  'cut',
  'heal',
  'throw',
];
/** The number under which the world records a kind. */
export const CODES = Object.fromEntries(KINDS.map((kind, code) => [kind, code])) as Record<
  TraceKind,
  number
>;
/** The cause of an entry that nothing in the run made happen. */
export const NO_CAUSE = -1;
/** The place of an entry that happens between processes. */
export const NO_PROCESS = -1;

/**
 * Everything that happened in a run, in order. It is written at every event of every run, so it keeps
 * columns of numbers and builds the readable entries only when somebody reads them.
 *
 * ```ts
 * class Diarist extends Process<string> {
 *   override start(): void {
 *     this.send(this.id, 'dear diary');
 *   }
 *   receive(): void {}
 * }
 * const { trace } = simulate({ processes: { anne: Diarist } }).run();
 * trace.all('send').map(({ message }) => message); // → ['dear diary']
 * ```
 */
export class Trace {
  readonly processes: readonly ProcessId[];
  /** What steps did to fields, by the index of the step, if somebody asked for that. */
  changes: Map<number, Changes> | undefined;
  #length = 0;
  /** Pages, because an array that grows with a long run is copied again and again. */
  readonly #numbers: Float64Array[] = [];
  readonly #data: unknown[][] = [];
  #events: TraceEvent[] = [];
  readonly #ordinals = new Map<number, number>();
  readonly #sentOnLink = new Map<number, number>();

  constructor(processes: readonly ProcessId[]) {
    this.processes = processes;
  }

  get length(): number {
    return this.#length;
  }

  /** Everything that happened so far, oldest first. */
  get events(): readonly TraceEvent[] {
    while (this.#events.length < this.#length) this.#events.push(this.#read(this.#events.length));
    return this.#events;
  }

  /** The entry at an index of this trace. @throws RangeError if there is none. */
  at(index: number): TraceEvent {
    const event = this.events[index];
    if (event === undefined) throw new RangeError(`no entry ${index} in a trace of ${this.length}`);
    return event;
  }

  /** All entries of one kind, oldest first. */
  all<K extends TraceKind>(kind: K): readonly Extract<TraceEvent, { kind: K }>[] {
    return this.events.filter((event) => event.kind === kind) as Extract<TraceEvent, { kind: K }>[];
  }

  /** One line an entry; the same seed gives the same bytes on every machine. */
  toText(): string {
    return this.events.map((event) => `${line(event)}\n`).join('');
  }

  /**
   * For the world only: adds an entry and returns its index. `number` and `data` mean what the kind
   * of the entry wants: for a send, the place that it goes to and the message.
   */
  record(
    code: number,
    at: number,
    where: number,
    cause: number,
    number: number,
    data: unknown,
  ): number {
    const index = this.#length++;
    const place = index & IN_PAGE;
    if (place === 0) this.#addPage();
    const numbers = this.#numbers[index >> PAGE_BITS] as Float64Array;
    const first = place * WIDTH;
    numbers[first + AT] = at;
    numbers[first + WHERE_AND_CODE] = (where << CODE_BITS) | code;
    numbers[first + CAUSE] = cause;
    numbers[first + NUMBER] = number;
    if (data !== undefined) (this.#data[index >> PAGE_BITS] as unknown[])[place] = data;
    return index;
  }

  /** For the world only. */
  codeAt(index: number): number {
    return this.#number(index, WHERE_AND_CODE) & CODE;
  }

  /** For the world only. */
  timeAt(index: number): number {
    return this.#number(index, AT);
  }

  /** For the world only. */
  whereAt(index: number): number {
    return this.#number(index, WHERE_AND_CODE) >> CODE_BITS;
  }

  /** For the world only. */
  numberAt(index: number): number {
    return this.#number(index, NUMBER);
  }

  /** For the world only. */
  dataAt(index: number): unknown {
    return (this.#data[index >> PAGE_BITS] as unknown[])[index & IN_PAGE];
  }

  #number(index: number, column: number): number {
    const numbers = this.#numbers[index >> PAGE_BITS] as Float64Array;
    return numbers[(index & IN_PAGE) * WIDTH + column] as number;
  }

  #addPage(): void {
    this.#numbers.push(new Float64Array((IN_PAGE + 1) * WIDTH));
    this.#data.push(new Array<unknown>(IN_PAGE + 1));
  }

  #read(index: number): TraceEvent {
    const kind = KINDS[this.codeAt(index)] as TraceKind;
    const where = this.whereAt(index);
    const cause = this.#number(index, CAUSE);
    const entry = {
      index,
      at: this.timeAt(index),
      process: where === NO_PROCESS ? NETWORK : (this.processes[where] as ProcessId),
      cause: cause === NO_CAUSE ? undefined : cause,
      kind,
    };
    const data = this.dataAt(index);
    switch (kind) {
      case 'send':
        return { ...entry, ...this.#carried(index) } as TraceEvent;
      case 'deliver':
      case 'duplicate':
        return { ...entry, ...this.#carried(cause) } as TraceEvent;
      case 'lose':
        return { ...entry, ...this.#carried(cause), why: data } as TraceEvent;
      case 'timer-set':
        return { ...entry, timer: (data as Timer).name, ms: this.numberAt(index) } as TraceEvent;
      case 'timeout':
      case 'timer-cancel':
        return { ...entry, timer: data } as TraceEvent;
      default:
        return { ...entry, ...(data as object | undefined) } as TraceEvent;
    }
  }

  /** Entries are read in order, so the ordinal of a message on its link can be counted here. */
  #carried(sent: number): Carried {
    const from = this.whereAt(sent);
    const to = this.numberAt(sent);
    let nth = this.#ordinals.get(sent);
    if (nth === undefined) {
      const link = from * this.processes.length + to;
      nth = (this.#sentOnLink.get(link) ?? 0) + 1;
      this.#sentOnLink.set(link, nth);
      this.#ordinals.set(sent, nth);
    }
    return {
      from: this.processes[from] as ProcessId,
      to: this.processes[to] as ProcessId,
      message: this.dataAt(sent),
      nth,
    };
  }
}

function line(event: TraceEvent): string {
  const { index, at, process, cause, kind, ...rest } = event;
  const because = cause === undefined ? '' : ` <- ${cause}`;
  const data = Object.entries(rest).map(([key, value]) => ` ${key}=${show(value)}`);
  return `${index} ${at} ${process} ${kind}${data.join('')}${because}`;
}

/** An entry is four numbers side by side, half a cache line: old entries are read one at a time. */
const WIDTH = 4;
const AT = 0;
const WHERE_AND_CODE = 1;
const CAUSE = 2;
const NUMBER = 3;
/** The lowest bits are the code: room for 32 kinds. */
const CODE_BITS = 5;
const CODE = 2 ** CODE_BITS - 1;
/** A page has 256 entries. Larger ones gain nothing in long runs and cost time in short ones. */
const PAGE_BITS = 8;
const IN_PAGE = 2 ** PAGE_BITS - 1;
