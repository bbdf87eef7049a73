import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Guarantee } from '../../guarantee/guarantee.ts';
import { applyMistake, type Mistake } from '../../guarantee/mistakes.ts';
import { type Exercise, ROOT } from '../catalog.ts';
import { guaranteesOf } from './guarantees-of.ts';

/** The mistakes beside an exercise's solution, by name. */
export async function mistakesOf({ id }: Exercise): Promise<Record<string, Mistake>> {
  const { href } = pathToFileURL(join(ROOT, 'solutions', id, 'mistakes.ts'));
  return ((await import(/* @vite-ignore */ href)) as { default: Record<string, Mistake> }).default;
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
