import { describe, expect, test } from 'vitest';
import { listOf } from '../faults/lists.ts';
import { given } from './given.ts';
import { collect, example, liveness, safety } from './guarantee.ts';

const check = given(
  listOf(3, (draw) => ({ n: draw.integer(0, 9) })),
  () => {},
);

describe('a test file is collected', () => {
  test('as its guarantees, in order, without running them', async () => {
    const guarantees = await collect(async () => {
      example('figure-1', 'The figure.', {}, () => expect.unreachable());
      safety('agreement', 'No two.', {}, check);
      liveness('progress', 'In the end.', {}, check);
    });
    expect(guarantees.map(({ id, kind, promise }) => [id, kind, promise])).toEqual([
      ['figure-1', 'example', 'The figure.'],
      ['agreement', 'safety', 'No two.'],
      ['progress', 'liveness', 'In the end.'],
    ]);
  });

  test('and nothing of it is left when it fails to load', async () => {
    await expect(collect(() => Promise.reject(new Error('no such file')))).rejects.toThrow();
    expect(await collect(async () => {})).toEqual([]);
  });
});

test('10 points and 200 runs unless told, and one run for an example', async () => {
  const [figure, safe, told] = await collect(async () => {
    example('figure-1', 'The figure.', {}, () => {});
    safety('agreement', 'No two.', {}, check);
    safety('validity', 'One of them.', { points: 35, runs: 500, covers: { duel: 10 } }, check);
  });
  expect(figure).toMatchObject({ points: 10, runs: 1, covers: {} });
  expect(safe).toMatchObject({ points: 10, runs: 200, covers: {} });
  expect(told).toMatchObject({ points: 35, runs: 500, covers: { duel: 10 } });
});
