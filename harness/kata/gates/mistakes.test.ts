import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { judge } from '../../guarantee/judge.ts';
import { exercises } from '../catalog.ts';
import { knownFailures, knownFailuresFile, sentenceIn } from '../known-failures.ts';
import { findMistake } from '../known-mistakes.ts';
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
    const known = knownFailures(exercise);
    const told: Record<string, string> = {};

    test.for(Object.entries(all))('%s', async ([name, mistake], { task }) => {
      const { verdict, story, shrunk, runs, ms } = judge(await catcherOf(exercise, mistake));
      const lines = story.split('\n').length;
      told[name] = sentenceIn(story);
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
      expect(told[name], REFRESH).toBe(updates ? told[name] : known[name]);
    });

    test('each is the one that `npm run mistake` finds by its title', async () => {
      for (const title of Object.keys(all))
        expect((await findMistake(exercise, title)).title).toBe(title);
    });

    test('what is told of them is told of nothing else', () => {
      if (updates) {
        const text = `${JSON.stringify(told, undefined, 2)}\n`;
        writeFileSync(knownFailuresFile(exercise), text);
      }
      expect(Object.keys(knownFailures(exercise))).toEqual(Object.keys(all));
    });
  },
);

const updates = process.env['KATA_UPDATE'] !== undefined;
const REFRESH =
  'it is told otherwise now: read that as prose, then run this file with KATA_UPDATE=1';
const MOST_SHRUNK = 6;
const MOST_LINES = 40;
