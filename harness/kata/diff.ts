import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { askedExercise, numberOf, standing } from './asked-exercise.ts';
import { attemptsFolder } from './attempts-folder.ts';
import { type Exercise, ROOT } from './catalog.ts';
import { Complaint } from './complaint.ts';
import { git } from './git.ts';
import { paint } from './paint.ts';
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
  const exercise = askedExercise(query);
  const next = `npm run diff ${numberOf(exercise)}`;
  const yours = attemptOf(exercise, options.from);
  if (options.stub) return withStub(exercise, yours, next);
  if (!existsSync(exercise.solution)) {
    const path = relative(ROOT, exercise.solution);
    throw new Complaint(`${path} is not there.`, `git checkout -- ${path}`);
  }
  const name = options.from === undefined ? 'yours' : 'theirs';
  return show({ name, path: yours }, { name: 'solution', path: exercise.solution }, next);
}

function withStub(exercise: Exercise, yours: string, next: string): number {
  const stub = stubInGit(exercise, next);
  const folder = mkdtempSync(join(tmpdir(), 'kata-'));
  try {
    writeFileSync(join(folder, exercise.file), stub);
    const before = { name: 'stub', path: join(folder, exercise.file) };
    return show(before, { name: 'yours', path: yours }, next);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function attemptOf(exercise: Exercise, from: string | undefined): string {
  const folder = from === undefined ? undefined : attemptsFolder(from, standing());
  const path = folder === undefined ? exercise.stub : join(folder, exercise.id, exercise.file);
  if (existsSync(path)) return path;
  throw new Complaint(`${path} is not there.`, `npm run reset ${numberOf(exercise)}`);
}

interface Side {
  readonly name: string;
  readonly path: string;
}

function show(before: Side, after: Side, next: string): number {
  const colour = paint();
  const painted = colour.level === 0 ? '--color=never' : '--color=always';
  const { exitCode, stdout, stderr } = git(
    ['diff', '--no-index', ...PLAIN, painted, '--', before.path, after.path],
    next,
  );
  if (exitCode > 1) throw new Complaint(`git could not compare: ${stderr.trim()}`, next);
  if (exitCode === 0 || stdout === '') {
    process.stdout.write(`\n ${before.name} and ${after.name} are the same.\n Next: npm start\n`);
    return 0;
  }
  // What git says of the files stands above the first piece; the names of the two sides say it better.
  const lines = stdout.split('\n');
  const first = lines.findIndex((line) => line.includes('@@'));
  process.stdout.write(
    `${colour.red(`--- ${before.name}`)}\n${colour.green(`+++ ${after.name}`)}\n${lines.slice(Math.max(0, first)).join('\n')}`,
  );
  return 0;
}

/** Nobody's own settings change what is shown; line endings are not what there is to learn. */
const PLAIN = ['--no-ext-diff', '--no-textconv', '--ignore-cr-at-eol', '-U3'];
