import { describe, expect, test } from 'vitest';
import { simulate } from '../faults/simulate.ts';
import { Process } from '../world/process.ts';
import type { Trace } from '../world/trace.ts';
import { report, type Finding } from './report.ts';

class Acceptor extends Process<{ type: string; ballot: number }> {
  receive(): void {}
  propose(ballot: number): void {
    for (const id of this.peers) this.send(id, { type: 'prepare', ballot });
  }
  learn(value: string): void {
    this.note(`learned ${value}`);
  }
}

function run(steps = 1): Trace {
  const world = simulate({
    processes: { p1: Acceptor, p2: Acceptor, a1: Acceptor },
    faults: [{ kind: 'lose', from: 'p1', to: 'p2', nth: 1 }],
  });
  for (let i = 0; i < steps; i++) {
    world.call('p1', 'proposes x', (p) => p.propose(1));
    world.callAt(31 * i + 31, 'p1', 'learns', (p) => p.learn('x'));
    world.callAt(31 * i + 42, 'p2', 'learns', (p) => p.learn('y'));
  }
  return world.run().trace;
}

const finding: Finding = {
  id: 'agreement',
  promise: 'No two processes ever learn different values, whatever is lost, late or repeated.',
  sentence: 'p2 learned y at 42 ms after p1 had learned x at 31 ms.',
  how: 'violated',
  marks: [],
  schedule: [],
};

test('the promise, what happened, the shortest schedule, and the picture', () => {
  const trace = run();
  const story = report({
    ...finding,
    trace,
    marks: trace.all('note').map(({ index }) => index),
    schedule: [
      { noun: 'fault', before: 61, after: ['1st message p1→p2: lost'] },
      { noun: 'step', before: 12, after: [] },
    ],
  });
  expect(`\n${story}\n`).toMatchInlineSnapshot(`
    "
     ✗ agreement   No two processes ever learn different values, whatever is lost,
       late or repeated.

       p2 learned y at 42 ms after p1 had learned x at 31 ms.

       The shortest schedule found (from 61 faults and 12 steps down to 1 and 0):
         · 1st message p1→p2: lost
         · no step is needed

          ms  p1                      p2                      a1
           0  ● proposes x            │                       │
           0  ├─prepare 1────────────×│                       │
      ✗   31  ● learned x             │                       │
      ✗   42  │                       ● learned y             │
              … 1 event not involved
    "
  `);
});

test('code that could not run: where it stands, in a path to click on', () => {
  const story = report({
    ...finding,
    how: 'error',
    sentence:
      'p1: Math.random() was called in receive(): use this.random(), because the same seed must give the same run',
    where: 'exercises/05-paxos/paxos.ts:42:17',
  });
  expect(`\n${story}\n`).toMatchInlineSnapshot(`
    "
     ✗ agreement   No two processes ever learn different values, whatever is lost,
       late or repeated.

       p1: Math.random() was called in receive(): use this.random(), because the
       same seed must give the same run
       at exercises/05-paxos/paxos.ts:42:17
    "
  `);
});

test.each<[Finding['how'], string, string]>([
  ['violated', ' ✗ agreement', '   p2 learned'],
  ['stuck', ' ✗ agreement', '   Stuck: p2 learned'],
  ['error', ' ✗ agreement', '   p2 learned'],
  ['to do', ' ○ agreement', '   p2 learned'],
  ['not decided', ' ? agreement', '   Not decided: p2 learned'],
])('%s has its mark', (how, mark, words) => {
  const story = report({ ...finding, how });
  expect(story.startsWith(mark)).toBe(true);
  expect(story).toContain(`\n${words}`);
});

test('a run of nothing but its start has no picture', () => {
  const { trace } = simulate({ processes: { p1: Acceptor } }).run();
  expect(report({ ...finding, trace })).toBe(report(finding));
});

describe('at most 80 columns and 40 lines', () => {
  const items = (n: number): readonly string[] =>
    Array.from(
      { length: n },
      (_, i) => `${i + 1}th message p1→a1: 15 ms late, and ${'so '.repeat(20)}on`,
    );
  const long = 'a word '.repeat(300);
  const trace = run(200);

  test.each<[string, Partial<Finding>]>([
    ['a long run', { trace }],
    ['a long run with marks at both ends', { trace, marks: [5, trace.length - 1] }],
    ['a long sentence', { trace, sentence: long }],
    ['a sentence of many lines', { trace, sentence: 'expected\n'.repeat(50) }],
    ['one endless word', { trace, sentence: 'x'.repeat(2000), promise: 'y'.repeat(200) }],
    ['a long schedule', { trace, schedule: [{ noun: 'fault', before: 99, after: items(50) }] }],
    [
      'two long schedules',
      {
        trace,
        sentence: long,
        schedule: [
          { noun: 'fault', before: 99, after: items(50) },
          { noun: 'step', before: 99, after: items(50) },
        ],
      },
    ],
  ])('%s', (_, part) => {
    const lines = report({ ...finding, ...part }).split('\n');
    expect(lines.length).toBeLessThanOrEqual(40);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines.join('\n')).toMatch(/… \d+ earlier events/);
  });

  test('a schedule of up to ten entries is told whole, whichever list they are in', () => {
    const story = report({
      ...finding,
      schedule: [
        { noun: 'fault', before: 99, after: ['a', 'b'] },
        { noun: 'step', before: 99, after: ['1', '2', '3', '4', '5', '6', '7', '8'] },
      ],
    });
    expect(story).not.toContain('more');
    expect(story).toContain('· 8');
  });

  test('a longer one says how many it leaves out', () => {
    const after = Array.from({ length: 15 }, (_, i) => `fault ${i}`);
    const story = report({ ...finding, schedule: [{ noun: 'fault', before: 99, after }] });
    expect(story).toContain('… and 6 more faults');
    expect(story).toContain('(from 99 faults down to 15)');
  });
});
