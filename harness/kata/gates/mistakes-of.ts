import { readFileSync } from 'node:fs';
import { type Guarantee } from '../../guarantee/guarantee.ts';
import { applyMistake, type Mistake } from '../../guarantee/mistakes.ts';
import type { Exercise } from '../catalog.ts';
import { knownMistakes } from '../known-mistakes.ts';
import { guaranteesOf } from './guarantees-of.ts';

/** The mistakes beside an exercise's solution, by name. */
export async function mistakesOf(exercise: Exercise): Promise<Record<string, Mistake>> {
  const all = await knownMistakes(exercise);
  return Object.fromEntries(all.map((mistake) => [mistake.title, mistake]));
}

/**
 * The guarantee that has to catch a mistake, put to the solution with that mistake in it.
 *
 * @throws Error if the edit does not apply exactly once, or the guarantee does not exist.
 */
export async function catcherOf(exercise: Exercise, mistake: Mistake): Promise<Guarantee> {
  applyMistake(readFileSync(exercise.solution, 'utf8'), mistake);
  const edits = typeof mistake.edit[0] === 'string' ? [mistake.edit] : mistake.edit;
  const guarantees = await guaranteesOf(exercise, { edit: JSON.stringify(edits) });
  const catcher = guarantees.find(({ id }) => id === mistake.breaks);
  if (catcher === undefined) throw new Error(`there is no guarantee ${mistake.breaks}`);
  return catcher;
}
