import type { Outcome } from '../guarantee/judge.ts';
import { wrap } from '../story/wrap.ts';
import { askedExercise, numberOf, standing } from './asked-exercise.ts';
import { attemptsFolder } from './attempts-folder.ts';
import type { Exercise } from './catalog.ts';
import { Complaint } from './complaint.ts';
import { focusOf } from './focus.ts';
import { type Hint, hintsOf } from './hints.ts';
import { hintsShown, lastHinted, rememberHints } from './hints-shown.ts';
import { isAlike, knownFailures, sentenceIn } from './known-failures.ts';
import { knownMistakes } from './known-mistakes.ts';
import { paint } from './paint.ts';
import { type ExerciseResult, run } from './run.ts';
import { stuck } from './stuck.ts';

export interface HintOptions {
  readonly from?: string;
  readonly only?: string;
  readonly more?: boolean;
}

/**
 * `npm run hint [exercise]`: the next hint for the guarantee that fails first. The last of the three
 * stays.
 *
 * @throws Complaint if nobody has written hints for the guarantee that was asked for.
 */
export async function hint(query: string | undefined, options: HintOptions): Promise<number> {
  const exercise = askedExercise(query);
  const from = options.from === undefined ? undefined : attemptsFolder(options.from, standing());
  const hints = hintsOf(exercise);
  const named = options.more ? lastHinted(exercise) : undefined;
  const guarantee = options.only ?? named;
  if (guarantee !== undefined) return show(exercise, guarantee, hints);

  let result: ExerciseResult | undefined;
  await run([exercise], { from, report: ([first]) => (result = first), stuck });
  if (result === undefined) throw new Complaint(NOT_RUN(exercise), test(exercise));
  const focus = focusOf(result.guarantees);
  if (result.verdict === 'holds') {
    process.stdout.write(`\n ${HOLDS(exercise)}\n Next: npm start\n`);
    return 0;
  }
  // A file that does not load fails everything: no hint helps with that.
  const unreadable = result.guarantees.every(({ verdict }) => verdict === 'error');
  if (focus === undefined || unreadable) {
    process.stdout.write(
      `\n${focus?.story ?? result.troubles.join('\n')}\n\n ${MEND_FIRST}\n Next: ${test(exercise)}\n`,
    );
    return 0;
  }
  return show(exercise, focus.id, hints, await lessonFor(exercise, result.guarantees));
}

function show(
  exercise: Exercise,
  guarantee: string,
  hints: ReadonlyMap<string, readonly Hint[]>,
  lesson?: string,
): number {
  const all = hints.get(guarantee);
  if (all === undefined || all.length === 0) {
    const known = hints.size === 0 ? '' : ` There are hints for: ${[...hints.keys()].join(', ')}.`;
    throw new Complaint(
      `There are no hints for '${guarantee}' in ${exercise.id}.${known}`,
      `npm run hint ${numberOf(exercise)}`,
    );
  }
  const count = Math.min(all.length, hintsShown(exercise, guarantee) + 1);
  const { summary, lines } = all[count - 1] as Hint;
  rememberHints(exercise, guarantee, count);
  const parts = [
    ` ${paint().bold(`${guarantee}   ${summary}, hint ${count} of ${all.length}`)}`,
    indented(lines).trimEnd(),
    ...(lesson === undefined ? [] : [indented(wrap(lesson, 74))]),
    count < all.length ? MORE(exercise) : THAT_WAS_ALL(exercise),
  ];
  process.stdout.write(`\n${parts.join('\n\n')}\n`);
  return 0;
}

/** What there is to learn, if what the screen says of this code is what it says of a known mistake. */
async function lessonFor(
  exercise: Exercise,
  guarantees: readonly Outcome[],
): Promise<string | undefined> {
  const known = knownFailures(exercise);
  const red = guarantees.filter(({ verdict }) => verdict === 'violated');
  const alike = (await knownMistakes(exercise)).filter(({ title, breaks }) => {
    const outcome = red.find(({ id }) => id === breaks);
    return outcome !== undefined && isAlike(sentenceIn(outcome.story), known[title] ?? '');
  });
  if (alike.length === 0 || alike.length > MOST_ALIKE) return undefined;
  const names = alike.map(({ title }) => title).join(', or ');
  const lessons = [...new Set(alike.map(({ lesson }) => lesson))];
  return `Code that fails like this often ${names}. ${lessons.join(' ')}`;
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => `   ${line}`.trimEnd()).join('\n');
}

function test(exercise: Exercise): string {
  return `npm test ${numberOf(exercise)}`;
}

/** Of more nobody would know which one it is. */
const MOST_ALIKE = 3;
const HOLDS = ({ id }: Exercise): string => `Every promise of ${id} holds: nothing needs a hint.`;
const NOT_RUN = ({ id }: Exercise): string => `The tests of ${id} did not run.`;
const MEND_FIRST = 'Mend this first: no guarantee can be judged before.';
const MORE = (exercise: Exercise): string =>
  ` Then: ${test(exercise)}\n More: npm run hint ${numberOf(exercise)} -- --more`;
const THAT_WAS_ALL = (exercise: Exercise): string =>
  ` Then: ${test(exercise)}\n That was the last hint. Yours beside the solution: npm run diff ${numberOf(exercise)}`;
