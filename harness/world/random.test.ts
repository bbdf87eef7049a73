import { describe, expect, test } from 'vitest';
import { RandomStream } from './random.ts';

test('the same seed and concern give the same numbers', () => {
  expect(draws(new RandomStream(7, 'network'))).toEqual(draws(new RandomStream(7, 'network')));
});

test('another seed, or another concern, gives other numbers', () => {
  const streams = [
    new RandomStream(7, 'network'),
    new RandomStream(8, 'network'),
    new RandomStream(7, 'random of p1'),
    new RandomStream(7, 'random of p2'),
  ];
  expect(new Set(streams.map((stream) => draws(stream).join())).size).toBe(4);
});

test('asking one stream for more does not change what another gives', () => {
  const [a, b] = [new RandomStream(7, 'a'), new RandomStream(7, 'b')];
  a.fraction();
  expect(draws(b)).toEqual(draws(new RandomStream(7, 'b')));
});

test('fractions are from 0 up to, not including, 1, and integers within both ends', () => {
  const stream = new RandomStream(7, 'network');
  const fractions = Array.from({ length: 1000 }, () => stream.fraction());
  expect(fractions.every((n) => n >= 0 && n < 1)).toBe(true);
  expect(new Set(Array.from({ length: 100 }, () => stream.integer(5, 7)))).toEqual(
    new Set([5, 6, 7]),
  );
});

// Processes are called p1, p2, p3 and draw their first election timeout: were these near each other,
// every election would be a tie.
describe.each([
  ['neighbouring names', (i: number) => new RandomStream(1, `random of p${i}`)],
  ['neighbouring seeds', (i: number) => new RandomStream(i, 'random of p1')],
])('%s', (_, stream) => {
  test.each([0, 1, 2])('give numbers that are spread evenly in draw %i', (draw) => {
    const numbers = Array.from({ length: 1000 }, (__, i) => draws(stream(i))[draw] as number);
    const tenths = new Array<number>(10).fill(0);
    for (const n of numbers) (tenths[Math.floor(n * 10)] as number)++;
    expect(Math.min(...tenths)).toBeGreaterThan(70);
    expect(Math.max(...tenths)).toBeLessThan(130);
    const near = numbers.filter((n, i) => i > 0 && Math.abs(n - numbers[i - 1]!) < 0.05);
    expect(near.length).toBeLessThan(150);
  });
});

function draws(stream: RandomStream): readonly number[] {
  return Array.from({ length: 5 }, () => stream.fraction());
}
