import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { Complaint } from './complaint.ts';

/** The checkout that this harness belongs to. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** One exercise, as its folder and the front matter of its README describe it. */
export interface Exercise {
  /** The folder's name, `01-lamport-clock`: the exercise's name everywhere. */
  readonly id: string;
  /** The one file that an attendee edits, `lamport-clock.ts`. */
  readonly file: string;
  readonly test: string;
  readonly stub: string;
  readonly solution: string;
  readonly readme: string;
  readonly title: string;
  readonly minutes: number;
  readonly day: number;
  readonly level: number;
  readonly pattern: string;
}

/** All exercises, in order. */
export function exercises(): readonly Exercise[] {
  return readdirSync(join(ROOT, 'exercises'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && EXERCISE_FOLDER.test(entry.name))
    .map((entry) => entry.name)
    .toSorted()
    .map(describe);
}

function describe(id: string): Exercise {
  const folder = join(ROOT, 'exercises', id);
  const name = id.replace(EXERCISE_FOLDER, '');
  const readme = join(folder, 'README.md');
  return {
    id,
    file: `${name}.ts`,
    test: join(folder, `${name}.test.ts`),
    stub: join(folder, `${name}.ts`),
    solution: join(ROOT, 'solutions', id, `${name}.ts`),
    readme,
    ...frontMatter(readme),
  };
}

type FrontMatter = Pick<Exercise, 'title' | 'minutes' | 'day' | 'level' | 'pattern'>;

/** @throws Complaint if the README has no front matter or lacks a field. */
function frontMatter(readme: string): FrontMatter {
  const where = relative(ROOT, readme);
  const text = existsSync(readme) ? readFileSync(readme, 'utf8') : '';
  const head = /^---\r?\n(.*?)\r?\n---/s.exec(text)?.[1];
  if (head === undefined) throw new Complaint(`${where} has no front matter.`, 'git status');
  const fields = parse(head) as Partial<FrontMatter>;
  for (const [field, type] of Object.entries(FRONT_MATTER)) {
    if (typeof fields[field as keyof FrontMatter] === type) continue;
    throw new Complaint(`${where}: the front matter needs ${field}, a ${type}.`, 'git status');
  }
  return fields as FrontMatter;
}

const FRONT_MATTER = {
  title: 'string',
  minutes: 'number',
  day: 'number',
  level: 'number',
  pattern: 'string',
} as const;

/**
 * The exercise that somebody means: by number (`1`, `01`), by its name or a part of it.
 *
 * @throws Complaint if none or more than one fits.
 */
export function findExercise(query: string): Exercise {
  const all = exercises();
  const wanted = query
    .toLowerCase()
    .replace(/^.*[\\/](?=\d)/, '')
    .replace(/[\\/]+$/, '');
  const byNumber = all.find(({ id }) => /^\d+$/.test(wanted) && number(id) === Number(wanted));
  const exact = byNumber ?? all.find(({ id }) => id === wanted);
  if (exact !== undefined) return exact;
  const matches = /^\d+$/.test(wanted) ? [] : all.filter(({ id }) => id.includes(wanted));
  const [only, ...others] = matches;
  if (only !== undefined && others.length === 0) return only;
  const list = (some: readonly Exercise[]) => some.map(({ id }) => id).join(', ');
  if (only === undefined) {
    throw new Complaint(
      `There is no exercise '${query}'. There are: ${list(all)}.`,
      example(all[0]),
    );
  }
  throw new Complaint(`'${query}' fits more than one exercise: ${list(matches)}.`, example(only));
}

/** The exercise in whose folder somebody stands, if in any. */
export function exerciseAround(folder: string): Exercise | undefined {
  const path = relative(join(ROOT, 'exercises'), resolve(folder)).split(sep);
  return exercises().find(({ id }) => id === path[0]);
}

function number(id: string): number {
  return Number.parseInt(id, 10);
}

function example(exercise: Exercise | undefined): string {
  return `npm test ${exercise?.id.slice(0, 2) ?? ''}`.trim();
}

const EXERCISE_FOLDER = /^\d\d-/;
