import { expect, test } from 'vitest';
import { Clock } from './clock.ts';

test('a clock that nobody touched reads the virtual time, in whole ms', () => {
  expect([0, 10, 10.7].map((at) => new Clock().read(at))).toEqual([0, 10, 10]);
});

test('a step moves the clock, forward or back, and steps add up', () => {
  const clock = new Clock();
  clock.step(30);
  clock.step(-50);
  expect(clock.read(100)).toBe(80);
});

test('a fast clock runs ahead in proportion to the time that has passed', () => {
  const clock = new Clock();
  clock.drift(100_000);
  expect([0, 100, 200].map((at) => clock.read(at))).toEqual([0, 110, 220]);
});

test('a slow clock falls behind', () => {
  const clock = new Clock();
  clock.drift(-100_000);
  expect([0, 100, 200].map((at) => clock.read(at))).toEqual([0, 90, 180]);
});

test.each([
  ['a true clock', 0, 100],
  ['a fast clock', 250_000, 80],
  ['a slow clock', -200_000, 125],
])('a timer of 100 ms of %s takes its share of virtual time', (_, ppm, virtualMs) => {
  const clock = new Clock();
  clock.drift(ppm);
  expect(clock.virtual(100)).toBe(virtualMs);
});

test('a timer never runs out before its own clock has counted it', () => {
  for (const ppm of [-200_000, -333, -50, 1, 50, 777, 200_000]) {
    const clock = new Clock();
    clock.drift(ppm);
    for (let ms = 0; ms < 300; ms++) {
      for (const from of [0, 17, 99_999]) {
        const counted = clock.read(from + clock.virtual(ms)) - clock.read(from);
        expect(counted - ms, `${ms} ms from ${from} at ${ppm} ppm`).toBeGreaterThanOrEqual(0);
        expect(counted - ms).toBeLessThanOrEqual(2);
      }
    }
  }
});

test('a step does not touch how long a timer takes', () => {
  const clock = new Clock();
  clock.step(-500);
  expect(clock.virtual(100)).toBe(100);
});
