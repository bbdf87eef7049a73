import { describe, expect, test } from 'vitest';
import { Process, type ProcessId } from '../world/process.ts';
import type { FaultPlan } from './plan.ts';
import { scenarios } from './scenarios.ts';
import { simulate } from './simulate.ts';

class Beacon extends Process<string> {
  receive(): void {}
  shine(): void {
    this.broadcast('light');
  }
}

const five = ['a', 'b', 'c', 'd', 'e'];

/** Who reaches whom with a message sent at a virtual time: a row a sender, a column a receiver. */
function reach(faults: FaultPlan, ids: readonly ProcessId[], atMs = 50): string {
  const world = simulate({ processes: Object.fromEntries(ids.map((id) => [id, Beacon])), faults });
  for (const id of ids) world.callAt(atMs, id, 'shine', (beacon) => beacon.shine());
  const arrived = new Set(
    world
      .run()
      .trace.all('deliver')
      .map(({ from, to }) => `${from}→${to}`),
  );
  const row = (from: ProcessId): string =>
    ids.map((to) => (from === to ? '-' : arrived.has(`${from}→${to}`) ? '●' : '·')).join(' ');
  return ['', `  ${ids.join(' ')}`, ...ids.map((id) => `${id} ${row(id)}`), ''].join('\n');
}

test('a split 2|3: two groups, whole in themselves', () => {
  expect(reach(scenarios.split(five, 2), five)).toMatchInlineSnapshot(`
    "
      a b c d e
    a - ● · · ·
    b ● - · · ·
    c · · - ● ●
    d · · ● - ●
    e · · ● ● -
    "
  `);
});

test('alone: one is cut off, the others are not', () => {
  expect(reach(scenarios.alone('c', five), five)).toMatchInlineSnapshot(`
    "
      a b c d e
    a - ● · ● ●
    b ● - · ● ●
    c · · - · ·
    d ● ● · - ●
    e ● ● · ● -
    "
  `);
});

test('a chain: each reaches its neighbours', () => {
  expect(reach(scenarios.chain(five), five)).toMatchInlineSnapshot(`
    "
      a b c d e
    a - ● · · ·
    b ● - ● · ·
    c · ● - ● ·
    d · · ● - ●
    e · · · ● -
    "
  `);
});

test('a chain of three, with the leader at an end (Cloudflare 2020)', () => {
  expect(reach(scenarios.chain(['a', 'b', 'c']), ['a', 'b', 'c'])).toMatchInlineSnapshot(`
    "
      a b c
    a - ● ·
    b ● - ●
    c · ● -
    "
  `);
});

test('a hub: everyone reaches the first', () => {
  expect(reach(scenarios.hub(five), five)).toMatchInlineSnapshot(`
    "
      a b c d e
    a - ● ● ● ●
    b ● - · · ·
    c ● · - · ·
    d ● · · - ·
    e ● · · · -
    "
  `);
});

test('quorum loss: the leader c reaches the hub a only; a alone has a majority', () => {
  const faults = scenarios.quorumLoss({ hub: 'a', leader: 'c' }, five);
  expect(reach(faults, five)).toMatchInlineSnapshot(`
    "
      a b c d e
    a - ● ● ● ●
    b ● - · · ·
    c ● · - · ·
    d ● · · - ·
    e ● · · · -
    "
  `);
});

describe('a constrained election: hub a, leader c', () => {
  const faults = scenarios.constrainedElection({ hub: 'a', leader: 'c' }, five, 100, 200);

  test('before it, all is well', () => {
    expect(reach(faults, five, 50)).toMatchInlineSnapshot(`
      "
        a b c d e
      a - ● ● ● ●
      b ● - ● ● ●
      c ● ● - ● ●
      d ● ● ● - ●
      e ● ● ● ● -
      "
    `);
  });

  test('first the hub misses what the leader writes', () => {
    expect(reach(faults, five, 150)).toMatchInlineSnapshot(`
      "
        a b c d e
      a - · · · ·
      b · - ● ● ●
      c · ● - ● ●
      d · ● ● - ●
      e · ● ● ● -
      "
    `);
  });

  test('then the leader is gone, and the hub alone has a majority', () => {
    expect(reach(faults, five, 250)).toMatchInlineSnapshot(`
      "
        a b c d e
      a - ● · ● ●
      b ● - · · ·
      c · · - · ·
      d ● · · - ·
      e ● · · · -
      "
    `);
  });
});

test('the leader cannot be the hub: that would be no trouble at all', () => {
  const both = { hub: 'a', leader: 'a' };
  expect(() => scenarios.quorumLoss(both, five)).toThrow('the leader a cannot be the hub as well');
});

test('deaf: c is heard and hears nobody', () => {
  expect(reach(scenarios.deaf('c', five), five)).toMatchInlineSnapshot(`
    "
      a b c d e
    a - ● · ● ●
    b ● - · ● ●
    c ● ● - ● ●
    d ● ● · - ●
    e ● ● · ● -
    "
  `);
});

test('a flapping link goes down and up, so many times', () => {
  const flaps = { atMs: 100, downMs: 20, upMs: 30, times: 2 };
  const faults = scenarios.flapping('a', 'b', flaps);
  const times = [85, 105, 125, 155, 175];
  const up = times.map((atMs) => `${atMs}: ${reach(faults, ['a', 'b'], atMs).includes('●')}`);
  expect(up).toEqual(['85: true', '105: false', '125: true', '155: false', '175: true']);
});

test.each<[string, FaultPlan]>([
  ['split', scenarios.split(five, 2, 100, 100)],
  ['alone', scenarios.alone('c', five, 100, 100)],
  ['chain', scenarios.chain(five, 100, 100)],
  ['hub', scenarios.hub(five, 100, 100)],
  ['quorumLoss', scenarios.quorumLoss({ hub: 'a', leader: 'c' }, five, 100, 100)],
  [
    'constrainedElection',
    scenarios.constrainedElection({ hub: 'a', leader: 'c' }, five, 100, 150, 50),
  ],
  ['deaf', scenarios.deaf('c', five, 100, 100)],
])('%s lasts as long as it is told, and leaves everything whole', (_, faults) => {
  const whole = reach([], five);
  expect(reach(faults, five, 50)).toBe(whole);
  expect(reach(faults, five, 120)).not.toBe(whole);
  expect(reach(faults, five, 200)).toBe(whole);
});
