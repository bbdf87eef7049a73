import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { Complaint } from './complaint.ts';
import { type Exercise, ROOT } from './catalog.ts';
import { git } from './git.ts';

/**
 * The stub of an exercise as it was committed. Somebody may have committed an attempt since: the stub
 * is the newest version in which every step of the solution is still to do.
 *
 * @throws Complaint if git is not there, or does not know the stub.
 */
export function stubInGit(exercise: Exercise, next: string): string {
  const path = relative(ROOT, exercise.stub).replaceAll('\\', '/');
  const steps = stepsOf(exercise);
  const log = git(['log', '--format=%H', '--', path], next);
  for (const commit of log.stdout.split('\n').filter(Boolean)) {
    const { exitCode, stdout } = git(['cat-file', '--filters', `${commit}:./${path}`], next);
    if (exitCode === 0 && steps.every((step) => stdout.includes(step))) return stdout;
  }
  const why = log.stderr.trim().split('\n')[0]?.slice(0, 100) ?? '';
  throw new Complaint(
    `git does not know the stub ${path}${why === '' ? '' : ` (it says: ${why})`}. ${CLONE}`,
    'git status',
  );
}

/** What every step calls before it is written; the solution numbers the same steps. */
function stepsOf({ solution }: Exercise): readonly string[] {
  const source = existsSync(solution) ? readFileSync(solution, 'utf8') : '';
  return [...source.matchAll(/TODO (\d+)/g)].map(([, number = '']) => `todo('${number}'`);
}

const CLONE = 'A clone of the kata has its history; a download has none.';
