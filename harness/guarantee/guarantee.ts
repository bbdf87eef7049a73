import type { Exploration } from '../check/explore.ts';
import type { Happening } from '../check/booth.ts';
import type { Process } from '../world/process.ts';
import type { Check } from './given.ts';

export type GuaranteeKind = 'example' | 'safety' | 'liveness' | 'exhaustive';

export interface GuaranteeOptions {
  /** What it counts for in the grade. 10 unless told. */
  readonly points?: number;
  /** How many random runs the default budget has. 200 unless told. */
  readonly runs?: number;
  /**
   * What must have happened for the promise to mean anything, and in how many of 100 runs at least.
   * The check says so with `covered(name)`; where it happened too seldom the verdict is *not decided*.
   */
  readonly covers?: Readonly<Record<string, number>>;
}

/** One promise, and how it is put to the test. Its id is its name everywhere. */
export interface Guarantee {
  readonly id: string;
  readonly kind: GuaranteeKind;
  readonly promise: string;
  readonly points: number;
  readonly runs: number;
  readonly covers: Readonly<Record<string, number>>;
  readonly check: Check;
}

/** One scripted run that reads like the figure in a paper. */
export function example(
  id: string,
  promise: string,
  options: Pick<GuaranteeOptions, 'points'>,
  run: () => void,
): void {
  register('example', id, promise, { ...options, runs: 1 }, { kind: 'once', run });
}

/** Nothing bad ever happens: whatever was generated, the check finds no entry that breaks the promise. */
export function safety(id: string, promise: string, options: GuaranteeOptions, check: Check): void {
  register('safety', id, promise, options, check);
}

/** Something good happens in the end: once the faults stop, within a stated time. */
export function liveness(
  id: string,
  promise: string,
  options: GuaranteeOptions,
  check: Check,
): void {
  register('liveness', id, promise, options, check);
}

/**
 * Nothing bad can happen in a small system, in whatever order its messages, calls, timers and faults come.
 * Several systems are tried one after the other. What the promise covers has to come up at least once.
 */
export function exhaustive<P extends Process<never>, Seen, Kind extends Happening['kind']>(
  id: string,
  promise: string,
  options: Pick<GuaranteeOptions, 'points'> & { readonly covers?: readonly string[] },
  systems: () => Exploration<P, Seen, Kind> | readonly Exploration<P, Seen, Kind>[],
): void {
  const covers = Object.fromEntries((options.covers ?? []).map((name) => [name, 1]));
  const explorations = () => [systems()].flat() as unknown as readonly Exploration<never>[];
  register(
    'exhaustive',
    id,
    promise,
    { ...options, covers, runs: 1 },
    {
      kind: 'explored',
      explorations,
    },
  );
}

/** Who takes the guarantees of a test file: vitest (see `bind.ts`), or a gate that collects them. */
let receiver: ((guarantee: Guarantee) => void) | undefined;
let fallback: (guarantee: Guarantee) => void = () => {};

/** For `bind.ts`: takes every guarantee that nobody collects. */
export function registerWith(take: (guarantee: Guarantee) => void): void {
  fallback = take;
}

/** Loads a test file and returns its guarantees instead of running them. */
export async function collect(load: () => Promise<unknown>): Promise<readonly Guarantee[]> {
  const collected: Guarantee[] = [];
  receiver = (guarantee) => collected.push(guarantee);
  try {
    await load();
  } finally {
    receiver = undefined;
  }
  return collected;
}

function register(
  kind: GuaranteeKind,
  id: string,
  promise: string,
  { points = DEFAULT_POINTS, runs = DEFAULT_RUNS, covers = {} }: GuaranteeOptions,
  check: Check,
): void {
  (receiver ?? fallback)({ id, kind, promise, points, runs, covers, check });
}

const DEFAULT_POINTS = 10;
const DEFAULT_RUNS = 200;
