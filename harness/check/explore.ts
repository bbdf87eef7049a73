import type { Process } from '../world/process.ts';
import type { Trace } from '../world/trace.ts';
import type { Happening } from './booth.ts';
import type { Budgets } from './moves.ts';
import { CLOCK_READ, Search } from './search.ts';
import type { Watch } from './seen-states.ts';
import type { Cast } from './steps.ts';

/** A small system, and how much of what it may do is tried: all that the budgets allow, in every order. */
export interface Exploration<
  P extends Process<never> = Process<never>,
  Seen = unknown,
  Kind extends Happening['kind'] = Happening['kind'],
>
  extends Cast<P>, Budgets {
  /** Messages on one link arrive in the order in which they were sent. */
  readonly ordered?: boolean;
  /** Processes that play the same part: states that differ only in who is who are one. */
  readonly alike?: readonly string[];
  /** How many states are tried before it gives up: *not decided*. 500,000 unless told. */
  readonly maxStates?: number;
  /** The promise is made only for this many states, those nearest to the start. */
  readonly firstStates?: number;
  readonly watch?: Watch<Seen, Kind>;
}

/** How the search goes about it; the answers are the same. */
export interface SearchOptions {
  /** Breadth first finds the shortest run that breaks a promise. */
  readonly order?: 'breadth' | 'depth';
  /** Remembers what every step did, true unless told. */
  readonly memo?: boolean;
  /** Leaves out deliveries that change nothing, true unless told: what follows them follows without them. */
  readonly skipNoOps?: boolean;
  /** Where two moves lead to the same state in either order, tries one order; false unless told. */
  readonly partialOrder?: boolean;
  /** Treats `alike` processes as interchangeable, true unless told. */
  readonly symmetry?: boolean;
}

/** How far a search came. */
export interface Covered {
  /** How many different states were found. */
  readonly states: number;
  /** How many steps were tried, those that led to a known state included. */
  readonly generated: number;
  /** How many steps the farthest state is from the start. */
  readonly depth: number;
  /** How many handlers were run for it. */
  readonly handlersRun: number;
  /** Memory of the states, in bytes. */
  readonly bytes: number;
}

/** A promise was broken. */
export interface Violation extends Covered {
  readonly verdict: 'violated';
  /** What the watch threw. */
  readonly by: unknown;
  readonly steps: number;
  /** The shortest run that shows it. */
  readonly trace: Trace;
  /** The index of the entry at which the watch threw; none: nothing is left to happen after the last. */
  readonly mark: number | undefined;
}

export type Explored =
  | ({ readonly verdict: 'holds'; readonly all: boolean } & Covered)
  | Violation
  | ({
      readonly verdict: 'not decided';
      /** How many of the states were found, but not yet gone on from. */
      readonly frontier: number;
      /** What seems to grow without bound, in a sentence, if something does. */
      readonly growing: string | undefined;
    } & Covered);

/**
 * Tries every order in which a small system's messages, calls, timers and faults can happen, and judges
 * all that is seen on the way. Breadth first, so that a promise is broken in as few steps as can be.
 *
 * Handlers depend on nothing but their fields, their disk and the event, so what a step does is worked
 * out once and remembered, and the state of the system is a row of a few numbers.
 *
 * Time does not pass here: `this.now()` moves only when a timer of the process runs out, and
 * `this.random()` is always 0.5. A timer runs out before another of its process if it was set earlier and
 * for a shorter time; of two processes, whichever.
 *
 * ```ts
 * class Greeter extends Process<string> {
 *   override start(): void {
 *     for (const peer of this.peers) this.send(peer, 'hello');
 *   }
 *   receive(): void {}
 * }
 * explore({ processes: { a: Greeter, b: Greeter } }).states; // → 1
 * explore({ processes: { a: Greeter, b: Greeter }, loses: 2 }).states; // → 4
 * ```
 *
 * @throws RunStopped if a handler throws, with the shortest run up to it; RuleBroken if a handler
 *   depends on what the world cannot see.
 */
export function explore<P extends Process<never>, Seen, Kind extends Happening['kind']>(
  exploration: Exploration<P, Seen, Kind>,
  options: SearchOptions = {},
): Explored {
  const search = new Search(exploration as unknown as Exploration<never>, options, false);
  const answer = search.explore();
  if (answer !== CLOCK_READ) return answer;
  return new Search(
    exploration as unknown as Exploration<never>,
    options,
    true,
  ).explore() as Explored;
}

export interface WalkOptions {
  /** The same seed, the same walks. */
  readonly seed?: number;
  readonly walks?: number;
  /** After how many steps a walk ends. */
  readonly steps?: number;
}

export type Walked =
  Violation | { readonly verdict: 'not decided'; readonly walks: number; readonly steps: number };

/**
 * Walks through a system at random, where it is too large to try every order: at each step any process
 * does any of the things that it may do next. A walk that breaks the promise is cut down to what it takes.
 * Walks never say that a promise holds.
 *
 * @throws RunStopped if a handler throws; RuleBroken as `explore` does
 */
export function walk<P extends Process<never>, Seen, Kind extends Happening['kind']>(
  exploration: Exploration<P, Seen, Kind>,
  options: WalkOptions = {},
): Walked {
  const system = { ...exploration, alike: [] } as unknown as Exploration<never>;
  const search = new Search(system, {}, false);
  const answer = search.walk(options);
  return answer === CLOCK_READ ? (new Search(system, {}, true).walk(options) as Walked) : answer;
}
