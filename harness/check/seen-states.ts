import { RuleBroken, running } from '../world/rules.ts';
import type { Trace } from '../world/trace.ts';
import { canonical, copyFields, freezeThrough, renamed } from './fields.ts';
import { PairMap } from './pair-map.ts';
import type { Happening } from './booth.ts';

/** What is judged of a run: a fold over what happens, in plain data, Map and Set. */
export interface Watch<Seen, Kind extends Happening['kind'] = Happening['kind']> {
  /** What it looks at; all unless told. The less, the faster. */
  readonly kinds?: readonly Kind[];
  /** Before anything has happened. */
  readonly start: Seen;
  /**
   * What has been seen after one thing more; it throws where that breaks the promise. It must not
   * change what it is given. The less it keeps, the fewer states there are: `at` and `index` of an event
   * make no difference, for they and the trace are there only when a run that broke the promise is told.
   */
  readonly next: (seen: Seen, event: Extract<Happening, { kind: Kind }>, trace?: Trace) => Seen;
  /** Judges where nothing is left to happen but faults: every message arrived, no timer runs. */
  readonly atRest?: (seen: Seen, trace?: Trace) => void;
}

/** What was seen, interned; each is worked out once for each thing that happens after it. */
export class SeenStates {
  /** What the watch threw last. */
  error: unknown;
  /** At which of the watched things in a step; none: at rest. */
  brokeAt: number | undefined;
  readonly judgesRest: boolean;
  readonly #all: unknown[] = [];
  readonly #watch: Watch<unknown>;
  readonly #happenings: readonly (readonly Happening[])[];
  readonly #numbers = new Map<string, number>();
  readonly #next = new PairMap();
  readonly #goodAtRest = new Map<number, boolean>();
  readonly #loose: boolean;

  constructor(
    watch: Watch<unknown>,
    happenings: readonly (readonly Happening[])[],
    loose: boolean,
  ) {
    this.#loose = loose;
    this.#watch = watch;
    this.#happenings = happenings;
    this.judgesRest = watch.atRest !== undefined;
    this.#intern(watch.start);
  }

  /** What has been seen after a step; BROKEN if that breaks the promise. */
  after(seen: number, happened: number): number {
    if (happened === 0) return seen;
    const known = this.#next.get(seen, happened);
    if (known >= 0) return known;
    const next = this.#judge(seen, happened);
    if (next !== BROKEN) this.#next.set(seen, happened, next);
    return next;
  }

  /**
   * What the watch throws when it follows one run that breaks the promise, with all its times.
   *
   * @throws RuleBroken if nothing breaks this time: the run is not what the search saw
   */
  follow(trace: Trace): unknown {
    let value = this.#watch.start;
    try {
      for (const event of trace.events) {
        if (this.#watch.kinds?.includes(event.kind) ?? true) {
          value = this.#watch.next(value, event, trace);
        }
      }
      this.#watch.atRest?.(value, trace);
    } catch (error) {
      running.broken = undefined;
      return error;
    }
    throw new RuleBroken(NOT_AGAIN, 'nowhere');
  }

  isGoodAtRest(seen: number): boolean {
    let answer = this.#goodAtRest.get(seen);
    if (answer === undefined) {
      answer = true;
      try {
        this.#watch.atRest?.(this.#all[seen]);
      } catch (error) {
        this.#keep(error);
        this.brokeAt = undefined;
        answer = false;
      }
      this.#goodAtRest.set(seen, answer);
    }
    return answer;
  }

  /** The same under other names of processes. */
  renamed(seen: number, names: ReadonlyMap<string, string>): number {
    return this.#intern(renamed(this.#all[seen], names));
  }

  text(seen: number, names: ReadonlyMap<string, string>): string {
    return canonical(this.#all[seen], true, names);
  }

  #intern(seen: unknown): number {
    freezeThrough(seen);
    const text = canonical(seen, this.#loose);
    let number = this.#numbers.get(text);
    if (number === undefined) {
      number = this.#all.push(copyFields(seen, 'what the watch keeps')) - 1;
      this.#numbers.set(text, number);
    }
    return number;
  }

  /** It is told with the run that led to it, which is still to be looked for. */
  #keep(error: unknown): void {
    this.error = error;
    running.broken = undefined;
  }

  #judge(seen: number, happened: number): number {
    let value = this.#all[seen];
    this.brokeAt = -1;
    try {
      for (const event of this.#happenings[happened] as readonly Happening[]) {
        this.brokeAt++;
        value = this.#watch.next(value, event);
      }
    } catch (error) {
      this.#keep(error);
      return BROKEN;
    }
    return this.#intern(value);
  }
}

const NOT_AGAIN =
  'a run broke the promise, and did not when it was run once more: some handler depends on more than its fields, its disk and the event, such as a variable outside the class';
/** Not a number of anything seen. */
export const BROKEN = -2;
