import { expect, test } from 'vitest';
import { simulate } from '../faults/simulate.ts';
import { Process, type ProcessId } from '../world/process.ts';
import type { Trace } from '../world/trace.ts';
import { sentences } from './sentences.ts';

class Actor extends Process<{ type: string }> {
  receive(): void {}
  tell(to: ProcessId, type: string): void {
    this.send(to, { type });
  }
  say(text: string): void {
    this.note(text);
  }
}

/** Anna's first letter is lost, ben is down for a while, and the third looks on. */
function run(): Trace {
  return simulate({
    processes: { anna: Actor, ben: Actor, cleo: Actor },
    faults: [
      { kind: 'lose', from: 'anna', to: 'ben', nth: 1 },
      { kind: 'crash', process: 'ben', atMs: 12, downMs: 5 },
    ],
  })
    .call('anna', 'writes', (p) => p.tell('ben', 'letter'))
    .callAt(15, 'anna', 'writes again', (p) => p.tell('ben', 'letter'))
    .callAt(20, 'cleo', 'looks on', (p) => p.say('so what'))
    .callAt(30, 'ben', 'reads', (p) => p.say('has read'))
    .run().trace;
}

const shape = { width: 77, height: 24 };

test('one for each entry that matters, the marked ones pointed at, the rest counted', () => {
  const trace = run();
  const marks = trace
    .all('note')
    .filter(({ process }) => process === 'ben')
    .map(({ index }) => index);
  expect(sentences(trace, { ...shape, marks }).join('\n')).toMatchInlineSnapshot(`
    "At 0 ms anna writes.
    At 0 ms “letter” from anna to ben is lost: lost on the way.
    At 12 ms ben crashes.
    At 15 ms anna writes again.
    At 17 ms ben restarts.
    At 25 ms ben gets “letter” from anna, sent at 15 ms.
    Look here: at 30 ms ben says “has read”.
    … 1 event not involved"
  `);
});

test('lines keep to the width, and to the height: the last ones are told', () => {
  const trace = run();
  const told = sentences(trace, { marks: [], width: 30, height: 7 });
  expect(Math.max(...told.map((line) => line.length))).toBeLessThanOrEqual(30);
  expect(told.length).toBeLessThanOrEqual(7);
  expect(told[0]).toMatch(/^… \d earlier events$/);
  expect(told.at(-1)).toContain('has read');
});
