import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Draw, listOf, Lists } from './lists.ts';

interface Item {
  readonly id: number;
  readonly atMs: number;
  readonly byMs: number;
}

/** Lists of exactly so many items. */
function exactly(length: number): Lists<Item> {
  return new Lists(
    'fault',
    ({ id }) => `#${id}`,
    (draw) =>
      Array.from({ length }, (_, id) => ({
        id,
        atMs: draw.integer(0, 299),
        byMs: draw.integer(-50, 50),
      })),
  );
}

/** The shortest list for which `breaks` is true, and how many runs it took to find it. */
function shortest(
  lists: Lists<Item>,
  breaks: (list: readonly Item[]) => boolean,
  seed = 1,
): { readonly list: readonly Item[]; readonly runs: number } {
  let runs = 0;
  const property = fc.property(lists, (list) => {
    runs++;
    return !breaks(list);
  });
  const { counterexample } = fc.check(property, { seed, numRuns: 1 });
  return { list: counterexample?.[0] ?? [], runs };
}

const ids = (list: readonly Item[]): readonly number[] => list.map(({ id }) => id);
const seeds = Array.from({ length: 50 }, (_, seed) => seed);

describe('shrinking', () => {
  test('finds the two of 60 that are needed, in at most 40 re-runs', () => {
    for (const seed of seeds) {
      const needed = [(seed * 7) % 60, (seed * 13 + 5) % 60].toSorted((a, b) => a - b);
      const breaks = (list: readonly Item[]) => needed.every((id) => ids(list).includes(id));
      const { list, runs } = shortest(exactly(60), breaks, seed);
      expect(ids(list)).toEqual([...new Set(needed)]);
      expect(runs).toBeLessThanOrEqual(1 + 40);
    }
  });

  test('ends at once with nothing, if it breaks anyway', () => {
    expect(shortest(exactly(60), () => true)).toEqual({ list: [], runs: 2 });
  });

  test('keeps all that is needed, and gives up soon', () => {
    const { list, runs } = shortest(exactly(8), (items) => items.length === 8);
    expect(list.map(({ atMs, byMs }) => [atMs, byMs])).toEqual(list.map(() => [0, 0]));
    expect(ids(list)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(runs).toBeLessThan(50);
  });

  test('moves times towards 0, from either side, as far as it still breaks', () => {
    const late = ({ atMs, byMs }: Item): boolean => atMs >= 40 && byMs <= -10;
    for (const seed of seeds) {
      const { list } = shortest(exactly(60), (items) => items.some(late), seed);
      expect(list).toHaveLength(1);
      expect(list[0]?.atMs).toBeGreaterThanOrEqual(40);
      expect(list[0]?.atMs).toBeLessThan(50);
      expect(list[0]?.byMs).toBeGreaterThan(-20);
      expect(list[0]?.byMs).toBeLessThanOrEqual(-10);
    }
  });

  test('moves an earlier time again after a later one has made room for it', () => {
    const apart = (list: readonly Item[]): boolean => {
      const [a, b] = [list.find(({ id }) => id === 9), list.find(({ id }) => id === 3)];
      return a !== undefined && b !== undefined && a.atMs > 0 && b.atMs >= a.atMs + 50;
    };
    const found = seeds.map((seed) => shortest(exactly(10), apart, seed).list);
    const broken = found.filter((list) => list.length > 0);
    expect(broken.length).toBeGreaterThan(10);
    expect(Math.max(...broken.map(([b]) => b?.atMs ?? 0))).toBeLessThan(80);
  });

  test('tries single items again once times are small', () => {
    const breaks = (list: readonly Item[]): boolean =>
      list.some(({ id, atMs }) => id === 5 && (atMs === 0 || list.length === 10));
    expect(ids(shortest(exactly(10), breaks).list)).toEqual([5]);
  });

  test('renames nothing: what is left is as it was drawn, but for times nearer to 0', () => {
    let drawn: readonly Item[] | undefined;
    shortest(exactly(20), (list) => {
      drawn ??= list;
      for (const { id, atMs, byMs } of list) {
        const before = drawn[id] as Item;
        expect(atMs).toBeLessThanOrEqual(before.atMs);
        expect(Math.abs(byMs)).toBeLessThanOrEqual(Math.abs(before.byMs));
        expect(byMs * before.byMs).toBeGreaterThanOrEqual(0);
      }
      expect(ids(list)).toEqual(ids(list).toSorted((a, b) => a - b));
      return list.some(({ id }) => id === 7) && list.some(({ id }) => id === 13);
    });
  });

  test('ends for whatever breaks, with a list that breaks and has no item too many', () => {
    // A condition that has no pattern at all, but always the same answer for the same list.
    const unruly = (list: readonly Item[], salt: number): boolean => {
      let hash = salt;
      for (const { id } of list) hash = Math.imul(hash ^ (id + 1), 0x01000193) >>> 0;
      return list.length === 12 || hash % 5 === 0;
    };
    for (const salt of seeds) {
      const { list, runs } = shortest(exactly(12), (items) => unruly(items, salt));
      expect(unruly(list, salt)).toBe(true);
      expect(list.some((_, i) => unruly(list.toSpliced(i, 1), salt))).toBe(false);
      expect(runs).toBeLessThan(400);
    }
  });
});

test('the same seed draws the same list, another seed another', () => {
  const draw = (seed: number) => fc.sample(exactly(5), { seed, numRuns: 3 });
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
});

test('listOf draws from 1 to so many steps', () => {
  const lengths = fc
    .sample(
      listOf(3, (draw) => ({ n: draw.integer(0, 9) })),
      { seed: 1, numRuns: 100 },
    )
    .map((list) => list.length);
  expect(new Set(lengths)).toEqual(new Set([1, 2, 3]));
});

test('listOf describes a step as plain data, unless told how', () => {
  const item = (draw: Draw) => ({ value: draw.pick(['x']) });
  expect(listOf(3, item).describe({ value: 'x' })).toBe("{ value: 'x' }");
  expect(listOf(3, item, ({ value }) => `writes ${value}`).describe({ value: 'x' })).toBe(
    'writes x',
  );
});

test('a draw is an integer with both ends, one of the choices, or a chance', () => {
  const draws = fc.sample(
    listOf(1, (draw) => ({ n: draw.integer(5, 7), c: draw.pick(['x', 'y']), b: draw.chance(4) })),
    { seed: 1, numRuns: 1000 },
  );
  const items = draws.map(([item]) => item!);
  expect(new Set(items.map(({ n }) => n))).toEqual(new Set([5, 6, 7]));
  expect(new Set(items.map(({ c }) => c))).toEqual(new Set(['x', 'y']));
  const heads = items.filter(({ b }) => b).length;
  expect(heads).toBeGreaterThan(200);
  expect(heads).toBeLessThan(300);
});
