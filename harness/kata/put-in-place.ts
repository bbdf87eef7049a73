import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { type Exercise, ROOT } from './catalog.ts';
import { Complaint } from './complaint.ts';
import { bringsBack, keepAttempts, type Kept } from './kept-attempts.ts';

/** What is to stand in the file that an attendee edits. */
export interface Replacement {
  readonly exercise: Exercise;
  readonly source: string;
  /** The stub as it came, if it is known: nobody's work, so it needs no copy. */
  readonly stub: string | undefined;
}

/**
 * Overwrites attempts, after a copy of each was kept. Answers with the copies, and with the exercises
 * that were changed at all.
 *
 * @throws Complaint if an attempt cannot be kept or written.
 */
export function putInPlace(
  replacements: readonly Replacement[],
  next: string,
): { readonly kept: readonly Kept[]; readonly changed: readonly Exercise[] } {
  const toWrite = replacements.filter(({ exercise, source }) => !stands(exercise, source));
  const worthKeeping = toWrite.filter(
    ({ exercise, stub }) => existsSync(exercise.stub) && !stands(exercise, stub),
  );
  const kept = keepAttempts(
    worthKeeping.map(({ exercise }) => exercise),
    next,
  );
  for (const { exercise, source } of toWrite) {
    try {
      mkdirSync(dirname(exercise.stub), { recursive: true });
      writeFileSync(exercise.stub, source);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const copy = kept.find((each) => each.exercise === exercise);
      throw new Complaint(
        `${relative(ROOT, exercise.stub)} cannot be written (${why}).`,
        copy === undefined ? next : bringsBack(copy),
      );
    }
  }
  return { kept, changed: toWrite.map(({ exercise }) => exercise) };
}

/** Whether a file is what is to stand there already; line endings do not count. */
function stands({ stub: path }: Exercise, source: string | undefined): boolean {
  if (source === undefined || !existsSync(path)) return false;
  return unix(readFileSync(path, 'utf8')) === unix(source);
}

function unix(text: string): string {
  return text.replaceAll('\r\n', '\n');
}
