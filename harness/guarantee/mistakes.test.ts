import { describe, expect, test } from 'vitest';
import { applyMistake } from './mistakes.ts';

const source = `tick() {
  this.time += 1;
  return this.time;
}
send() {
  return this.time;
}`;

test('an edit replaces what it names', () => {
  expect(applyMistake('a > b', { edit: ['>', '>='] })).toBe('a >= b');
});

test('several edits apply one after the other', () => {
  const edit = [
    ['this.time += 1', 'this.time += 2'],
    ['+= 2', '-= 2'],
  ] as const;
  expect(applyMistake(source, { edit })).toBe(source.replace('+= 1', '-= 2'));
});

test('a $ in an edit is a $', () => {
  expect(applyMistake('price', { edit: ['price', '$& and $1'] })).toBe('$& and $1');
});

describe('an edit has to apply exactly once', () => {
  test.each([
    ['this.clock', 0],
    ['return this.time;', 2],
  ])('%j', (from, times) => {
    const apply = () => applyMistake(source, { edit: [from, 'x'] });
    expect(apply).toThrow(`an edit applies ${times} times, not once: ${from}`);
  });
});
