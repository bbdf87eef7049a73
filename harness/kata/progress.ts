import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Exercise, exercises } from './catalog.ts';
import * as memory from './memory.ts';

/**
 * Which exercises are green: a line each in a plain text file, with a digest of the attempt that was. An
 * attempt that has changed since, by hand or by git, has to show it again. This and what else is
 * remembered here is a convenience: if it cannot be read or written, everything still works.
 */
export function greenExercises(): ReadonlySet<string> {
  const seen = new Set(linesOf(GREEN));
  return new Set(exercises().flatMap((each) => (seen.has(lineOf(each)) ? [each.id] : [])));
}

/** Remembers that an exercise is green as it is now, or that it no longer is. */
export function remember(exercise: Exercise, green: boolean): void {
  const others = linesOf(GREEN).filter((line) => !line.startsWith(`${exercise.id} `));
  const all = green ? [...others, lineOf(exercise)] : others;
  memory.remember(GREEN, all.map((line) => `${line}\n`).join(''));
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

/** Remembers which exercise somebody is at: the one that was tried last. */
export function workOn({ id }: Exercise): void {
  memory.remember(CURRENT, `${id}\n`);
}

/** The exercise that was tried last, green or not. */
export function triedLast(all: readonly Exercise[]): Exercise | undefined {
  return all[indexIn(all, linesOf(CURRENT)[0])];
}

/** The exercise somebody is at, or if that is green the next one that is not. */
export function currentExercise(all: readonly Exercise[]): Exercise | undefined {
  const last = triedLast(all);
  return firstNotGreen(all, last === undefined ? 0 : all.indexOf(last), greenExercises());
}

/** The next exercise that is not green: further down, else from the top. */
export function nextAfter(
  { id }: Exercise,
  all: readonly Exercise[],
  green: ReadonlySet<string>,
): Exercise | undefined {
  return firstNotGreen(all, indexIn(all, id) + 1, green);
}

function indexIn(all: readonly Exercise[], asked: string | undefined): number {
  return all.findIndex(({ id }) => id === asked);
}

function firstNotGreen(
  all: readonly Exercise[],
  from: number,
  green: ReadonlySet<string>,
): Exercise | undefined {
  return [...all.slice(from), ...all.slice(0, from)].find(({ id }) => !green.has(id));
}

function linesOf(file: string): readonly string[] {
  return (memory.remembered(file) ?? '').split(/\r?\n/).filter(Boolean);
}

const CURRENT = 'current.txt';
const GREEN = 'green.txt';
