import { collect, type Guarantee } from '../../guarantee/guarantee.ts';
import type { Exercise } from '../catalog.ts';

/**
 * The guarantees of an exercise's test file, put to the code that a query names (see attempt.ts):
 * `{ from: 'solutions' }`, `{ edit: '[["a","b"]]' }` or `{ also: 'by-sets.ts' }`.
 *
 * @throws Error if the test file registers none.
 */
export async function guaranteesOf(
  exercise: Exercise,
  query: Record<string, string>,
): Promise<readonly Guarantee[]> {
  const file = `${exercise.test.replaceAll('\\', '/')}?${new URLSearchParams(query)}`;
  const guarantees = await collect(() => import(/* @vite-ignore */ file));
  if (guarantees.length === 0) throw new Error(`${exercise.id} has no guarantees`);
  return guarantees;
}
