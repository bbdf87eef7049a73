import { describe, expect, test } from 'vitest';
import { judge } from '../../guarantee/judge.ts';
import { exercises } from '../catalog.ts';
import { catcherOf, mistakesOf } from './mistakes-of.ts';

declare module 'vitest' {
  interface TaskMeta {
    figures?: readonly string[];
  }
}

describe.each(exercises().map((exercise) => [exercise.id, exercise] as const))(
  '%s, the mistakes',
  async (_, exercise) => {
    const all = await mistakesOf(exercise);

    test.for(Object.entries(all))('%s', async ([name, mistake], { task }) => {
      const { verdict, story, shrunk, runs, ms } = judge(await catcherOf(exercise, mistake));
      const lines = story.split('\n').length;
      task.meta.figures = [
        name,
        mistake.breaks,
        String(runs),
        shrunk === undefined ? '' : `${shrunk.from}→${shrunk.to}`,
        String(lines),
        String(ms),
      ];
      expect(verdict, story).toBe('violated');
      expect(shrunk?.to ?? 0, story).toBeLessThanOrEqual(MOST_SHRUNK);
      expect(lines, story).toBeLessThanOrEqual(MOST_LINES);
    });
  },
);

const MOST_SHRUNK = 6;
const MOST_LINES = 40;
