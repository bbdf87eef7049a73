import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import Table from 'cli-table3';
import { shorten } from '../story/wrap.ts';
import { standing } from './asked-exercise.ts';
import { attemptsFolder } from './attempts-folder.ts';
import { classroom } from './classroom.ts';
import { Complaint } from './complaint.ts';
import {
  type ExerciseGrade,
  type Grade,
  gradeCheckout,
  noCheckout,
  NOT_THERE,
} from './grade-checkout.ts';
import { NO_BORDERS } from './screen.ts';

export interface GradeOptions {
  readonly from?: readonly string[];
  readonly json?: boolean;
  readonly classroom?: boolean;
  readonly junit?: string;
}

interface Graded extends Grade {
  /** The checkout as it was named; `here` for this one. */
  readonly checkout: string;
}

/**
 * `npm run grade`: the points of this checkout, or of others. Exit code 0 if all of them could be graded,
 * however many points there are. Of several, those are graded that are there.
 *
 * @throws Complaint if the only folder is not there, before anything is run.
 */
export async function grade(options: GradeOptions): Promise<number> {
  const { from = [] } = options;
  const folders =
    from.length === 0
      ? [{ checkout: 'here', folder: undefined }]
      : from.map((name) => ({ checkout: name, folder: folderOf(name, from.length > 1) }));
  if (folders.length > 1 && (options.junit !== undefined || options.classroom)) {
    throw new Complaint(ONE_ONLY, `npm run grade -- --from ${from[0]} --json`);
  }
  const junit = options.junit === undefined ? undefined : reportFile(options.junit);
  const grades: Graded[] = [];
  for (const { checkout, folder } of folders) {
    if (folder instanceof Complaint) {
      grades.push({ checkout, ...noCheckout(folder.message) });
      continue;
    }
    if (process.stderr.isTTY) process.stderr.write(` grading ${checkout} …\n`);
    const reported = junit === undefined ? [] : ['--junit', junit];
    grades.push({ checkout, ...(await gradeCheckout(folder, reported)) });
  }
  process.stdout.write(said(grades, options));
  if (junit === undefined || readFileSync(junit, 'utf8') !== '') {
    return grades.every(({ trouble }) => trouble === undefined) ? 0 : 1;
  }
  process.stderr.write(`${NO_REPORT}\nNext: npm run grade -- --json\n`);
  return 1;
}

/** One that is missing among others costs nobody but its owner. */
function folderOf(name: string, oneOfMany: boolean): string | Complaint {
  try {
    return attemptsFolder(name, standing());
  } catch (error) {
    if (oneOfMany && error instanceof Complaint) return error;
    throw error;
  }
}

function said(grades: readonly Graded[], options: GradeOptions): string {
  if (options.classroom) return `${JSON.stringify(classroom(grades[0] as Graded))}\n`;
  if (options.json) return `${JSON.stringify({ checkouts: grades }, undefined, 2)}\n`;
  const ids = grades[0]?.exercises.map(({ id }) => id) ?? [];
  const parts = chunks(ids, MOST_COLUMNS).map((some) => table(grades, some));
  const troubles = grades.flatMap(({ trouble }) => (trouble === undefined ? [] : [` ${trouble}`]));
  const text = parts.join('\n\n');
  const marks = LEGEND.filter(([mark]) => text.includes(mark)).map(([, line]) => line);
  const notes = [...marks, ...troubles];
  return `\n${text}\n${notes.length === 0 ? '' : `\n${notes.join('\n')}\n`}`;
}

function table(grades: readonly Graded[], ids: readonly string[]): string {
  const plain = new Table({
    head: ['checkout', ...ids.map((id) => id.slice(0, 2)), 'total'],
    chars: NO_BORDERS,
    style: { 'padding-left': 1, 'padding-right': 1, head: [], border: [] },
    colAligns: ['left', ...ids.map(() => 'right' as const), 'right'],
  });
  plain.push(
    ...grades.map(({ checkout, exercises, points, of }) => [
      shorten(checkout, LONGEST_NAME),
      ...ids.map((id) => pointsOf(exercises.find((exercise) => exercise.id === id))),
      `${points}/${of}`,
    ]),
  );
  return plain.toString().replaceAll(/ +$/gm, '');
}

/** Points, and whether there is more to say than that some promise does not hold. */
function pointsOf(graded: ExerciseGrade | undefined): string {
  if (graded === undefined || graded.guarantees.every(({ story }) => story === NOT_THERE))
    return '–';
  const isBroken = graded.guarantees.some(({ verdict }) => verdict === 'error');
  return `${graded.points}${isBroken ? '!' : ''}`;
}

/** Room for the report, before the work is done that it is about. */
function reportFile(name: string): string {
  const path = resolve(standing(), name);
  try {
    writeFileSync(path, '');
    return path;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Complaint(`${path} cannot be written (${why}).`, 'npm run grade -- --json');
  }
}

function chunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}

/** With these a row fits into 80 columns. */
const MOST_COLUMNS = 9;
const LONGEST_NAME = 22;
const LEGEND = [
  ['!', ' ! code that could not run, or came to no end; --json tells more'],
  ['–', ' – not in the checkout'],
] as const;
const ONE_ONLY = '--junit and --classroom are for one checkout.';
const NO_REPORT =
  'There is no JUnit report: something in the code came to no end, and each guarantee was graded alone.';
