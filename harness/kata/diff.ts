import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { askedAttempt, numberOf, standing } from './asked-exercise.ts';
import { attemptsFolder } from './attempts-folder.ts';
import { type Exercise, ROOT } from './catalog.ts';
import { Complaint } from './complaint.ts';
import { differences, type Side } from './differences.ts';
import { stubInGit } from './stub-in-git.ts';

export interface DiffOptions {
  readonly from?: string;
  readonly stub?: boolean;
}

/**
 * `npm run diff [exercise]`: what is between an attempt and the solution, or, with `stub`, between the
 * stub as it came and the attempt.
 */
export function diff(query: string | undefined, options: DiffOptions): number {
  const exercise = askedAttempt(query);
  const next = `npm run diff ${numberOf(exercise)}`;
  const yours = attemptOf(exercise, options.from);
  if (options.stub) {
    const stub = { name: 'stub', text: stubInGit(exercise, next) };
    return show(stub, { name: 'yours', path: yours }, next);
  }
  if (!existsSync(exercise.solution)) {
    const path = relative(ROOT, exercise.solution);
    throw new Complaint(`${path} is not there.`, `git checkout -- ${path}`);
  }
  const name = options.from === undefined ? 'yours' : 'theirs';
  return show({ name, path: yours }, { name: 'solution', path: exercise.solution }, next);
}

function attemptOf(exercise: Exercise, from: string | undefined): string {
  const folder = from === undefined ? undefined : attemptsFolder(from, standing());
  const path = folder === undefined ? exercise.stub : join(folder, exercise.id, exercise.file);
  if (existsSync(path)) return path;
  throw new Complaint(`${path} is not there.`, `npm run reset ${numberOf(exercise)}`);
}

function show(before: Side, after: Side, next: string): number {
  const same = `\n ${before.name} and ${after.name} are the same.\n Next: npm start\n`;
  process.stdout.write(differences(before, after, next) || same);
  return 0;
}
