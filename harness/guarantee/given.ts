import fc from 'fast-check';
import type { Exploration } from '../check/explore.ts';
import type { Lists } from '../faults/lists.ts';

/**
 * How a promise is put to the test: once, with generated lists (fault plans, clients' steps), or in every
 * order in which small systems can run.
 */
export type Check =
  | { readonly kind: 'once'; readonly run: () => void }
  | { readonly kind: 'explored'; readonly explorations: () => readonly Exploration<never>[] }
  | {
      readonly kind: 'given';
      readonly lists: readonly Lists<object>[];
      readonly values: fc.Arbitrary<readonly (readonly object[])[]>;
      readonly run: (values: readonly (readonly object[])[]) => void;
    };

type ValuesOf<L extends readonly Lists<object>[]> = {
  -readonly [Index in keyof L]: L[Index] extends Lists<infer Item> ? readonly Item[] : never;
};

/**
 * Runs a check with many generated fault plans, workloads, or both; a run that breaks is shrunk.
 *
 * ```ts
 * const lossy = given(faultPlans({ processes: ['a', 'b', 'c'] }), (faults) => {
 *   if (faults.some(({ kind }) => kind === 'lose')) violated('a message was lost');
 * });
 * safety('no-loss', 'Every message arrives.', { points: 10 }, lossy);
 * ```
 */
export function given<const L extends readonly [Lists<object>, ...Lists<object>[]]>(
  ...args: [...lists: L, run: (...values: ValuesOf<L>) => void]
): Check {
  const lists = args.slice(0, -1) as unknown as readonly Lists<object>[];
  const run = args.at(-1) as (...values: readonly (readonly object[])[]) => void;
  return {
    kind: 'given',
    lists,
    values: fc.tuple(...lists),
    run: (values) => run(...values),
  };
}
