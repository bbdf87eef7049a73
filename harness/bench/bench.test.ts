import { expect, test } from 'vitest';
import { gossiping } from './gossip.ts';
import { bench } from './index.ts';

test('the bench prints tables that fit 80 columns and need no colour', async () => {
  const lines: string[] = [];

  await bench((line) => lines.push(line), 'tiny');

  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(lines.join('\n')).toMatch(/^[\x20-\x7e\n]+$/);
  expect(lines).toContainEqual(expect.stringMatching(/processes .* ns\/event .* fraction/));
  expect(lines).toContainEqual(expect.stringMatching(/^ +3 +\d+ +\d+ /));
  expect(lines).toContainEqual(expect.stringMatching(/^ +10 +\d+ +\d+ /));
});

test('an event leaves as many entries in the trace among a thousand processes as among ten', () => {
  const rounds = 20;
  const entriesInRound = (processes: number): number => {
    const world = gossiping(processes).runFor(100);
    const before = world.trace.length;
    world.runFor(rounds * 100);
    return (world.trace.length - before) / processes / rounds;
  };

  // timeout, send, timer-set; deliver. A few messages are on the way at either end.
  expect(entriesInRound(10)).toBeCloseTo(4, 0);
  expect(entriesInRound(1_000)).toBeCloseTo(4, 0);
});

test('a thousand processes share one list of everyone', () => {
  const world = gossiping(1_000);
  const lists = new Set<readonly string[]>();

  for (const id of world.ids) world.call(id, 'look around', (me) => lists.add(me.everyone));

  expect(lists.size).toBe(1);
});
