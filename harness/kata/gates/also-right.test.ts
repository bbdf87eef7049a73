import { existsSync, readdirSync } from 'node:fs';
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

/** Other right solutions, in other styles: a guarantee that they break asks for too much. */
function alsoRight({ solution }: Exercise): readonly string[] {
  const folder = join(dirname(solution), ALSO_RIGHT);
  return existsSync(folder) ? readdirSync(folder).toSorted() : [];
}
