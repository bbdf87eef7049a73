import { attemptsFolder } from './attempts-folder.ts';
import { standing } from './asked-exercise.ts';
import { type Exercise, exercises } from './catalog.ts';
import { Complaint } from './complaint.ts';
import { type Failure, failureFrom, lastFailure, versionOf } from './last-failure.ts';
import { paint, paintStory } from './paint.ts';
import { type ExerciseResult, run } from './run.ts';
import { stuck } from './stuck.ts';

export interface ReplayOptions {
  readonly token?: string;
  readonly from?: string;
}

/**
 * `npm run replay`: the last failure again, alone and without a search for it. Exit code 0 if it does
 * not fail any more.
 *
 * @throws Complaint if there is none, or the tests have changed since.
 */
export async function replay(options: ReplayOptions): Promise<number> {
  const failure = options.token === undefined ? lastFailure() : failureFrom(options.token);
  const exercise = exerciseOf(failure);
  const { guarantee, seed, runs, failing } = failure;
  const folder = options.from ?? failure.from;
  const from = folder === undefined ? undefined : attemptsFolder(folder, standing());

  let result: ExerciseResult | undefined;
  await run([exercise], {
    only: guarantee,
    seed,
    runs,
    replay: failing,
    from,
    report: ([first]) => (result = first),
    stuck,
  });
  const outcome = result?.guarantees[0];
  const next = `npm test ${exercise.id.slice(0, 2)}`;
  if (outcome === undefined) {
    const [why = ''] = result?.troubles ?? [];
    throw new Complaint(`${guarantee} of ${exercise.id} cannot be run again. ${why}`.trim(), next);
  }
  if (outcome.verdict === 'holds') {
    const what = failing === undefined ? HOLDS : HOLDS_IN_THIS;
    process.stdout.write(`\n ✓ ${guarantee}   ${what}\n Next: ${next}\n`);
    return 0;
  }
  process.stdout.write(`\n${paintStory(outcome.story, paint())}\n\n Next: ${next}\n`);
  return 1;
}

function exerciseOf(failure: Failure): Exercise {
  const exercise = exercises().find(({ id }) => id === failure.exercise);
  if (exercise === undefined) {
    throw new Complaint(`There is no exercise '${failure.exercise}' here.`, 'npm start');
  }
  if (versionOf(exercise) === failure.tests) return exercise;
  throw new Complaint(
    `This failure is from another version of the tests of ${exercise.id}.`,
    `npm test ${exercise.id.slice(0, 2)}`,
  );
}

const HOLDS = 'holds now.';
const HOLDS_IN_THIS = 'The schedule that broke it does so no more.';
