import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { judge } from '../../guarantee/judge.ts';
import { ALSO_RIGHT } from '../attempt.ts';
import { type Exercise, exercises } from '../catalog.ts';
import { guaranteesOf } from './guarantees-of.ts';

const others = exercises().flatMap((exercise) =>
  alsoRight(exercise).map((also) => [exercise.id, also, exercise] as const),
);

describe.each(others)('%s, written otherwise: %s', async (_, also, exercise) => {
  const guarantees = await guaranteesOf(exercise, { also });

  test.each(guarantees.map((guarantee) => [guarantee.id, guarantee] as const))(
    'holds: %s',
    (_, guarantee) => {
      const { verdict, story } = judge(guarantee);
      expect(verdict, story).toBe('holds');
    },
  );
});

// Whoever looks for a fault counts things. A state more for each count is no reason to be undecided.
const counting = exercises().flatMap((exercise) => {
  const heads =
    readFileSync(exercise.solution, 'utf8').match(/^  receive\(.*\{\n(?:.*\n){3}/gm) ?? [];
  const edits = heads.map((head) => [
    head,
    `  heard = 0;\n${head.replace('{\n', '{ this.heard++;\n')}`,
  ]);
  return edits.length === 0 ? [] : [[exercise.id, exercise, JSON.stringify(edits)] as const];
});

describe.each(counting)('%s, with a count of what is heard', async (_, exercise, edit) => {
  const guarantees = await guaranteesOf(exercise, { edit });
  const cheap = guarantees.filter(({ kind }) => kind === 'example' || kind === 'exhaustive');

  test.for(cheap)('holds: $id', (guarantee) => {
    const { verdict, story } = judge(guarantee);
    expect(verdict, story).toBe('holds');
  });
});

/** Other right solutions, in other styles: a guarantee that they break asks for too much. */
function alsoRight({ solution }: Exercise): readonly string[] {
  const folder = join(dirname(solution), ALSO_RIGHT);
  return existsSync(folder) ? readdirSync(folder).toSorted() : [];
}
