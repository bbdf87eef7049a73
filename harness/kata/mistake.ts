import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { applyMistake } from '../guarantee/mistakes.ts';
import { wrap } from '../story/wrap.ts';
import { numberOf, standing } from './asked-exercise.ts';
import { type Exercise, findExercise, ROOT } from './catalog.ts';
import { Complaint } from './complaint.ts';
import { differences } from './differences.ts';
import {
  findMistake,
  knownMistakes,
  shows,
  type TitledMistake,
  toLookFor,
} from './known-mistakes.ts';
import { paint, paintStory } from './paint.ts';
import { width } from './plain.ts';
import { quoted } from './quoted.ts';
import { type ExerciseResult, run } from './run.ts';
import { stuck } from './stuck.ts';

export interface MistakeOptions {
  /** What is wrong, instead of what comes of it. */
  readonly tell?: boolean;
}

/**
 * `npm run mistake NN [words]`: the story of a known mistake for the projector, or the list of them.
 *
 * The story comes without the title and the line, so that the room can guess; those come with `tell`.
 * Exit code 0 if the guarantee that has to catch the mistake does. Nothing of it is remembered: what is
 * green, the last failure and the hints seen are those of whoever works in this checkout.
 */
export async function mistake(
  query: string,
  words: readonly string[],
  { tell }: MistakeOptions,
): Promise<number> {
  const exercise = findExercise(query);
  if (words.length === 0) {
    if (tell) throw new Complaint(TELL_WHICH, `npm run mistake ${numberOf(exercise)}`);
    process.stdout.write(list(exercise, await knownMistakes(exercise)));
    return 0;
  }
  const asked = words.join(' ');
  const found = await findMistake(exercise, asked);
  const source = withMistake(exercise, found);
  // The words that were typed, and no more of the title: the room may still be guessing.
  const again = shows(exercise, asked);
  if (tell) {
    process.stdout.write(told(exercise, found, source, again));
    return 0;
  }
  const file = keep(exercise, source, again);
  let result: ExerciseResult | undefined;
  await run([exercise], {
    from: FOLDER,
    only: found.breaks,
    report: ([first]) => (result = first),
    stuck,
  });
  const outcome = result?.guarantees[0];
  const caught = outcome?.verdict === 'violated';
  const story = outcome?.story || (result?.troubles ?? []).join('\n');
  const parts = [
    ...(story === '' ? [] : [paintStory(story, paint())]),
    ...(caught ? [] : [` ${NOT_CAUGHT(found)}`]),
    nextSteps(exercise, found, file, again),
  ];
  process.stdout.write(`\n${parts.join('\n\n')}\n`);
  return caught ? 0 : 1;
}

/** @throws Complaint if the solution is not the one that the mistake was made for. */
function withMistake({ solution }: Exercise, found: TitledMistake): string {
  try {
    return applyMistake(readFileSync(solution, 'utf8').replaceAll('\r\n', '\n'), found);
  } catch (error) {
    const path = relative(ROOT, solution);
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new Complaint(`The mistake does not fit ${path} (${why}).`, `git checkout -- ${path}`);
  }
}

/** Puts it where `--from` finds it, alone: with two of them there, nobody would know which one runs. */
function keep({ id, file }: Exercise, source: string, again: string): string {
  const path = join(FOLDER, id, file);
  try {
    rmSync(FOLDER, { recursive: true, force: true });
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, source);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Complaint(
      `${relative(ROOT, FOLDER)} cannot be written (${why}).`,
      `look at the permissions of .kata, then ${again}`,
    );
  }
  return path;
}

// ── What it prints ───────────────────────────────────────────────────────────────────────────────

function list(exercise: Exercise, all: readonly TitledMistake[]): string {
  const first = toLookFor(exercise).flatMap((name) => all.filter(({ title }) => title === name));
  const others = all.filter((each) => !first.includes(each));
  const longest = Math.max(...all.map(({ breaks }) => breaks.length));
  const section = (heading: string, some: readonly TitledMistake[]) =>
    some.length === 0
      ? []
      : [[` ${paint().bold(heading)}`, ...some.map((each) => row(each, longest))].join('\n')];
  const [example] = [...first, ...others];
  const next = example === undefined ? 'npm start' : shows(exercise, example.title);
  return `\n${[...section(LOOK_FOR, first), ...section(OTHERS, others), ` Next: ${next}`].join('\n\n')}\n`;
}

function row({ title, breaks }: TitledMistake, longest: number): string {
  const left = `   ${breaks.padEnd(longest)}   `;
  const room = Math.max(LEAST_ROOM, width() - left.length);
  return left + wrap(title, room).join(`\n${' '.repeat(left.length)}`);
}

function told(
  { solution }: Exercise,
  { title, lesson, breaks }: TitledMistake,
  source: string,
  again: string,
): string {
  const changed = differences(
    { name: 'solution', path: solution },
    { name: title, text: source },
    `${again} -- --tell`,
  );
  const sentences = wrap(lesson, width() - 6).map((line) => `   ${line}`);
  return `\n${changed}\n${sentences.join('\n')}\n\n ${BREAKS(breaks)}\n Next: ${again}\n`;
}

function nextSteps(
  exercise: Exercise,
  { breaks }: TitledMistake,
  file: string,
  again: string,
): string {
  const here = (path: string) => quoted(relative(standing(), path));
  const number = numberOf(exercise);
  const from = `--from ${here(FOLDER)}`;
  return [
    ` Next: ${again} -- --tell`,
    ` Look: npm run trace ${number} -- ${from} --only ${breaks}`,
    ` Edit: ${here(file)}`,
    ` Then: npm test ${number} -- ${from}`,
  ].join('\n');
}

/** A folder of attempts, as `--from` takes it. */
const FOLDER = join(ROOT, '.kata', 'mistake');
/** Characters a line below which titles are no longer broken: the terminal may do that. */
const LEAST_ROOM = 20;
const LOOK_FOR = 'To look for, says WORKSHOP.md';
const OTHERS = 'The others';
const TELL_WHICH = 'It tells of one mistake: add words of its title.';
const BREAKS = (guarantee: string): string => `It breaks ${guarantee}.`;
const NOT_CAUGHT = ({ title, breaks }: TitledMistake): string =>
  `${breaks} does not catch the mistake '${title}', and it should.`;
