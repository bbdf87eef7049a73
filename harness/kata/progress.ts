import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Exercise, exercises, ROOT } from './catalog.ts';

/**
 * Which exercises are green: a line each in a plain text file, with a digest of the attempt that was. An
 * attempt that has changed since, by hand or by git, has to show it again. It is a convenience: if the
 * file cannot be read or written, everything still works.
 */
export function greenExercises(): ReadonlySet<string> {
  const seen = new Set(lines());
  return new Set(exercises().flatMap((each) => (seen.has(lineOf(each)) ? [each.id] : [])));
}

/** Remembers that an exercise is green as it is now, or that it no longer is. */
export function remember(exercise: Exercise, green: boolean): void {
  const others = lines().filter((line) => !line.startsWith(`${exercise.id} `));
  const all = green ? [...others, lineOf(exercise)] : others;
  try {
    mkdirSync(join(ROOT, '.kata'), { recursive: true });
    writeFileSync(FILE, all.map((line) => `${line}\n`).join(''));
  } catch {
    // A read-only checkout has no memory, and needs none.
  }
}

function lines(): readonly string[] {
  try {
    return readFileSync(FILE, 'utf8').split(/\r?\n/).filter(Boolean);
  } catch {
    return [];
  }
}

function lineOf({ id, stub }: Exercise): string {
  return `${id} ${digestOf(stub)}`;
}

function digestOf(file: string): string {
  try {
    return createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 16);
  } catch {
    return 'no file';
  }
}

/** The first exercise that is not green. */
export function currentExercise(all: readonly Exercise[]): Exercise | undefined {
  const green = greenExercises();
  return all.find(({ id }) => !green.has(id));
}

const FILE = join(ROOT, '.kata', 'green.txt');
