import { describe, expect, test } from 'vitest';
import { oneLine, shorten, wrap, wrapInto } from './wrap.ts';

describe('wrap', () => {
  test.each<[text: string, width: number, lines: readonly string[]]>([
    ['', 10, ['']],
    ['one line', 10, ['one line']],
    ['breaks at spaces', 10, ['breaks at', 'spaces']],
    ['exactly ten', 11, ['exactly ten']],
    ['unbreakable', 4, ['unbr', 'eaka', 'ble']],
    ['a unbreakable b', 4, ['a', 'unbr', 'eaka', 'ble', 'b']],
    ['two\nparagraphs here', 10, ['two', 'paragraphs', 'here']],
    ['keeps   gaps', 20, ['keeps   gaps']],
  ])('%j in %i columns', (text, width, lines) => {
    expect(wrap(text, width)).toEqual(lines);
  });
});

describe('wrap into a number of lines', () => {
  test.each<[text: string, width: number, lines: readonly string[]]>([
    ['fits', 10, ['fits']],
    ['fits in two lines', 10, ['fits in', 'two lines']],
    ['does not fit in two lines', 10, ['does not', 'fit in tw…']],
    ['a line that is just full', 9, ['a line', 'that is…']],
    ['abcdefghijklmnopqrstuvwxyz', 5, ['abcde', 'fghi…']],
  ])('%j in two lines of %i columns', (text, width, lines) => {
    expect(wrapInto(text, width, 2)).toEqual(lines);
  });
});

test.each([
  ['short', 10, 'short'],
  ['just right', 10, 'just right'],
  ['far too long', 10, 'far too l…'],
  ['far', 1, '…'],
])('%j shortened to %i', (text, length, short) => {
  expect(shorten(text, length)).toBe(short);
});

test('what somebody logged becomes one line that moves no cursor', () => {
  expect(oneLine('two\nlines,\ta tab, \u001b[31mred\u0007 and \ud83d half a character ')).toBe(
    'two lines, a tab, [31mred and half a character',
  );
});
