import { expect, test } from 'vitest';
import { show } from './show.ts';

class Ballot {
  number = 1;
}
const cycle: Record<string, unknown> = {};
cycle['self'] = cycle;

const SHOWN: readonly [value: unknown, text: string][] = [
  ['hello', `'hello'`],
  ["it's", String.raw`'it\'s'`],
  [String.raw`back\slash`, String.raw`'back\\slash'`],
  ['two\nlines', String.raw`'two\nlines'`],
  ['bell\u0007, line\u2028separator', String.raw`'bell\u0007, line\u2028separator'`],
  ['half of 😀: \ud83d', String.raw`'half of 😀: \ud83d'`],
  [3, '3'],
  [-0, '-0'],
  [10n, '10n'],
  [true, 'true'],
  [null, 'null'],
  [undefined, 'undefined'],
  [[], '[]'],
  [{}, '{}'],
  [{ time: 3, process: 'athens' }, `{ time: 3, process: 'athens' }`],
  [[1, [2, { a: [] }]], '[1, [2, { a: [] }]]'],
  [new Set(['p1', 'p2']), `Set{'p1', 'p2'}`],
  [new Map([['p1', { term: 2 }]]), `Map{'p1' => { term: 2 }}`],
  [new Ballot(), 'Ballot { number: 1 }'],
  [new RangeError('too far'), 'RangeError: too far'],
  [function vote() {}, '[function vote]'],
  [cycle, '{ self: [cycle] }'],
];

test.each(SHOWN.map(([value, text]) => [text, value]))('%s', (text, value) => {
  expect(show(value)).toBe(text);
});
