import { type Exercise, exerciseAround, exercises, findExercise } from './catalog.ts';
import { currentExercise, triedLast } from './progress.ts';

/** Where somebody stands who runs a command: npm itself goes to the root of the checkout. */
export function standing(): string {
  return process.env['INIT_CWD'] ?? process.cwd();
}

/**
 * The exercise that was asked for, or in whose folder one stands, or that is next.
 *
 * @throws Complaint if none or more than one fits.
 */
export function askedExercise(query: string | undefined): Exercise {
  const all = exercises();
  const asked = query === undefined ? exerciseAround(standing()) : findExercise(query);
  return asked ?? currentExercise(all) ?? (all.at(-1) as Exercise);
}

/** The same for what looks back: the next exercise has nothing to look at yet. */
export function askedAttempt(query: string | undefined): Exercise {
  const isNamed = query !== undefined || exerciseAround(standing()) !== undefined;
  return (isNamed ? undefined : triedLast(exercises())) ?? askedExercise(query);
}

/** How a command names an exercise: `01`. */
export function numberOf({ id }: Exercise): string {
  return id.slice(0, 2);
}
