import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { numberOf } from './asked-exercise.ts';
import { type Exercise, exercises, findExercise, ROOT } from './catalog.ts';
import { Complaint } from './complaint.ts';
import { bringsBack } from './kept-attempts.ts';
import { remember } from './progress.ts';
import { putInPlace } from './put-in-place.ts';
import { stubInGit } from './stub-in-git.ts';

/**
 * `npm run catch-up NN`: the solutions, for every exercise up to and with NN; a copy of each attempt
 * is kept.
 */
export function catchUp(query: string): number {
  const last = findExercise(query);
  const next = `npm run catch-up ${numberOf(last)}`;
  const upTo = exercises().filter(({ id }) => id <= last.id);
  const { kept, changed } = putInPlace(
    upTo.map((exercise) => ({
      exercise,
      source: solutionOf(exercise),
      stub: stubIfKnown(exercise),
    })),
    next,
  );
  for (const exercise of upTo) remember(exercise, true);
  const lines = upTo.map(
    (exercise) => ` ${exercise.id}  ${changed.includes(exercise) ? PUT : SAME}`,
  );
  const copies = kept.map((each) => `   ${bringsBack(each)}`);
  process.stdout.write(
    `\n${lines.join('\n')}\n\n${copies.length === 0 ? '' : ` Yours is kept. To bring it back:\n${copies.join('\n')}\n`} Next: npm start\n`,
  );
  return 0;
}

function solutionOf({ solution }: Exercise): string {
  if (existsSync(solution)) return readFileSync(solution, 'utf8');
  const path = relative(ROOT, solution);
  throw new Complaint(`${path} is not there, so nothing was changed.`, `git checkout -- ${path}`);
}

/** Where git cannot tell what the stub was, every file counts as somebody's work. */
function stubIfKnown(exercise: Exercise): string | undefined {
  try {
    return stubInGit(exercise, '');
  } catch {
    return undefined;
  }
}

const PUT = 'the solution is in place';
const SAME = 'was the solution already';
