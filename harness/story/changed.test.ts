import { afterEach, beforeEach, expect, test } from 'vitest';
import { simulate } from '../faults/simulate.ts';
import { Process } from '../world/process.ts';
import { running } from '../world/rules.ts';
import { changed } from './changed.ts';

class Counter {
  count = 0;
}

class Voter extends Process<string> {
  term = 1;
  votedFor: string | undefined;
  readonly votes = new Set<string>();
  readonly counter = new Counter();
  readonly answer = (): void => {};

  receive(message: string): void {
    if (message === 'vote') {
      this.term++;
      this.votes.add('me');
      this.counter.count++;
    }
    this.note(message);
  }

  tell(message: string): void {
    this.send(this.id, message);
  }
}

beforeEach(() => (running.remembers = true));
afterEach(() => (running.remembers = false));

/** What the step changed in which p1 hears a message. */
function after(message: string, width = 77): string {
  const world = simulate({ processes: { p1: Voter } });
  const { trace } = world.call('p1', `says ${message}`, (p) => p.tell(message)).run();
  const marks = trace.all('note').map(({ index }) => index);
  return changed(trace, marks, width).join('\n');
}

test('the fields that are different, before and after; what an object of a class holds by itself', () => {
  expect(after('vote')).toBe(
    [
      'At 0 ms this changed in p1:',
      '  · term: 1 → 2',
      "  · votes: Set{} → Set{'me'}",
      '  · counter.count: 0 → 1',
    ].join('\n'),
  );
});

test('that nothing changed, and what there is', () => {
  expect(after('hello')).toMatch(
    /^At 0 ms nothing changed in p1: term 1, votedFor undefined, votes Set\{\},\ncounter\.count 0\.$/,
  );
});

test('keeps to the width', () => {
  const lines = after('vote', 24).split('\n');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(24);
});

test('nothing, if nobody wrote it down or nothing is marked', () => {
  running.remembers = false;
  expect(after('vote')).toBe('');
  expect(changed(simulate({ processes: { p1: Voter } }).run().trace, [], 77)).toEqual([]);
});
