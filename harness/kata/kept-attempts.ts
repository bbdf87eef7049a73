import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { standing } from './asked-exercise.ts';
import { type Exercise, ROOT } from './catalog.ts';
import { Complaint } from './complaint.ts';
import { quoted } from './quoted.ts';

/** A copy of somebody's work. */
export interface Kept {
  readonly exercise: Exercise;
  readonly copy: string;
}

/**
 * Copies attempts to a new folder under `.kata/attempts`, and looks whether each copy is what it should
 * be, byte by byte: only then may anybody overwrite them.
 *
 * @throws Complaint if that cannot be done; no attempt has been touched then.
 */
export function keepAttempts(exercises: readonly Exercise[], next: string): readonly Kept[] {
  if (exercises.length === 0) return [];
  let folder: string | undefined;
  try {
    const own = (folder = newFolder());
    return exercises.map((exercise) => {
      const copy = join(own, exercise.id, exercise.file);
      mkdirSync(dirname(copy));
      copyFileSync(exercise.stub, copy);
      if (!readFileSync(copy).equals(readFileSync(exercise.stub))) throw new Error(NOT_THE_SAME);
      return { exercise, copy };
    });
  } catch (error) {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    const why = error instanceof Error ? error.message : String(error);
    throw new Complaint(
      `${NOT_KEPT} (${why})`,
      `make room in ${relative(ROOT, ATTEMPTS)}, then ${next}`,
    );
  }
}

/** The command that puts a kept attempt back, for whoever stands where this command was typed. */
export function bringsBack({ exercise, copy }: Kept): string {
  const path = (of: string) => quoted(relative(standing(), of) || of);
  return `cp ${path(copy)} ${path(exercise.stub)}`;
}

/** A folder that nobody has used: the number after the highest. */
function newFolder(): string {
  mkdirSync(ATTEMPTS, { recursive: true });
  const numbers = readdirSync(ATTEMPTS).map(Number).filter(Number.isSafeInteger);
  const folder = join(ATTEMPTS, String(Math.max(0, ...numbers) + 1).padStart(3, '0'));
  if (existsSync(folder)) throw new Error(`${folder} is there already`);
  mkdirSync(folder);
  return folder;
}

const ATTEMPTS = join(ROOT, '.kata', 'attempts');
const NOT_KEPT = 'Your work could not be copied, so nothing was overwritten.';
const NOT_THE_SAME = 'the copy is not the same as the original';
