import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Mistake } from '../guarantee/mistakes.ts';
import { numberOf } from './asked-exercise.ts';
import { type Exercise, ROOT } from './catalog.ts';
import { Complaint } from './complaint.ts';

/** A mistake with the name under which `mistakes.ts` has it. */
export interface TitledMistake extends Mistake {
  readonly title: string;
}

/** The mistakes beside an exercise's solution, in their order there. */
export async function knownMistakes({
  solution,
}: Pick<Exercise, 'solution'>): Promise<readonly TitledMistake[]> {
  const path = join(dirname(solution), 'mistakes.ts');
  if (!existsSync(path)) return [];
  const { default: mistakes } = (await import(/* @vite-ignore */ pathToFileURL(path).href)) as {
    default: Readonly<Record<string, Mistake>>;
  };
  return Object.entries(mistakes).map(([title, mistake]) => ({ title, ...mistake }));
}

/**
 * The mistake that somebody means: by words that its title has, in any order, or by the whole title.
 *
 * @throws Complaint if none or more than one fits.
 */
export async function findMistake(exercise: Exercise, query: string): Promise<TitledMistake> {
  const all = await knownMistakes(exercise);
  const wanted = wordsIn(query);
  const exact = all.find(({ title }) => wordsIn(title).join() === wanted.join());
  const matches = all.filter(({ title }) => wanted.every((word) => wordsIn(title).includes(word)));
  const [only, ...others] = exact === undefined ? matches : [exact];
  if (only === undefined) {
    throw new Complaint(
      `No mistake of ${exercise.id} has '${query}' in its title.`,
      `npm run mistake ${numberOf(exercise)}`,
    );
  }
  if (others.length === 0) return only;
  const titles = matches.map(({ title }) => title).join('; ');
  throw new Complaint(
    `'${query}' fits ${matches.length} mistakes: ${titles}.`,
    shows(exercise, only.title),
  );
}

/** The command that shows a mistake: what means something to a shell is left out of the words. */
export function shows(exercise: Exercise, query: string): string {
  return `npm run mistake ${numberOf(exercise)} ${wordsIn(query).join(' ')}`;
}

/** Those that WORKSHOP.md tells the instructor to look for, in its order. */
export function toLookFor(exercise: Exercise): readonly string[] {
  const path = join(ROOT, 'WORKSHOP.md');
  const workshop = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const modules = workshop.split(/^#+ /m);
  const module = modules.find((text) => text.startsWith(`${numberOf(exercise)} `)) ?? '';
  const titles = module.replaceAll(/\s+/g, ' ').matchAll(/_([^_]+)_ \(`[\w-]+`\)/g);
  return [...titles].map(([, title = '']) => title);
}

/** Neither commas nor capitals make a difference. */
function wordsIn(text: string): readonly string[] {
  return text.toLowerCase().match(/[\w-]+/g) ?? [];
}
