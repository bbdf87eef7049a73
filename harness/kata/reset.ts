import { relative } from 'node:path';
import { askedExercise, numberOf } from './asked-exercise.ts';
import { ROOT } from './catalog.ts';
import { bringsBack } from './kept-attempts.ts';
import { putInPlace } from './put-in-place.ts';
import { stubInGit } from './stub-in-git.ts';

/** `npm run reset [exercise]`: the stub as it came; a copy of the attempt is kept. */
export function reset(query: string | undefined): number {
  const exercise = askedExercise(query);
  const next = `npm run reset ${numberOf(exercise)}`;
  const stub = stubInGit(exercise, next);
  const { kept, changed } = putInPlace([{ exercise, source: stub, stub }], next);
  const path = relative(ROOT, exercise.stub);
  process.stdout.write(
    `\n ${path} ${changed.length === 0 ? UNTOUCHED : RESET}\n${kept
      .map((each) => ` Yours is kept. To bring it back:\n   ${bringsBack(each)}\n`)
      .join('')} Next: npm test ${numberOf(exercise)}\n`,
  );
  return 0;
}

const RESET = 'is the stub again.';
const UNTOUCHED = 'is the stub as it came: nothing to do.';
