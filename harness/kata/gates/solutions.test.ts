import { readFileSync } from 'node:fs';
import { parseSync } from 'vite';
import { describe, expect, test } from 'vitest';
import { judge } from '../../guarantee/judge.ts';
import { exercises } from '../catalog.ts';
import { checkedIn } from '../checked.ts';
import { guaranteesOf } from './guarantees-of.ts';

describe.each(exercises().map((exercise) => [exercise.id, exercise] as const))(
  '%s',
  (_, exercise) => {
    describe('the stub', async () => {
      const guarantees = await guaranteesOf(exercise, { from: 'exercises' });

      test.each(guarantees.map((guarantee) => [guarantee.id, guarantee] as const))(
        'is still to do: %s',
        (_, guarantee) => {
          const { verdict, story } = judge(guarantee);
          expect(verdict, `${STUB_TOUCHED}\n${story}`).toBe('to do');
        },
      );

      test('has the exports of the solution', () => {
        expect(exportsOf(exercise.stub)).toEqual(exportsOf(exercise.solution));
      });

      test('differs from the solution only in what is to be written', () => {
        const solution = linesOf(exercise.solution);
        let at = 0;
        for (const line of linesOf(exercise.stub)) {
          if (/\btodo\(|^import |^\} from /.test(line)) continue;
          const found = solution.indexOf(line, at);
          expect(found, `not in the solution, or in another order: ${line}`).toBeGreaterThanOrEqual(
            0,
          );
          at = found + 1;
        }
      });

      test('numbers its steps 1, 2, 3 … in comments and in calls of todo', () => {
        const source = readFileSync(exercise.stub, 'utf8');
        const numbers = (pattern: RegExp) =>
          [...source.matchAll(pattern)].map((match) => Number(match[1]));
        const steps = [...new Set(numbers(/TODO (\d+)/g))];
        expect(steps).toEqual(steps.map((_, i) => i + 1));
        expect([...new Set(numbers(/todo\(\s*'(\d+)'/g))]).toEqual(steps);
      });
    });

    describe('the solution', async () => {
      const guarantees = await guaranteesOf(exercise, { from: 'solutions' });

      test.each(guarantees.map((guarantee) => [guarantee.id, guarantee] as const))(
        'holds: %s',
        (_, guarantee) => {
          const { verdict, story } = judge(guarantee);
          expect(verdict, story).toBe('holds');
        },
      );

      test('is worth 100 points', () => {
        expect(guarantees.reduce((sum, { points }) => sum + points, 0)).toBe(100);
      });

      test('is described by its README: each guarantee, its promise and its points', () => {
        expect(checkedIn(exercise)).toEqual(
          guarantees.map(({ id, promise, points }) => ({ id, promise, points })),
        );
      });

      test('has three hints for each guarantee in its README', () => {
        const hints = sectionOf(readFileSync(exercise.readme, 'utf8'), 'Hints');
        for (const { id } of guarantees) {
          const own = hints.split(/^### /m).find((part) => part.startsWith(id)) ?? '';
          expect(own.match(/<summary>/g)?.length, `hints for ${id}`).toBe(3);
        }
      });
    });
  },
);

function exportsOf(path: string): readonly string[] {
  const { module } = parseSync(path, readFileSync(path, 'utf8'));
  return module.staticExports
    .flatMap(({ entries }) => entries.map(({ exportName }) => exportName.name ?? 'default'))
    .toSorted();
}

function linesOf(path: string): readonly string[] {
  return readFileSync(path, 'utf8').split('\n');
}

function sectionOf(markdown: string, title: string): string {
  const sections = markdown.split(/^## /m);
  return sections.find((section) => section.startsWith(title)) ?? '';
}

const STUB_TOUCHED =
  'verify checks stubs that nobody has filled in yet; in this checkout somebody has, or a stub is wrong:';
