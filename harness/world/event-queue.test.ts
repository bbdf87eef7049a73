import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventQueue } from './event-queue.ts';

test('what is due first comes out first', () => {
  expect(drained([30, 10, 20])).toEqual([1, 2, 0]);
});

test('at the same instant, what was put in first comes out first', () => {
  expect(drained([5, 0, 5, 0, 5])).toEqual([1, 3, 0, 2, 4]);
});

test('any list of times comes out as a stable sort of it, however long', () => {
  const times = fc.array(fc.nat(20), { maxLength: 300 });
  fc.assert(
    fc.property(times, (list) => {
      const sorted = list.map((at, event) => ({ at, event })).toSorted((a, b) => a.at - b.at);
      expect(drained(list)).toEqual(sorted.map(({ event }) => event));
    }),
    { seed: 1 },
  );
});

test('events can be put in while others come out: a queue against a sorted list', () => {
  const moves = fc.array(fc.option(fc.nat(9)), { maxLength: 200 });
  fc.assert(
    fc.property(moves, (list) => {
      const queue = new EventQueue();
      const waiting: { at: number; event: number }[] = [];
      const came: unknown[] = [];
      const expected: unknown[] = [];
      list.forEach((at, event) => {
        if (at !== null) {
          queue.push(at, event);
          const later = waiting.findIndex((other) => other.at > at);
          waiting.splice(later < 0 ? waiting.length : later, 0, { at, event });
        } else if (waiting.length > 0) {
          came.push([queue.size, queue.nextAt, queue.pop()]);
          expected.push([waiting.length, ...Object.values(waiting.shift()!)]);
        }
      });
      expect(came).toEqual(expected);
    }),
    { seed: 1 },
  );
});

test('an empty queue has nothing due, and nothing to take out', () => {
  const queue = new EventQueue();
  expect(queue.nextAt).toBe(Infinity);
  expect(() => queue.pop()).toThrow('nothing is left to happen');
});

/** The places in the list, in the order in which they come out. */
function drained(times: readonly number[]): readonly number[] {
  const queue = new EventQueue();
  times.forEach((at, event) => queue.push(at, event));
  return times.map(() => queue.pop());
}
