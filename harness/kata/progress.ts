import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Exercise, ROOT } from './catalog.ts';

/**
 * Which exercises were green when they last ran: their names in a plain text file, a line each. It is
 * a convenience: if it cannot be read or written, everything still works.
 */
export function greenExercises(): ReadonlySet<string> {
  try {
    return new Set(readFileSync(FILE, 'utf8').split(/\r?\n/).filter(Boolean));
  } catch {
    return new Set();
  }
}

/** Remembers that an exercise is green, or that it no longer is. */
export function remember({ id }: Exercise, green: boolean): void {
  const names = new Set(greenExercises());
  if (green) names.add(id);
  else names.delete(id);
  try {
    mkdirSync(join(ROOT, '.kata'), { recursive: true });
    writeFileSync(
      FILE,
      [...names]
        .toSorted()
        .map((name) => `${name}\n`)
        .join(''),
    );
  } catch {
    // A read-only checkout has no memory, and needs none.
  }
}

/** The first exercise that is not green. */
export function currentExercise(all: readonly Exercise[]): Exercise | undefined {
  const green = greenExercises();
  return all.find(({ id }) => !green.has(id));
}

const FILE = join(ROOT, '.kata', 'green.txt');
