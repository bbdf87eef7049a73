import { changedFields } from '../world/changes.ts';
import type { ProcessId } from '../world/process.ts';
import { show } from '../world/show.ts';
import type { Trace, TraceEvent, TraceKind } from '../world/trace.ts';
import { label } from './label.ts';
import { words } from './words.ts';
import { shorten } from './wrap.ts';

/** A run as plain JSON: it crosses threads, goes into a page, and needs no class to be read. */
export interface TraceData {
  readonly processes: readonly ProcessId[];
  readonly entries: readonly EntryData[];
  /** Indexes of the entries that show what is told of the run. */
  readonly marks: readonly number[];
}

/** An entry of a trace: what every one has, and what its kind changes in the picture of the run. */
export type EntryData = {
  readonly index: number;
  /** Virtual time in ms. */
  readonly at: number;
  readonly process: ProcessId;
  /** Absent if nothing in the run made it happen. */
  readonly cause?: number;
  /** What happened, in a few words. */
  readonly words: string;
  /** The fields that this step made different, and what they are after it, if that was written down. */
  readonly fields?: Contents;
} & (
  | MessageData
  | { readonly kind: 'write' | 'append'; readonly key: string; readonly value: string }
  | { readonly kind: 'forgot'; readonly keys: readonly string[]; readonly left: Contents }
  | { readonly kind: 'timer-set'; readonly timer: string; readonly ms: number }
  | { readonly kind: 'timer-cancel' | 'timeout'; readonly timer: string }
  | { readonly kind: 'cut' | 'heal'; readonly links: readonly (readonly [ProcessId, ProcessId])[] }
  | { readonly kind: Exclude<TraceKind, Telling> }
);

/** A message as its sending tells it; where it arrives or is lost, the cause leads to the sending. */
export interface MessageData {
  readonly kind: 'send';
  readonly to: ProcessId;
  /** Which message on its link this is, from 1. */
  readonly nth: number;
  readonly type: string;
  /** In a few characters, as on an arrow. */
  readonly label: string;
  /** Whole. */
  readonly text: string;
}

/** Keys of a disk with what is under them, as text. */
export type Contents = readonly (readonly [key: string, value: string])[];

type Telling =
  | 'send'
  | 'write'
  | 'append'
  | 'forgot'
  | 'timer-set'
  | 'timer-cancel'
  | 'timeout'
  | 'cut'
  | 'heal';

/**
 * A trace as plain data.
 *
 * ```ts
 * class Player extends Process<{ type: 'ball' }> {
 *   override start(): void {
 *     if (this.id === 'anna') this.send('ben', { type: 'ball' });
 *   }
 *   receive(): void {}
 * }
 * const { trace } = simulate({ processes: { anna: Player, ben: Player } }).run();
 * traceData(trace, [3]).entries.map(({ words }) => words).join(', '); // → 'starts, sends ball to ben, starts, ball from anna'
 * ```
 */
export function traceData(trace: Trace, marks: readonly number[]): TraceData {
  const texts = new Texts();
  return {
    processes: trace.processes,
    entries: trace.events.map((event) => ({
      ...entryData(event, texts),
      ...fieldsIn(trace, event),
    })),
    marks: [...new Set(marks)].toSorted((a, b) => a - b),
  };
}

/** What is gone is shown as such. */
function fieldsIn(trace: Trace, { index, kind }: TraceEvent): { readonly fields?: Contents } {
  const changes = STEPS.has(kind) ? trace.changes?.get(index) : undefined;
  const fields = changes === undefined ? [] : changedFields(changes);
  if (fields.length === 0) return {};
  return {
    fields: fields.map(({ name, after }) => [name, shorten(after, MOST_CHARACTERS)]),
  };
}

/** What calls a handler. */
const STEPS = new Set<TraceKind>(['start', 'restart', 'deliver', 'timeout', 'step']);

function entryData(event: TraceEvent, texts: Texts): EntryData {
  const { index, at, process, cause } = event;
  const told = shorten(words(event), MOST_CHARACTERS);
  const entry = { index, at, process, ...(cause === undefined ? {} : { cause }), words: told };
  switch (event.kind) {
    case 'send': {
      const { kind, to, nth, message } = event;
      const text = shorten(show(message), MOST_CHARACTERS);
      const short = shorten(label(message), LONGEST_LABEL);
      return { ...entry, kind, to, nth, type: typeOf(message), label: short, text };
    }
    case 'write':
      texts.write(process, event.key, event.value);
      return { ...entry, kind: 'write', key: event.key, value: shown(event.value) };
    case 'append': {
      const whole = texts.append(process, event.key, event.text);
      return { ...entry, kind: 'append', key: event.key, value: shown(whole) };
    }
    case 'forgot': {
      texts.forget(process, event.keys, event.left);
      const left = event.left.map(([key, value]) => [key, shown(value)] as const);
      return { ...entry, kind: 'forgot', keys: event.keys, left };
    }
    case 'timer-set':
      return { ...entry, kind: 'timer-set', timer: event.timer, ms: event.ms };
    case 'timer-cancel':
    case 'timeout':
      return { ...entry, kind: event.kind, timer: event.timer };
    case 'cut':
    case 'heal':
      return { ...entry, kind: event.kind, links: event.links };
    default:
      return { ...entry, kind: event.kind };
  }
}

/** Messages are told apart by their `type`, as exercises write them; others are all of one kind. */
function typeOf(message: unknown): string {
  const type: unknown =
    typeof message === 'object' && message !== null ? Reflect.get(message, 'type') : undefined;
  return typeof type === 'string' ? type : 'message';
}

/** The ends of the texts on the disks: an entry of the trace has only what was added. */
class Texts {
  readonly #texts = new Map<string, string>();

  write(process: ProcessId, key: string, value: unknown): void {
    if (typeof value === 'string') this.#texts.set(`${process} ${key}`, value);
    else this.#texts.delete(`${process} ${key}`);
  }

  append(process: ProcessId, key: string, text: string): string {
    const whole = (this.#texts.get(`${process} ${key}`) ?? '') + text;
    this.#texts.set(`${process} ${key}`, endOf(whole));
    return whole;
  }

  forget(
    process: ProcessId,
    keys: readonly string[],
    left: readonly (readonly [string, unknown])[],
  ): void {
    for (const key of keys) this.write(process, key, undefined);
    for (const [key, value] of left) this.write(process, key, value);
  }
}

/** A value as text. Of a log the end is worth seeing, of anything else the beginning. */
function shown(value: unknown): string {
  return shorten(show(typeof value === 'string' ? endOf(value) : value), MOST_CHARACTERS);
}

function endOf(text: string): string {
  return text.length <= LONGEST_TEXT ? text : `…${text.slice(1 - LONGEST_TEXT)}`;
}

/** Nobody reads more than this of one value, and a page of ten thousand entries has to open. */
const MOST_CHARACTERS = 400;
const LONGEST_TEXT = 100;
const LONGEST_LABEL = 100;
